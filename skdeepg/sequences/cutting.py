"""`cut_windows`: training windows as a plain array."""

from __future__ import annotations

import warnings
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone

from skdeepg.exceptions import LostDataWarning
from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.cut_codes import Origin, with_origin
from skdeepg.sequences.grid import WindowGrid
from skdeepg.sequences.language_targets import LanguageTarget, TargetKind
from skdeepg.sequences.sampling import limit_windows
from skdeepg.sequences.stretches import widen
from skdeepg.sequences.transformer import FastaWindowTransformer
from skdeepg.sequences.vocabulary import Codes
from skdeepg.sequences.windows import SequenceWindows, name_some

__all__ = ["cut_windows"]


def cut_windows(
    X: Any,
    y: ArrayLike | None = None,
    windows: int | FastaWindowTransformer = 500,
    *,
    target: TargetKind | None = None,
) -> tuple[Codes, NDArray[Any] | None, IntArray]:
    """Cut training windows as a 2-D array of codes: one window a row.

    For tools that want a plain array. Rows become many, so use the groups, as in
    ``GroupKFold().split(codes, y, groups)``, or windows of one genome leak between folds. The
    array remembers the rows, also in selections of its windows: an estimator that has been trained
    on some windows of a row warns when it is asked about others of it (`LeakageWarning`).

    Parameters
    ----------
    X : Sequences, or list-like of sequences or paths
        The rows.
    y : array-like of shape (n_rows, ...), default=None
        A label a row.
    windows : int or FastaWindowTransformer, default=500
        The window length, or all about cutting. ``ambiguous="drop"``, ``short="drop"``,
        `max_windows` and `proportion` act; `random_offset` does not.
    target : {"next", "middle", "middle_cnn", "all"}, default=None
        For language models: what they predict ("all" for `WaveNetLM`). Rows are then a base longer,
        a window and its target in the order of the sequence, as `fit` and all scores of language
        models take them.

    Returns
    -------
    codes : ndarray of shape (n_windows, window_length) and dtype uint8
        Codes of the vocabulary; k for ambiguous letters, k + 1 for padding. With a target of shape
        (n_windows, window_length + 1).
    y : ndarray of shape (n_windows, ...) or None
        The label of each window's row.
    groups : ndarray of shape (n_windows,) and dtype int64
        The row of each window.

    Raises
    ------
    ValueError
        If a row or `target` is invalid, `y` has another length, or no window is left.

    Examples
    --------
    >>> from skdeepg import cut_windows
    >>> codes, y, groups = cut_windows(["ACGTAC", "GGGG"], ["a", "b"], windows=4)
    >>> codes.shape, y.tolist(), groups.tolist()
    ((3, 4), ['a', 'a', 'b'], [0, 0, 1])

    Windows of 4 bases, each with the base after it:

    >>> cut_windows(["ACGTAC", "GGGG"], windows=4, target="next")[0]
    array([[0, 1, 2, 3, 0],
           [1, 2, 3, 0, 1],
           [5, 2, 2, 2, 2]], dtype=uint8)
    """
    cutter = (
        clone(windows) if isinstance(windows, BaseEstimator) else FastaWindowTransformer(windows)
    )
    if cutter.quality:
        raise ValueError(
            "quality=True is not for cut_windows: a 2-D array of codes has no qualities. Give the "
            "transformer to an estimator as windows=."
        )
    rows = cutter.set_params(random_offset=False).fit_transform(X)
    if not isinstance(rows, SequenceWindows):
        raise ValueError("X is a 2-D array of codes: it is cut already.")
    if target is not None:
        rows = _add_target(rows, target)
    labels = None if y is None else np.asarray(y)
    if labels is not None and len(labels) != len(rows):
        raise ValueError(f"X has {len(rows)} rows but y has {len(labels)} labels.")
    grid = rows._training_grid()
    _report_rows_without_windows(rows, grid)
    index = limit_windows(grid, rows.cut, cutter.random_state)
    run = grid.run_of(index)
    groups = grid.row[run]
    codes = rows._gatherer_of(grid).gather(run, grid.starts(index, run))
    codes = with_origin(codes, Origin.of_rows(groups))
    return codes, None if labels is None else labels[groups], groups


def _add_target(rows: SequenceWindows, target: TargetKind) -> SequenceWindows:
    kinds = get_args(TargetKind)
    if target not in kinds:
        raise ValueError(
            f"target must be None or one of {', '.join(map(repr, kinds))}, not {target!r}."
        )
    return widen(rows, LanguageTarget(target, rows.cut.window_length, rows.vocabulary))


def _report_rows_without_windows(rows: SequenceWindows, grid: WindowGrid) -> None:
    if grid.n_windows == 0:
        raise ValueError(
            f"No window is left of {len(rows)} rows: all are shorter than window_length="
            f"{rows.cut.window_length} (with the target, if one is asked for) or have ambiguous "
            "letters everywhere. Choose shorter windows, short='pad' or another `ambiguous`."
        )
    empty = np.flatnonzero(grid.windows_per_row == 0)
    if len(empty):
        warnings.warn(
            f"{len(empty)} of {len(rows)} rows give no window: "
            f"{name_some(rows.sequences.names[empty])}.",
            LostDataWarning,
            stacklevel=3,
        )
