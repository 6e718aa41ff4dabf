"""How far two attributions of the same rows agree."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import pearsonr, spearmanr

from skdeepg.inspection.attribution import Attribution, Importance

__all__ = ["agreement"]

FloatArray = NDArray[np.float64]


def agreement(
    a: Attribution, b: Attribution, *, kind: Importance = "absolute", share: float = 0.1
) -> pd.DataFrame:
    """Compare what two attributions find important, row by row.

    Parameters
    ----------
    a, b : Attribution
        Of the same rows: by two methods, baselines, or networks. Their numbers may have any units.
    kind : {"absolute", "observed", "sum"}, default="absolute"
        What is compared; see `Attribution.importance`.
    share : float, default=0.1
        The share of a row's bases, those of highest importance, whose overlap is counted; at least
        one base.

    Returns
    -------
    pandas.DataFrame
        One line a row of the attributions: record; pearson, the correlation; spearman, that of
        ranks; overlap, the share of the most important bases of one that are also among those of
        the other (`share` is what chance gives). Correlations are nan where all bases of a row have
        the same importance.

    Raises
    ------
    ValueError
        If the rows are not the same, or `share` is not above 0 and at most 1.

    Notes
    -----
    Neighbours in a sequence are often of similar importance, so a row of 500 bases has far fewer
    than 500 independent numbers: tests of significance that count bases are too good.

    Examples
    --------
    >>> from skdeepg.inspection import Attribution, agreement
    >>> one, other = (
    ...     Attribution(
    ...         values=[[[0.1, 0.0], [0.0, last], [0.3, 0.0]]],
    ...         codes=[[0, 1, 0]],
    ...         baseline="zero",
    ...         target=[0],
    ...         of="logit",
    ...         method="integrated_gradients",
    ...         symbols="AB",
    ...     )
    ...     for last in (0.2, 0.4)
    ... )
    >>> agreement(one, other).round(3)
      record  pearson  spearman  overlap
    0  row_0    0.655       0.5      0.0
    """
    _check_same_rows(a, b)
    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, found {share!r}.")
    pairs = zip(a.importance(kind), b.importance(kind), a.lengths, strict=True)
    scores = [
        _compare(one[:length].astype(np.float64), other[:length].astype(np.float64), share)
        for one, other, length in pairs
    ]
    columns = ["pearson", "spearman", "overlap"]
    table = pd.DataFrame(scores, columns=columns, dtype=float)
    table.insert(0, "record", a.records)
    return table


def _check_same_rows(a: Attribution, b: Attribution) -> None:
    if len(a) != len(b):
        raise ValueError(f"a has {len(a)} rows and b {len(b)}; they must be of the same rows.")
    for row in range(len(a)):
        if not np.array_equal(a.codes[row, : a.lengths[row]], b.codes[row, : b.lengths[row]]):
            raise ValueError(
                f"Row {row} is another sequence in a ({a.records[row]!r}) than in b "
                f"({b.records[row]!r}); they must be of the same rows."
            )


def _compare(one: FloatArray, other: FloatArray, share: float) -> tuple[float, float, float]:
    if not len(one):
        return np.nan, np.nan, np.nan
    overlap = _overlap(one, other, max(round(share * len(one)), 1))
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return np.nan, np.nan, overlap
    return pearsonr(one, other).statistic, spearmanr(one, other).statistic, overlap


def _overlap(one: FloatArray, other: FloatArray, n: int) -> float:
    best = [set(np.argsort(-values, kind="stable")[:n].tolist()) for values in (one, other)]
    return len(best[0] & best[1]) / n
