"""Warnings of splits that put windows of one row on both sides."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.exceptions import LeakageWarning
from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.cut_codes import Origin, origin_of

__all__ = ["SeenWindows", "remember_windows", "warn_of_leak", "warn_of_parted_rows"]

SeenWindows = Mapping[bytes, NDArray[np.uint8]]  # by source, a bit for each of its windows
SAID: set[tuple[bytes, str]] = set()


def remember_windows(seen: SeenWindows, X: Any) -> SeenWindows:
    """Add the windows that an estimator is trained on, if it is known where they are from.

    Parameters
    ----------
    seen : mapping of bytes to ndarray of uint8
        The windows it has been trained on before.
    X : object
        What it is trained on now.

    Returns
    -------
    dict of bytes to ndarray of uint8
        All of them.
    """
    origin = origin_of(X)
    if origin is None:
        return dict(seen)
    mask = _mask(seen, origin)
    mask[origin.windows] = True
    return {**seen, origin.source: np.packbits(mask)}


def warn_of_leak(seen: SeenWindows, X: Any, name: str) -> None:
    """Warn if an estimator is asked about windows of rows that it knows from other windows.

    Windows that it has been trained on themselves are no leak: they are asked about on purpose, for
    training scores.

    Parameters
    ----------
    seen : mapping of bytes to ndarray of uint8
        The windows it has been trained on.
    X : object
        What it is asked about.
    name : str
        Of the estimator.
    """
    origin = origin_of(X)
    if origin is None or origin.source not in seen:
        return
    trained = _mask(seen, origin)
    if _parts_rows(origin, trained, origin.windows[~trained[origin.windows]]):
        _warn_once(
            origin,
            f"{name} is asked about windows of rows that it was trained on other windows of "
            f"({_describe(origin)}). Scores will be too good: they tell how it does on these rows, "
            "not on new ones. Split by rows, with the groups that cut_windows returns, as "
            "cross_val_score(estimator, codes, y, groups=groups, cv=GroupKFold()).",
        )


def warn_of_parted_rows(X: Any, training: IntArray, held: IntArray) -> None:
    """Warn if `validation_fraction` has put windows of one row on both sides.

    Parameters
    ----------
    X : object
        What was given to `fit`.
    training, held : ndarray of dtype int64
        Which of it is trained on, and which is held back.
    """
    origin = origin_of(X)
    if origin is None:
        return
    trained = np.zeros(len(origin.row_of_window), dtype=bool)
    trained[origin.windows[training]] = True
    if _parts_rows(origin, trained, origin.windows[held]):
        _warn_once(
            origin,
            "validation_fraction has parted windows of the same rows "
            f"({_describe(origin)}), so that validation scores are too good. Keep rows together "
            "with the groups that cut_windows returns: fit(codes, y, groups=groups).",
        )


def _warn_once(origin: Origin, message: str) -> None:
    """Warn once of each source, as a search would say it a hundred times."""
    if (origin.source, message) not in SAID:
        warnings.warn(message, LeakageWarning, stacklevel=4)
        SAID.add((origin.source, message))


def _mask(seen: SeenWindows, origin: Origin) -> NDArray[np.bool_]:
    """Tell for all windows of a source whether they have been trained on."""
    n_windows = len(origin.row_of_window)
    if origin.source not in seen:
        return np.zeros(n_windows, dtype=bool)
    return np.unpackbits(seen[origin.source], count=n_windows).astype(bool)


def _parts_rows(
    origin: Origin, trained: NDArray[np.bool_], others: NDArray[np.unsignedinteger[Any]]
) -> bool:
    """Tell whether other windows are of rows that have been trained on; a lone row cannot help."""
    known = origin.row_of_window[trained]
    return bool(np.isin(origin.row_of_window[others], known).any() and origin.n_rows > 1)


def _describe(origin: Origin) -> str:
    return f"of {len(origin.row_of_window):,} windows, cut from {origin.n_rows:,} rows"
