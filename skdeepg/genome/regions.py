"""Regions: stretches of records with strand, score and name."""

from __future__ import annotations

from dataclasses import dataclass, fields
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from skdeepg.exceptions import InvalidRegionsError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Regions"]

STRANDS = ("+", "-", ".")
REQUIRED = ("record", "start", "end")
MISSING: dict[str, Any] = {"strand": ".", "score": np.nan, "name": "", "kind": "", "file": ""}


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Regions:
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

    Attributes
    ----------
    record, strand, name, kind, file : ndarray of object (str), of shape (n_regions,)
        As given.
    start, end : ndarray of int64, of shape (n_regions,)
        In bases from the record's start.
    score : ndarray of float64, of shape (n_regions,)
        As given.

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
    ) -> None:
        given = dict(
            zip(_columns(), (record, start, end, strand, score, name, kind, file), strict=True)
        )
        n_regions = len(np.atleast_1d(np.asarray(record, dtype=object)))
        for column, values in given.items():
            array = _convert(column, values, n_regions)
            array.setflags(write=False)
            object.__setattr__(self, column, array)
        self._check_values()

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
        return Regions(**{column: getattr(self, column)[index] for column in _columns()})

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

    def to_frame(self) -> pd.DataFrame:
        """Return the regions as a pandas table, one region a row.

        Returns
        -------
        pandas.DataFrame
            Columns record, start, end, strand, score, name, kind, file.

        Examples
        --------
        >>> from skdeepg.genome import Regions
        >>> Regions(["chr"], [10], [20]).to_frame()[["record", "start", "end", "strand"]]
          record  start  end strand
        0    chr     10   20      .
        """
        import pandas as pd

        return pd.DataFrame({column: getattr(self, column) for column in _columns()})

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
        present = [column for column in _columns() if column in frame.columns]
        return cls(**{column: frame[column].to_numpy() for column in present})

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
            All of them.

        Examples
        --------
        >>> from skdeepg.genome import Regions
        >>> len(Regions.concatenate([Regions(["a"], [0], [9]), Regions.empty()]))
        1
        """
        if not parts:
            return cls.empty()
        return cls(
            **{
                column: np.concatenate([getattr(part, column) for part in parts])
                for column in _columns()
            }
        )

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


def _columns() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Regions))


def _convert(column: str, values: ArrayLike | None, n_regions: int) -> NDArray[Any]:
    """Copy a column into an array of its type, or fill it where nothing is given."""
    if values is None and column in MISSING:
        values = [MISSING[column]] * n_regions
    array = np.asarray(values, dtype=None if isinstance(values, np.ndarray) else object)
    if array.shape != (n_regions,):
        raise InvalidRegionsError(
            f"{column} has shape {array.shape}, but there are {n_regions} records; every column "
            f"needs one value a region."
        )
    if column in ("start", "end"):
        return _to_integers(column, array)
    if column == "score":
        return _to_floats(array)
    return _to_text(column, array)


def _to_integers(column: str, array: NDArray[Any]) -> NDArray[np.int64]:
    if array.dtype.kind not in "iu":
        for index, value in enumerate(array):
            if not _is_whole(value):
                raise InvalidRegionsError(
                    f"{column} of region {index} must be a whole number, found {value!r}."
                )
    return array.astype(np.int64)


def _is_whole(value: object) -> bool:
    # Tables with a missing value elsewhere in a column hold whole numbers as floats.
    return isinstance(value, Real) and float(value).is_integer()


def _to_floats(array: NDArray[Any]) -> NDArray[np.float64]:
    if array.dtype.kind not in "iuf":
        for index, value in enumerate(array):
            if not isinstance(value, Real):
                raise InvalidRegionsError(
                    f"score of region {index} must be a number, or nan for none, found {value!r}."
                )
    return array.astype(np.float64)


def _to_text(column: str, array: NDArray[Any]) -> NDArray[np.object_]:
    for index, value in enumerate(array):
        if not isinstance(value, str):
            raise InvalidRegionsError(
                f"{column} of region {index} must be a string, found {value!r}."
            )
    text = np.empty(len(array), dtype=object)
    text[:] = [str(value) for value in array]
    return text
