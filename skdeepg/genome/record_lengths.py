"""`RecordLengths`: which records there are, and how long they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from skdeepg.exceptions import InvalidRegionsError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from skdeepg.genome.regions import Regions

__all__ = ["RecordLengths", "is_same_file"]


@dataclass(frozen=True, eq=False)
class RecordLengths:
    """Names, files and lengths of records.

    Parameters
    ----------
    names, files : ndarray of object (str), of shape (n_records,)
        First word of each record's header, and its file; a file may be empty (not known).
    lengths : ndarray of int64, of shape (n_records,)
        In bases.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.genome import RecordLengths, Regions
    >>> names = np.array(["chr", "plasmid"], dtype=object)
    >>> records = RecordLengths(names, np.array(["", ""], dtype=object), np.array([90, 30]))
    >>> records.find("plasmid")
    [1]
    >>> records.check(Regions(["chr"], [0], [90]))
    """

    names: NDArray[np.object_]
    files: NDArray[np.object_]
    lengths: NDArray[np.int64]

    def find(self, record: str, file: str = "") -> list[int]:
        """Find the records of a name.

        Parameters
        ----------
        record : str
            The name.
        file : str, default=""
            Its file; folders do not matter. Empty for any.

        Returns
        -------
        list of int
            Their indices; none, one, or several in different files.
        """
        indices = self._places.get(record, [])
        return [i for i in indices if is_same_file(file, self.files[i])]

    def check(self, regions: Regions) -> None:
        """Check that regions end on their records; those on other records are passed over.

        Parameters
        ----------
        regions : Regions
            What to check.

        Raises
        ------
        InvalidRegionsError
            If one ends behind its record.
        """
        for record, file, start, end in zip(
            regions.record, regions.file, regions.start, regions.end, strict=True
        ):
            for i in self.find(record, file):
                if end > self.lengths[i]:
                    raise InvalidRegionsError(
                        f"The region {start}-{end} of record {record!r} ends behind the record, "
                        f"which has {self.lengths[i]} bases: is it the annotation of another "
                        "assembly?"
                    )

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for i, name in enumerate(self.names):
            places.setdefault(name, []).append(i)
        return places


def is_same_file(one: str, other: str) -> bool:
    """Whether two file names may mean the same file, wherever it is; an empty one fits all."""
    return not one or not other or Path(one).name == Path(other).name
