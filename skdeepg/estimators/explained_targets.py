"""What `explain` is asked about: targets, strides, positions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from skdeepg.sequences.collection import IntArray
    from skdeepg.sequences.windows import Cut

__all__ = ["PREDICTED", "find_targets", "refuse_position", "with_stride"]

NAMED: Final = 20
PREDICTED: Final = "predicted"  # the target of a row whose windows have one each


def find_targets(target: Any, classes: NDArray[Any], n_rows: int) -> IntArray:
    """Find the class of every row.

    Parameters
    ----------
    target : label or array-like of shape (n_rows,)
        As `explain` takes it.
    classes : ndarray of shape (n_classes,)
        The known ones.
    n_rows : int
        The number of rows.

    Returns
    -------
    ndarray of shape (n_rows,) and dtype int64
        Their places among the classes.

    Raises
    ------
    ValueError
        If there is no such class, or labels for another number of rows.
    """
    labels = np.asarray(target)
    if isinstance(target, set | frozenset | dict):
        raise ValueError(f"target must be one label, or a list of one a row, not {target!r}.")
    if labels.ndim > 1 or (labels.ndim == 1 and len(labels) != n_rows):
        raise ValueError(
            f"target must be one label, or one a row: {n_rows}; found the shape {labels.shape}."
        )
    known = {label: number for number, label in enumerate(classes.tolist())}
    found = [known.get(label, -1) for label in np.atleast_1d(labels).tolist()]
    if -1 in found:
        unknown = np.atleast_1d(labels).tolist()[found.index(-1)]
        names = ", ".join(map(repr, list(known)[:NAMED]))
        more = f" and {len(known) - NAMED} more" if len(known) > NAMED else ""
        raise ValueError(f"target={unknown!r} is none of the known classes: {names}{more}.")
    return np.broadcast_to(np.array(found, dtype=np.int64), n_rows)


def with_stride(cut: Cut, stride: int | None) -> Cut:
    """Cut at another stride, every record.

    Parameters
    ----------
    cut : Cut
        How the estimator cuts.
    stride : int or None
        In bases; None for its own.

    Returns
    -------
    Cut
        With short records padded where the estimator drops them.

    Raises
    ------
    ValueError
        If windows have qualities.
    """
    if cut.quality:
        raise ValueError(
            "explain reads letters only, but the estimator was fitted with quality=True: fit one "
            "without."
        )
    short = "pad" if cut.short == "drop" else cut.short
    return replace(cut, stride=stride or cut.stride, short=short)


def refuse_position(position: int) -> None:
    """Refuse a position where answers have none.

    Parameters
    ----------
    position : int
        As `explain` takes it.

    Raises
    ------
    ValueError
        If it is not the default.
    """
    if position != -1:
        raise ValueError(
            f"position={position!r} is for WaveNetLM, which answers at every base of a row."
        )
