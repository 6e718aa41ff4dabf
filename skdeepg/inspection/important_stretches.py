"""The most important stretches of rows, as regions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skdeepg.argument_checks import check_whole
from skdeepg.genome import Regions
from skdeepg.sequences.vocabulary import get_vocabulary

if TYPE_CHECKING:
    from skdeepg.inspection.attribution import Attribution, Importance

__all__ = ["find_important"]

IntArray = NDArray[np.int64]


def find_important(attribution: Attribution, n: int, length: int, kind: Importance) -> Regions:
    """Find stretches of high mean importance that do not overlap; see `Attribution.top`."""
    for name, value in (("n", n), ("length", length)):
        check_whole(name, value)
    means = _running_means(attribution, length, kind)
    chosen = list(_choose_apart(attribution, means, n, length))
    rows, starts = np.array(chosen, dtype=np.int64).reshape(-1, 2).T
    ends = np.minimum(starts + length, attribution.lengths[rows])
    positions = attribution.positions
    on_record = np.minimum(positions[rows, starts], positions[rows, ends - 1])
    return Regions(
        attribution.records[rows],
        on_record,
        on_record + ends - starts,
        attribution.strands[rows],
        means[rows, starts].astype(np.float64),
        name=_sequences(attribution, rows, starts, ends),
        file=None if attribution.files is None else attribution.files[rows],
        details={"importance": kind, "method": attribution.method, "of": attribution.of},
    )


def _running_means(attribution: Attribution, length: int, kind: Importance) -> NDArray[np.float64]:
    """Give the mean of the stretch that begins at every base; minus infinity where none does.

    A row that is shorter than a stretch has one, all of it.
    """
    importance = attribution.importance(kind)
    sums = np.zeros((len(importance), importance.shape[1] + 1))
    np.cumsum(importance, axis=1, dtype=np.float64, out=sums[:, 1:])
    starts = np.arange(importance.shape[1])
    lengths = attribution.lengths[:, None]
    ends = np.minimum(starts + length, lengths)
    totals = np.take_along_axis(sums, ends, axis=1) - sums[:, :-1]
    is_start = (starts + length <= lengths) | ((starts == 0) & (lengths > 0))
    sizes = np.maximum(ends - starts, 1)
    return np.where(is_start, totals / sizes, -np.inf)


def _choose_apart(
    attribution: Attribution, means: NDArray[np.float64], n: int, length: int
) -> Iterator[tuple[int, int]]:
    """Go from the highest mean down, past stretches that overlap one already chosen."""
    order = np.argsort(-means, axis=None, kind="stable")[: int(np.isfinite(means).sum())]
    files, positions = attribution.files, attribution.positions
    taken: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for index in order.tolist():
        row, start = divmod(index, means.shape[1])
        last = min(start + length, int(attribution.lengths[row])) - 1
        first, final = sorted((int(positions[row, start]), int(positions[row, last])))
        on_record = taken[attribution.records[row], "" if files is None else files[row]]
        if all(final < other or first > end for other, end in on_record):
            on_record.append((first, final))
            yield row, start
            n -= 1
        if not n:
            return


def _sequences(
    attribution: Attribution, rows: IntArray, starts: IntArray, ends: IntArray
) -> list[str]:
    vocabulary = get_vocabulary(attribution.symbols)
    return [
        vocabulary.decode(attribution.codes[row, start:end])
        for row, start, end in zip(rows, starts, ends, strict=True)
    ]
