"""Tracks are put together from the blocks of a scan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.genome.scan_log import ScanLog, ScannedBlock
from skdeepg.genome.states_files import TrackRecord, write_states
from skdeepg.genome.track import Track
from skdeepg.sequences.collection import object_array

__all__ = ["make_track", "write_scan"]


def make_track(
    log: ScanLog,
    *,
    strands: tuple[str, ...],
    columns: tuple[str, ...],
    window_length: int,
    stride: int,
    details: Mapping[str, Any],
) -> Track:
    """Make a track in memory.

    Parameters
    ----------
    log : ScanLog
        All blocks.
    strands, columns, window_length, stride, details
        As those of `Track`.

    Returns
    -------
    Track
        Of all windows.
    """
    records, blocks = log.records, list(log.blocks())
    counts = _count_windows(log)
    empty = np.zeros((len(strands), 0, len(columns)), dtype=np.float32)
    return Track(
        names=object_array([record.name for record in records]),
        files=object_array([record.file for record in records]),
        lengths=np.array([record.length for record in records], dtype=np.int64),
        padded=np.array([record.is_padded for record in records], dtype=bool),
        offsets=np.concatenate([[0], np.cumsum(counts)]),
        start=np.concatenate([np.zeros(0, np.int64), *(block.start for block in blocks)]),
        values=np.concatenate([empty, *(block.values for block in blocks)], axis=1),
        strands=strands,
        columns=columns,
        window_length=window_length,
        stride=stride,
        details=details,
    )


def write_scan(log: ScanLog, path: str | PathLike[str], *, overwrite: bool, **named: Any) -> None:
    """Write a states file, a block at a time.

    Parameters
    ----------
    log : ScanLog
        All blocks.
    path : str or path-like
        The file.
    overwrite : bool
        Whether it may be replaced.
    **named
        As for `make_track`.
    """
    write_states(
        path,
        records=_track_records(log),
        n_records=len(log.records),
        overwrite=overwrite,
        **named,
    )


def _count_windows(log: ScanLog) -> NDArray[np.int64]:
    counts = np.zeros(len(log.records), dtype=np.int64)
    for block in log.blocks():
        counts += np.bincount(block.record, minlength=len(counts))
    return counts


def _track_records(log: ScanLog) -> Iterator[TrackRecord]:
    """Give the records one after another, each with its windows."""
    blocks = _Blocks(log)
    for number, (record, count) in enumerate(
        zip(log.records, _count_windows(log).tolist(), strict=True)
    ):
        windows = blocks.of(number, count)
        yield TrackRecord(record.name, record.file, record.length, record.is_padded, count, windows)


class _Blocks:
    """Shares blocks out to records, which come in order."""

    def __init__(self, log: ScanLog) -> None:
        self._blocks = log.blocks()
        self._block = ScannedBlock(
            np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 0, 0), np.float32)
        )
        self._place = 0

    def of(
        self, record: int, count: int
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Give the windows of the next record."""
        while count:
            if self._place == len(self._block.record):
                self._block, self._place = next(self._blocks), 0
            end = int(np.searchsorted(self._block.record, record, side="right"))
            part = slice(self._place, end)
            yield self._block.start[part], self._block.values[:, part]
            count -= end - self._place
            self._place = end
