"""`Track`: answers for windows along genomes, with coordinates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdeepg.genome.record_lengths import RecordLengths
from skdeepg.genome.track_checks import check_records, check_windows
from skdeepg.genome.track_outputs import TrackOutputs
from skdeepg.genome.window_sources import (
    ArraySource,
    FloatArray,
    IntArray,
    WindowSource,
)

__all__ = ["Track"]


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Track(TrackOutputs):
    """Answers for windows along the records of genomes, with coordinates.

    What `scan` gives and `read_states` reads. The windows of a track that is read from a file stay
    there until they are needed.

    Parameters
    ----------
    names, files : array-like of str, of shape (n_records,)
        First word of each record's header, and its file. All records scanned are there, also those
        without a window.
    lengths : array-like of int, of shape (n_records,)
        Their lengths in bases.
    padded : array-like of bool, of shape (n_records,)
        Whether a record is shorter than a window; it then has one window, which was padded.
    offsets : array-like of int, of shape (n_records + 1,)
        Number of the first window of each record, and the number of windows.
    start : array-like of int, of shape (n_windows,), default=None
        First base of each window on its record, ascending within a record, not necessarily evenly
        spaced. Negative where a window of a file of deepG begins in padding.
    values : array-like of float, of shape (n_strands, n_windows, n_columns), default=None
        Answers. Those of the strand ``"-"`` are for the reverse complement of the same window.
    strands : sequence of {"+", "-"}
        The strands of `values`.
    columns : sequence of str
        What each column of `values` is: a class, ``"log_likelihood"``, or a unit of a layer.
    window_length, stride : int
        Length of windows and usual distance between their starts, in bases.
    details : mapping, default=None
        What else is known; JSON can hold it.
    source : WindowSource, default=None
        Where windows are, in place of `start` and `values`.

    Attributes
    ----------
    names, files : ndarray of object (str), of shape (n_records,)
        As given.
    lengths, offsets : ndarray of int64
        As given.
    padded : ndarray of bool, of shape (n_records,)
        As given.
    strands, columns : tuple of str
        As given.
    details : dict
        As given.

    Raises
    ------
    ValueError
        If arrays do not fit each other, or windows do not ascend.

    Examples
    --------
    >>> from skdeepg.genome import Track
    >>> track = Track(
    ...     ["chr"],
    ...     ["genome.fasta"],
    ...     [20],
    ...     [False],
    ...     [0, 2],
    ...     start=[0, 10],
    ...     values=[[[0.25, 0.75], [0.5, 0.5]]],
    ...     strands="+",
    ...     columns=["16s", "other"],
    ...     window_length=10,
    ...     stride=10,
    ... )
    >>> track
    <Track: 2 windows of 10 bases on 1 record(s), strands +, columns 16s, other>
    >>> track.to_frame()
      record  start  end strand   16s  other
    0    chr      0   10      +  0.25   0.75
    1    chr     10   20      +  0.50   0.50
    """

    names: NDArray[np.object_]
    files: NDArray[np.object_]
    lengths: IntArray
    padded: NDArray[np.bool_]
    offsets: IntArray
    strands: tuple[str, ...]
    columns: tuple[str, ...]
    window_length: int
    stride: int
    details: Mapping[str, Any]
    source: WindowSource

    def __init__(
        self,
        names: ArrayLike,
        files: ArrayLike,
        lengths: ArrayLike,
        padded: ArrayLike,
        offsets: ArrayLike,
        start: ArrayLike | None = None,
        values: ArrayLike | None = None,
        *,
        strands: Sequence[str],
        columns: Sequence[str],
        window_length: int,
        stride: int,
        details: Mapping[str, Any] | None = None,
        source: WindowSource | None = None,
    ) -> None:
        offsets = np.asarray(offsets, dtype=np.int64)
        if source is None:
            starts = np.asarray([] if start is None else start, dtype=np.int64)
            numbers = np.asarray([] if values is None else values, dtype=np.float32)
            check_windows(offsets, starts, numbers, len(strands), len(columns))
            source = ArraySource(offsets, starts, numbers)
        given = {
            "names": np.asarray(names, dtype=object),
            "files": np.asarray(files, dtype=object),
            "lengths": np.asarray(lengths, dtype=np.int64),
            "padded": np.asarray(padded, dtype=bool),
            "offsets": offsets,
            "strands": tuple(strands),
            "columns": tuple(map(str, columns)),
            "window_length": int(window_length),
            "stride": int(stride),
            "details": dict(details or {}),
            "source": source,
        }
        for name, value in given.items():
            object.__setattr__(self, name, value)
        check_records(self)

    @property
    def start(self) -> IntArray:
        """First base of each window, of shape (n_windows,); counted from 0."""
        return self.source.starts()

    @property
    def end(self) -> IntArray:
        """The base behind the last one of each window, at most the record's length."""
        return np.asarray(
            np.minimum(self.start + self.window_length, np.repeat(self.lengths, self.n_windows))
        )

    @property
    def values(self) -> FloatArray:
        """Answers, float32 of shape (n_strands, n_windows, n_columns); may read a file."""
        return self.source.values()

    @property
    def n_windows(self) -> IntArray:
        """Windows of each record, of shape (n_records,)."""
        return np.diff(self.offsets)

    @cached_property
    def records(self) -> RecordLengths:
        """Names, files and lengths of the records."""
        return RecordLengths(self.names, self.files, self.lengths)

    def __len__(self) -> int:
        return int(self.offsets[-1]) * len(self.strands)

    def __repr__(self) -> str:
        shown = ", ".join(self.columns[:3]) + (", ..." if len(self.columns) > 3 else "")
        return (
            f"<Track: {int(self.offsets[-1]):,} windows of {self.window_length:,} bases on "
            f"{len(self.names):,} record(s), strands {''.join(self.strands)}, columns {shown}>"
        )

    def _column_index(self, column: object) -> int:
        """Find a column.

        Parameters
        ----------
        column : str, or class label
            Its name.

        Returns
        -------
        int
            Its place in `columns`.

        Raises
        ------
        ValueError
            If there is none of that name.
        """
        if str(column) not in self.columns:
            found = ", ".join(map(repr, self.columns[:20]))
            raise ValueError(f"The track has no column {str(column)!r}; its columns are {found}.")
        return self.columns.index(str(column))

    def _strand_index(self, strand: str) -> int:
        """Find a strand.

        Parameters
        ----------
        strand : {"+", "-"}
            Which.

        Returns
        -------
        int
            Its place in `strands`.

        Raises
        ------
        ValueError
            If it was not scanned.
        """
        if strand not in self.strands:
            raise ValueError(
                f"The track has no strand {strand!r}, only {' and '.join(self.strands)}; scan "
                'with strands="both".'
            )
        return self.strands.index(strand)

    def read_windows(
        self, columns: Sequence[object] | None = None
    ) -> Iterator[tuple[IntArray, FloatArray]]:
        """Go through the records one at a time.

        Parameters
        ----------
        columns : sequence of str, default=None
            The columns wanted; None for all.

        Yields
        ------
        start : ndarray of int64, of shape (n_windows,)
            First base of each window of the record.
        values : ndarray of float32, of shape (n_strands, n_windows, n_columns)
            Their answers.

        Examples
        --------
        >>> from skdeepg.genome import Track
        >>> track = Track(
        ...     ["a", "b"],
        ...     ["", ""],
        ...     [20, 5],
        ...     [False, True],
        ...     [0, 2, 3],
        ...     start=[0, 10, 0],
        ...     values=[[[0.0], [1.0], [0.5]]],
        ...     strands="+",
        ...     columns=["16s"],
        ...     window_length=10,
        ...     stride=10,
        ... )
        >>> [float(values.max()) for start, values in track.read_windows()]
        [1.0, 0.5]
        """
        wanted = None if columns is None else np.array([self._column_index(c) for c in columns])
        yield from self.source.read(np.arange(len(self.names)), wanted)

    def select(
        self,
        *,
        record: str | Collection[str] | None = None,
        file: str | Collection[str] | None = None,
    ) -> Track:
        """Return the track of some records.

        Parameters
        ----------
        record, file : str or collection of str, default=None
            A name, or names of which any will do; None takes all.

        Returns
        -------
        Track
            Their windows, in the same order; those in a file stay there.

        Raises
        ------
        ValueError
            If there is no such record.

        Examples
        --------
        >>> from skdeepg.genome import Track
        >>> track = Track(
        ...     ["a", "b"],
        ...     ["", ""],
        ...     [10, 10],
        ...     [False] * 2,
        ...     [0, 1, 2],
        ...     start=[0, 0],
        ...     values=[[[0.0], [1.0]]],
        ...     strands="+",
        ...     columns=["16s"],
        ...     window_length=10,
        ...     stride=10,
        ... )
        >>> track.select(record="b").values.tolist()
        [[[1.0]]]
        """
        chosen = np.flatnonzero(_is_in(self.names, record) & _is_in(self.files, file))
        if not len(chosen):
            raise ValueError(
                f"The track has no record with record={record!r} and file={file!r}; it has "
                f"{', '.join(map(repr, self.names[:3]))}, {len(self.names)} in all."
            )
        return Track(
            self.names[chosen],
            self.files[chosen],
            self.lengths[chosen],
            self.padded[chosen],
            np.concatenate([[0], np.cumsum(self.n_windows[chosen])]),
            strands=self.strands,
            columns=self.columns,
            window_length=self.window_length,
            stride=self.stride,
            details=self.details,
            source=self.source.take(chosen),
        )


def _is_in(values: NDArray[np.object_], wanted: str | Collection[str] | None) -> NDArray[np.bool_]:
    if wanted is None:
        return np.ones(len(values), dtype=bool)
    allowed = {wanted} if isinstance(wanted, str) else set(wanted)
    return np.fromiter((value in allowed for value in values), bool, len(values))
