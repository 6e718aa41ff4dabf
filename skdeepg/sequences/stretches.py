"""Stretches of a window and its target, and the context of a single base."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from skdeepg.sequences.collection import IntArray, RecordTable, Sequences
from skdeepg.sequences.grid import WindowGrid
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.row_checks import check_lengths
from skdeepg.sequences.vocabulary import Codes
from skdeepg.sequences.windows import SequenceWindows

__all__ = ["context_codes", "last_places", "middle_places", "row_ends", "target_positions", "widen"]


def widen(windows: SequenceWindows, target: LanguageTarget) -> SequenceWindows:
    """Cut stretches instead of windows: longer by the target.

    Raises
    ------
    ValueError
        If a record is too short with ``short="error"``, windows have qualities,
        or rows are pairs of reads.
    """
    if windows.cut.quality:
        raise ValueError(
            "quality=True is for classifiers: language models see and predict letters. Leave "
            "quality=False."
        )
    if windows.sequences.pair_length is not None:
        raise ValueError("Pairs of reads are for classifiers, not for language models.")
    if windows.cut.short == "error":
        check_lengths(windows.sequences, target.stretch_length, "window_length + 1")
    cut = replace(windows.cut, window_length=target.stretch_length)
    return SequenceWindows(windows.sequences, cut)


def target_positions(
    grid: WindowGrid, target: LanguageTarget, repeats: bool
) -> tuple[IntArray, IntArray]:
    """Tell where the targets of all stretches of a grid are.

    Parameters
    ----------
    grid : WindowGrid
        The stretches.
    target : LanguageTarget
        What is the target of a stretch.
    repeats : bool
        Whether short records are repeated, not padded.

    Returns
    -------
    record, position : ndarray of shape (n_stretches,) and dtype int64
        The record (an index into `grid.records`) and the place in it, counted from 0; below 0
        where the target is padding.
    """
    index = np.arange(grid.n_windows)
    run = grid.run_of(index)
    record = grid.record[run]
    start = grid.starts(index, run) - grid.records.start[record]
    length = grid.records.length[record]
    position = start + target.place - np.maximum(target.stretch_length - length, 0)
    if repeats:
        short = length < target.stretch_length
        position[short] = target.place % length[short]
    return record, position


def last_places(sequences: Sequences) -> tuple[IntArray, IntArray]:
    """Give the record and the place of the base after the end of each row."""
    table = sequences.records()
    last = np.searchsorted(table.row, np.arange(len(sequences)), side="right") - 1
    return last, table.length[last]


def middle_places(sequences: Sequences) -> tuple[IntArray, IntArray]:
    """Give the record and the place of the base in the middle of each row."""
    table = sequences.records()
    ends = np.cumsum(table.length)
    first = np.searchsorted(table.row, np.arange(len(sequences)))
    before = ends[first] - table.length[first]
    middle = before + sequences.lengths // 2
    record = np.searchsorted(ends, middle, side="right")
    return record, middle - (ends[record] - table.length[record])


def context_codes(
    sequences: Sequences,
    table: RecordTable,
    record: IntArray,
    position: IntArray,
    target: LanguageTarget,
) -> Codes:
    """Cut the stretches in which these places are the target; outside of the record is padding.

    Parameters
    ----------
    sequences : Sequences
        The rows.
    table : RecordTable
        Their records.
    record, position : ndarray of shape (n,) and dtype int64
        Places: index into the table, and place in the record (its length for the base after it).
    target : LanguageTarget
        What is the target of a stretch.

    Returns
    -------
    ndarray of shape (n, window_length + 1) and dtype uint8
        Codes.
    """
    offset = np.arange(target.stretch_length) - target.place
    place = position[:, np.newaxis] + offset
    inside = (place >= 0) & (place < table.length[record][:, np.newaxis])
    buffer_place = table.start[record][:, np.newaxis] + np.where(inside, place, 0)
    padding = sequences.vocabulary.padding_code
    return np.where(inside, sequences.codes[buffer_place], padding).astype(np.uint8)


def row_ends(sequences: Sequences, longest: int) -> tuple[Codes, IntArray]:
    """Cut the end of the last record of each row, padded on the right.

    Returns
    -------
    codes : ndarray of shape (n_rows, longest) and dtype uint8
        The last bases of each row, in its order.
    length : ndarray of shape (n_rows,) and dtype int64
        How many they are.
    """
    record, end = last_places(sequences)
    length = np.minimum(end, longest)
    start = sequences.records().start[record] + end - length
    codes = np.full((len(record), longest), sequences.vocabulary.padding_code, dtype=np.uint8)
    for row, (first, n_bases) in enumerate(zip(start, length, strict=True)):
        codes[row, :n_bases] = sequences.codes[first : first + n_bases]
    return codes, length
