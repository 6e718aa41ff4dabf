"""Regions: stretches of records with strand, score and name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from skdeepg.exceptions import InvalidRegionsError
from skdeepg.genome.region_columns import COLUMNS, convert_column
from skdeepg.genome.region_outputs import RegionOutputs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from skdeepg.genome.overlap import Overlap
    from skdeepg.genome.record_lengths import RecordLengths

__all__ = ["Regions"]

STRANDS = ("+", "-", ".")
REQUIRED = ("record", "start", "end")


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Regions(RegionOutputs):
    """Stretches of records: a table with one array a column.

    Coordinates count from 0 and exclude the end, as in Python. Arrays are copies and read-only.

    Parameters
    ----------
    record : array-like of str, of shape (n_regions,)
        Name of the record (sequence) that the region is on.
    start, end : array-like of int, of shape (n_regions,)
        First base, and the base behind the last one; ``0 <= start < end``.
    strand : array-like of {"+", "-", "."}, of shape (n_regions,), default=None
        Strand; ``"."`` where it does not matter or is not known, which is the default.
    score : array-like of float, of shape (n_regions,), default=None
        Score; nan where there is none, which is the default.
    name, kind : array-like of str, of shape (n_regions,), default=None
        Name and feature type (``"rRNA"``); empty by default.
    file : array-like of str, of shape (n_regions,), default=None
        File that the record is in; empty where it is not known, which is the default.
    details : mapping, default=None
        How the regions were made, such as the threshold that was chosen.
    lengths : RecordLengths, default=None
        The records that regions may be on, where they are known; regions behind their ends are
        refused.

    Attributes
    ----------
    record, strand, name, kind, file : ndarray of object (str), of shape (n_regions,)
        As given.
    start, end : ndarray of int64, of shape (n_regions,)
        In bases from the record's start.
    score : ndarray of float64, of shape (n_regions,)
        As given.
    details : dict
        As given; slices keep it.
    lengths : RecordLengths or None
        As given; slices keep it.

    Raises
    ------
    InvalidRegionsError
        If arrays differ in length, or a value is not allowed; the message names the region.

    Examples
    --------
    >>> from skdeepg.genome import Regions
    >>> genes = Regions(["chr", "plasmid"], [10, 0], [20, 5], strand=["+", "-"], name=["a", "b"])
    >>> genes
    <Regions: 2 on 2 record(s), 15 bases>
    >>> genes[genes.strand == "-"].name
    array(['b'], dtype=object)
    """

    record: NDArray[np.object_]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    strand: NDArray[np.object_]
    score: NDArray[np.float64]
    name: NDArray[np.object_]
    kind: NDArray[np.object_]
    file: NDArray[np.object_]
    details: Mapping[str, Any]
    lengths: RecordLengths | None

    def __init__(
        self,
        record: ArrayLike,
        start: ArrayLike,
        end: ArrayLike,
        strand: ArrayLike | None = None,
        score: ArrayLike | None = None,
        name: ArrayLike | None = None,
        kind: ArrayLike | None = None,
        file: ArrayLike | None = None,
        *,
        details: Mapping[str, Any] | None = None,
        lengths: RecordLengths | None = None,
    ) -> None:
        given = dict(
            zip(COLUMNS, (record, start, end, strand, score, name, kind, file), strict=True)
        )
        n_regions = len(np.atleast_1d(np.asarray(record, dtype=object)))
        for column, values in given.items():
            array = convert_column(column, values, n_regions)
            array.setflags(write=False)
            object.__setattr__(self, column, array)
        object.__setattr__(self, "details", dict(details or {}))
        object.__setattr__(self, "lengths", lengths)
        self._check_values()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        for column in COLUMNS:  # pickles forget it
            getattr(self, column).setflags(write=False)

    def _check_values(self) -> None:
        wrong = (self.start < 0) | (self.end <= self.start)
        if wrong.any():
            index = int(wrong.argmax())
            raise InvalidRegionsError(
                f"Region {index} on record {self.record[index]!r} has start {self.start[index]} "
                f"and end {self.end[index]}; starts count from 0, and the end, which is not "
                f"included, must be larger than the start."
            )
        wrong = ~np.isin(self.strand.astype(str), STRANDS)
        if wrong.any():
            index = int(wrong.argmax())
            raise InvalidRegionsError(
                f"Region {index} on record {self.record[index]!r} has strand "
                f'{self.strand[index]!r}; it must be "+", "-" or ".".'
            )
        if self.lengths is not None:
            self.lengths.check(self)

    def __len__(self) -> int:
        return len(self.start)

    def __repr__(self) -> str:
        n_bases = int((self.end - self.start).sum())
        return f"<Regions: {len(self)} on {len(set(self.record))} record(s), {n_bases} bases>"

    def __getitem__(self, index: Any) -> Regions:
        """Return the regions that a mask, a slice, positions or one position select."""
        if not isinstance(index, slice):
            index = np.atleast_1d(np.asarray(index))
            # An empty list is an array of floats, which cannot index.
            index = index.astype(np.intp) if index.size == 0 and index.dtype != bool else index
        columns: dict[str, Any] = {name: getattr(self, name)[index] for name in COLUMNS}
        return Regions(**columns, details=self.details, lengths=self.lengths)

    def select(
        self,
        *,
        name: str | Collection[str] | None = None,
        kind: str | Collection[str] | None = None,
        record: str | Collection[str] | None = None,
        strand: str | Collection[str] | None = None,
    ) -> Regions:
        """Return the regions that have all of the given values.

        Parameters
        ----------
        name, kind, record, strand : str or collection of str, default=None
            A value, or values of which any will do; None takes all.

        Returns
        -------
        Regions
            Those regions, in the same order; possibly none.

        Examples
        --------
        >>> from skdeepg.genome import Regions
        >>> genes = Regions(["a", "a", "b"], [0, 5, 0], [3, 9, 4], name=["16S", "23S", "16S"])
        >>> genes.select(name="16S", record=["a", "c"]).end
        array([3])
        """
        wanted = {"name": name, "kind": kind, "record": record, "strand": strand}
        mask = np.ones(len(self), dtype=bool)
        for column, values in wanted.items():
            if values is not None:
                allowed = {values} if isinstance(values, str) else set(values)
                mask &= np.fromiter((v in allowed for v in getattr(self, column)), bool, len(self))
        return self[mask]

    def touches(self, others: Regions, *, margin: int = 0) -> NDArray[np.bool_]:
        """Tell which regions share a base with others.

        Parameters
        ----------
        others : Regions
            The others, on either strand; their `file` counts where both name it.
        margin : int, default=0
            Bases by which the others are longer on either side.

        Returns
        -------
        ndarray of shape (n_regions,) and dtype bool
            As a mask: ``regions[~regions.touches(genes)]`` are those off the genes.

        Examples
        --------
        >>> from skdeepg.genome import Regions
        >>> found = Regions(["chr", "chr", "plasmid"], [0, 50, 0], [10, 60, 10])
        >>> found.touches(Regions(["chr"], [9], [20]))
        array([ True, False, False])
        """
        from skdeepg.genome.overlap import touching

        return touching(self, others, margin)

    def overlap(
        self, truth: Regions, *, min_overlap: float = 0.5, tolerance: float | None = None
    ) -> Overlap:
        """Compare the regions with those that are there.

        Regions match one to one, those first that overlap most. Strands need not agree; the result
        tells whether they do.

        Parameters
        ----------
        truth : Regions
            What is there.
        min_overlap : float, default=0.5
            A match overlaps by at least this share of both lengths, on the same record (of the same
            file, where both name it).
        tolerance : float, default=None
            How far start and end of a match may be off, in bases; None for any distance.

        Returns
        -------
        Overlap
            Matched, missed and false regions.

        Raises
        ------
        InvalidRegionsError
            If true regions end behind their record or are on none that was scanned, where that is
            known; or records of several files have the same name and `truth` does not tell the
            file.
        ValueError
            If a parameter makes no sense.

        Warns
        -----
        LostDataWarning
            If some true regions are on none of the records that were scanned.

        Examples
        --------
        >>> from skdeepg.genome import Regions
        >>> found = Regions(["chr"], [90], [310], strand=["-"])
        >>> found.overlap(Regions(["chr"], [100], [300], strand=["-"])).start_error
        array([-10])
        """
        from skdeepg.genome.overlap import compare_regions

        return compare_regions(self, truth, min_overlap, tolerance)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Regions:
        """Make regions of a pandas table.

        Parameters
        ----------
        frame : pandas.DataFrame
            With the columns record, start and end, and any of strand, score, name, kind and file;
            other columns are ignored.

        Returns
        -------
        Regions
            One region a row.

        Raises
        ------
        InvalidRegionsError
            If a column is missing, or a value is not allowed.

        Examples
        --------
        >>> import pandas as pd
        >>> from skdeepg.genome import Regions
        >>> Regions.from_frame(pd.DataFrame({"record": ["chr"], "start": [10], "end": [20]}))
        <Regions: 1 on 1 record(s), 10 bases>
        """
        missing = [column for column in REQUIRED if column not in frame.columns]
        if missing:
            raise InvalidRegionsError(
                f"The table has no column {', '.join(missing)}; it needs record, start and end, "
                f"found {', '.join(map(str, frame.columns))}."
            )
        present = [column for column in COLUMNS if column in frame.columns]
        columns: dict[str, Any] = {column: frame[column].to_numpy() for column in present}
        return cls(**columns)

    @classmethod
    def concatenate(cls, parts: Sequence[Regions]) -> Regions:
        """Join regions in the order given.

        Parameters
        ----------
        parts : sequence of Regions
            What to join; none gives no regions.

        Returns
        -------
        Regions
            All of them, without their `details` and `lengths`.

        Examples
        --------
        >>> from skdeepg.genome import Regions
        >>> len(Regions.concatenate([Regions(["a"], [0], [9]), Regions.empty()]))
        1
        """
        if not parts:
            return cls.empty()
        columns: dict[str, Any] = {
            name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS
        }
        return cls(**columns)

    @classmethod
    def empty(cls) -> Regions:
        """Return no regions.

        Returns
        -------
        Regions
            Of length 0.

        Examples
        --------
        >>> from skdeepg.genome import Regions
        >>> len(Regions.empty())
        0
        """
        return cls([], [], [])
