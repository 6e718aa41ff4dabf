"""Where regions lie in sequences that have been read."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from skdeepg.exceptions import InvalidRegionsError, LostDataWarning
from skdeepg.genome.regions import Regions
from skdeepg.sequences.collection import RecordTable
from skdeepg.sequences.grid import Intervals

__all__ = ["RegionFinder", "locate_regions"]


def locate_regions(regions: Regions, records: RecordTable) -> Intervals:
    """Find regions in the buffer of codes, by the names of their records.

    Parameters
    ----------
    regions : Regions
        Their `record` is the first word of a record's header; `file`, where it is not empty, the
        name of its file.
    records : RecordTable
        The records of the rows in question; a record may be in several rows.

    Returns
    -------
    Intervals
        One for each occurrence of each region.

    Raises
    ------
    InvalidRegionsError
        If no region is on any record, a region ends behind its record, or a name fits records of
        several files.

    Warns
    -----
    LostDataWarning
        If some regions are on none of the records.
    """
    find = RegionFinder(records)
    found: list[tuple[int, int, int]] = []
    absent: list[str] = []
    for number in range(len(regions)):
        indices = find(regions, number)
        if not indices:
            absent.append(str(regions.record[number]))
        start, end = int(regions.start[number]), int(regions.end[number])
        found += [(i, int(records.start[i]) + start, int(records.start[i]) + end) for i in indices]
    _report_absent(absent, len(regions))
    table = np.array(found, dtype=np.int64).reshape(-1, 3)
    return Intervals(table[:, 0], table[:, 1], table[:, 2])


class RegionFinder:
    """Finds the records that regions are on, by their names.

    Parameters
    ----------
    records : RecordTable
        The records; one may be there several times.
    """

    def __init__(self, records: RecordTable) -> None:
        self._records = records
        self._places: dict[str, list[int]] = {}
        for i, name in enumerate(records.name):
            self._places.setdefault(name, []).append(i)

    def __call__(self, regions: Regions, number: int) -> list[int]:
        """Give the records that a region is on, as indices; none where there is no such record.

        Raises
        ------
        InvalidRegionsError
            If the region ends behind its record, or its record's name fits those of several files.
        """
        record, end = regions.record[number], regions.end[number]
        indices = _of_file(self._places.get(record, []), regions.file[number], self._records)
        _check_one_source(record, indices, self._records)
        for i in indices:
            if end > self._records.length[i]:
                raise InvalidRegionsError(
                    f"The region {regions.start[number]}-{end} of record {record!r} ends behind "
                    f"the record, which has {self._records.length[i]} bases: is it the annotation "
                    "of another assembly?"
                )
        return indices


def _of_file(indices: list[int], file: str, records: RecordTable) -> list[int]:
    if not file:
        return indices
    return [i for i in indices if Path(records.file[i]).name == Path(file).name]


def _check_one_source(record: str, indices: list[int], records: RecordTable) -> None:
    if len(indices) > 1 and len(sources := np.unique(records.index[indices])) > 1:
        files = sorted({str(records.file[i]) for i in indices})
        raise InvalidRegionsError(
            f"{len(sources)} records are named {record!r} (files: {', '.join(files[:3])}): give "
            "the regions' `file` to tell them apart."
        )


def _report_absent(absent: list[str], n_regions: int) -> None:
    if not absent:
        return
    if len(absent) == n_regions:
        raise InvalidRegionsError(
            f"None of the {n_regions} regions is on a record of X (first: {absent[0]!r}); their "
            "`record` must be the first word of a record's header."
        )
    warnings.warn(
        f"{len(absent)} of {n_regions} regions are on none of the records of X (first: "
        f"{absent[0]!r}).",
        LostDataWarning,
        stacklevel=4,
    )
