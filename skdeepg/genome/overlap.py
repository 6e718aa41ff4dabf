"""`Overlap`: regions that were found beside those that are there."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdeepg.exceptions import InvalidRegionsError, LostDataWarning
from skdeepg.genome.record_lengths import is_same_file
from skdeepg.genome.regions import Regions
from skdeepg.sequences.store import ranges

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Overlap", "compare_regions", "touching"]

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Overlap:
    """Regions that were found beside those that are there: what `Regions.overlap` gives.

    Parameters
    ----------
    matched, matched_truth : Regions
        Pairs, in the order of the truth: what was found, and what is there.
    missed : Regions
        What is there but was not found.
    false : Regions
        What was found but is not there.

    Examples
    --------
    >>> from skdeepg.genome import Regions
    >>> found = Regions(["chr", "chr"], [105, 700], [310, 800], strand=["+", "+"])
    >>> truth = Regions(["chr", "chr"], [100, 400], [300, 500], strand=["+", "-"])
    >>> overlap = found.overlap(truth)
    >>> print(overlap)
    1 of 2 regions found (recall 0.500), 1 false (precision 0.500)
    1 of 1 on the right strand; borders off by 7.5 bases (median; start +5, end +10)
    >>> overlap.missed.start
    array([400])
    """

    matched: Regions
    matched_truth: Regions
    missed: Regions
    false: Regions

    @property
    def start_error(self) -> IntArray:
        """Found minus true start of each pair, in bases: negative where it begins too early."""
        return self.matched.start - self.matched_truth.start

    @property
    def end_error(self) -> IntArray:
        """Found minus true end of each pair, in bases: positive where it ends too late."""
        return self.matched.end - self.matched_truth.end

    @property
    def same_strand(self) -> NDArray[np.bool_]:
        """Whether the strands of each pair agree; an unknown one (``"."``) agrees with both."""
        found, true = self.matched.strand, self.matched_truth.strand
        return np.asarray((found == true) | (found == ".") | (true == "."), dtype=bool)

    @property
    def median_border_error(self) -> float:
        """Median distance of starts and ends from the true ones, in bases; nan without pairs."""
        errors = np.abs(np.concatenate([self.start_error, self.end_error]))
        return float(np.median(errors)) if len(errors) else float("nan")

    @property
    def recall(self) -> float:
        """Share of what is there that was found; nan if nothing is there."""
        return _share(len(self.matched), len(self.matched) + len(self.missed))

    @property
    def precision(self) -> float:
        """Share of what was found that is there; nan if nothing was found."""
        return _share(len(self.matched), len(self.matched) + len(self.false))

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; nan if nothing is there and nothing was found."""
        n_matched = 2 * len(self.matched)
        return _share(n_matched, n_matched + len(self.missed) + len(self.false))

    def __repr__(self) -> str:
        return (
            f"<Overlap: {len(self.matched)} matched, {len(self.missed)} missed, "
            f"{len(self.false)} false>"
        )

    def __str__(self) -> str:
        n_true = len(self.matched) + len(self.missed)
        counts = (
            f"{len(self.matched)} of {n_true} regions found (recall {self.recall:.3f}), "
            f"{len(self.false)} false (precision {self.precision:.3f})"
        )
        if not len(self.matched):
            return counts
        return (
            f"{counts}\n{self.same_strand.sum()} of {len(self.matched)} on the right strand; "
            f"borders off by {self.median_border_error:g} bases (median; start "
            f"{np.median(self.start_error):+g}, end {np.median(self.end_error):+g})"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas table, one line a pair, a region missed, or a false one.

        Returns
        -------
        pandas.DataFrame
            Columns outcome (``"matched"``, ``"missed"`` or ``"false"``), file, record, start, end,
            strand and score of what was found, true_start, true_end, true_strand and true_name,
            start_error and end_error. Where there is no partner, values are missing.
        """
        import pandas as pd

        found = ["file", "record", "start", "end", "strand", "score"]
        true = {"start": "true_start", "end": "true_end", "strand": "true_strand"}
        true |= {"name": "true_name"}
        pairs = self.matched.to_frame()[found].join(self._truth(self.matched_truth, true))
        pairs["start_error"], pairs["end_error"] = self.start_error, self.end_error
        missed = self.missed.to_frame()[["file", "record"]]
        parts = {
            "matched": pairs,
            "missed": missed.join(self._truth(self.missed, true)),
            "false": self.false.to_frame()[found],
        }
        whole = pd.concat(
            [part.assign(outcome=outcome) for outcome, part in parts.items()], ignore_index=True
        )
        places = ["start", "end", "true_start", "true_end", "start_error", "end_error"]
        columns = ["outcome", *found, *true.values(), "start_error", "end_error"]
        return whole[columns].astype(dict.fromkeys(places, "Int64"))

    @staticmethod
    def _truth(regions: Regions, names: dict[str, str]) -> pd.DataFrame:
        return regions.to_frame()[list(names)].rename(columns=names)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


class _Pairs(NamedTuple):
    """Regions that overlap, by their indices."""

    found: IntArray
    true: IntArray


def compare_regions(
    found: Regions, truth: Regions, min_overlap: float, tolerance: float | None
) -> Overlap:
    """Match regions one to one; see `Regions.overlap`."""
    if not 0 < min_overlap <= 1:
        raise ValueError(f"min_overlap must be above 0 and at most 1, found {min_overlap!r}.")
    if tolerance is not None and not tolerance >= 0:
        raise ValueError(f"tolerance must be a number of bases or None, found {tolerance!r}.")
    _check_records(found, truth)
    pairs, share = _overlapping(found, truth, min_overlap, tolerance)
    chosen = _choose(pairs, share)
    matched = np.array(sorted(chosen), dtype=np.int64)  # by truth
    partner = np.array([chosen[i] for i in matched], dtype=np.int64)
    return Overlap(
        found[partner],
        truth[matched],
        truth[np.setdiff1d(np.arange(len(truth)), matched)],
        found[np.setdiff1d(np.arange(len(found)), partner)],
    )


def touching(found: Regions, others: Regions, margin: int) -> NDArray[np.bool_]:
    """Tell which regions share a base with others; see `Regions.touches`."""
    wider = Regions(
        others.record, np.maximum(others.start - margin, 0), others.end + margin, file=others.file
    )
    pairs = _near(found, wider)
    start = np.maximum(found.start[pairs.found], wider.start[pairs.true])
    end = np.minimum(found.end[pairs.found], wider.end[pairs.true])
    shared = (start < end) & _same_files(found.file[pairs.found], wider.file[pairs.true])
    touched = np.zeros(len(found), dtype=bool)
    touched[pairs.found[shared]] = True
    return touched


def _check_records(found: Regions, truth: Regions) -> None:
    """Check what can be checked where the records are known."""
    _check_files(found, truth)
    if found.lengths is None or not len(truth):
        return
    found.lengths.check(truth)
    absent = [
        record
        for record, file in zip(truth.record, truth.file, strict=True)
        if not found.lengths.find(record, file)
    ]
    if len(absent) == len(truth):
        raise InvalidRegionsError(
            f"None of the {len(truth)} true regions is on a record that was scanned (first: "
            f"{absent[0]!r}, scanned: {found.lengths.names[0]!r}); do the names agree?"
        )
    if absent:
        warnings.warn(
            f"{len(absent)} of {len(truth)} true regions are on none of the records that were "
            f"scanned (first: {absent[0]!r}); they count as missed.",
            LostDataWarning,
            stacklevel=4,
        )


def _check_files(found: Regions, truth: Regions) -> None:
    """Refuse truth without files for records that are in several."""
    names = found.record if found.lengths is None else found.lengths.names
    files = found.file if found.lengths is None else found.lengths.files
    unnamed = set(truth.record[truth.file == ""])
    sources: dict[str, set[str]] = {}
    for name, file in zip(names, files, strict=True):
        if name in unnamed:
            sources.setdefault(name, set()).add(Path(file).name)
    for name, several in sources.items():
        if len(several) > 1:
            raise InvalidRegionsError(
                f"Records of {len(several)} files are named {name!r} (files: "
                f"{', '.join(sorted(several)[:3])}): give the true regions' `file` to tell them "
                "apart, as Regions.from_frame(truth.to_frame().assign(file=...))."
            )


def _overlapping(
    found: Regions, truth: Regions, min_overlap: float, tolerance: float | None
) -> tuple[_Pairs, NDArray[np.float64]]:
    """Find the pairs that may match, and the smaller share of their lengths that they overlap."""
    pairs = _near(found, truth)
    start = np.maximum(found.start[pairs.found], truth.start[pairs.true])
    end = np.minimum(found.end[pairs.found], truth.end[pairs.true])
    longest = np.maximum(
        (found.end - found.start)[pairs.found], (truth.end - truth.start)[pairs.true]
    )
    share = (end - start) / longest
    fits = share >= min_overlap
    fits &= _same_files(found.file[pairs.found], truth.file[pairs.true])
    if tolerance is not None:
        fits &= np.abs(found.start[pairs.found] - truth.start[pairs.true]) <= tolerance
        fits &= np.abs(found.end[pairs.found] - truth.end[pairs.true]) <= tolerance
    return _Pairs(pairs.found[fits], pairs.true[fits]), share[fits]


def _near(found: Regions, truth: Regions) -> _Pairs:
    """Pair each true region with those found on its record that could overlap it."""
    if not len(found) or not len(truth):
        return _Pairs(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    numbers = {name: i for i, name in enumerate(dict.fromkeys([*found.record, *truth.record]))}
    # records one behind the other, so that one search does for all
    longest = int((found.end - found.start).max())
    span = int(max(found.end.max(), truth.end.max())) + longest
    place = np.array([numbers[name] for name in found.record]) * span + longest + found.start
    order = np.argsort(place, kind="stable")
    base = np.array([numbers[name] for name in truth.record]) * span + longest
    first = np.searchsorted(place[order], base + truth.start - longest, side="right")
    behind = np.searchsorted(place[order], base + truth.end, side="left")
    counts = np.maximum(behind - first, 0)
    return _Pairs(order[ranges(first, counts)], np.repeat(np.arange(len(truth)), counts))


def _same_files(one: NDArray[np.object_], other: NDArray[np.object_]) -> NDArray[np.bool_]:
    same = (is_same_file(a, b) for a, b in zip(one, other, strict=True))
    return np.fromiter(same, dtype=bool, count=len(one))


def _choose(pairs: _Pairs, share: NDArray[np.float64]) -> dict[int, int]:
    """Match one to one, largest overlap first: true region -> found region."""
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for i in np.argsort(-share, kind="stable"):
        found, true = int(pairs.found[i]), int(pairs.true[i])
        if found not in taken and true not in chosen:
            chosen[true] = found
            taken.add(found)
    return chosen
