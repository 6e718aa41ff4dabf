"""Scores along a record, from those of windows: a line through the centres of the windows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skdeepg.genome.window_sources import IntArray

__all__ = ["join_near", "mean_between", "running_mean", "stretches_above", "window_centres"]

DoubleArray = NDArray[np.float64]
Stretches = tuple[DoubleArray, DoubleArray]


def window_centres(start: IntArray, window_length: int, length: int) -> DoubleArray:
    """Find the middle of the bases that each window has of its record.

    Parameters
    ----------
    start : ndarray of int64, of shape (n_windows,)
        First bases; negative where a window begins in padding.
    window_length, length : int
        Of the windows and of the record, in bases.

    Returns
    -------
    ndarray of float64, of shape (n_windows,)
        Places between bases: 1.0 is between the first two.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.genome.profiles import window_centres
    >>> window_centres(np.array([0, 5]), window_length=10, length=15)
    array([ 5., 10.])
    """
    first = np.maximum(start, 0)
    return (first + np.minimum(start + window_length, length)) / 2


def running_mean(centres: DoubleArray, values: DoubleArray, width: float) -> DoubleArray:
    """Average the values of windows whose centres are at most half of `width` away.

    A window weighs as many bases as are nearer to its centre than to others, so that finely and
    coarsely scanned stretches count alike. Values that are nan count for nothing.

    Parameters
    ----------
    centres : ndarray of float64, of shape (n_windows,)
        Ascending.
    values : ndarray of float64, of shape (n_windows,)
        One a window.
    width : float
        In bases.

    Returns
    -------
    ndarray of float64, of shape (n_windows,)
        The means; nan where the value is.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.genome.profiles import running_mean
    >>> running_mean(np.array([0.0, 10, 20, 30]), np.array([0.0, 3, 0, 0]), width=20)
    array([1.5, 1. , 1. , 0. ])
    """
    first = np.searchsorted(centres, centres - width / 2, side="left")
    behind = np.searchsorted(centres, centres + width / 2, side="right")
    missing = np.isnan(values)
    weights = np.where(missing, 0, _bases_nearest(centres))
    sums = _cumulated(weights * np.where(missing, 0, values))
    totals = _cumulated(weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (sums[behind] - sums[first]) / (totals[behind] - totals[first])
    # also where rounding of the sums would move a value
    return np.where(missing | (behind - first == 1), values, means)


def _bases_nearest(centres: DoubleArray) -> DoubleArray:
    gaps = np.diff(centres)
    if not len(gaps):
        return np.ones(len(centres))
    return (np.append(gaps, gaps[-1]) + np.insert(gaps, 0, gaps[0])) / 2


def _cumulated(values: DoubleArray) -> DoubleArray:
    return np.concatenate([[0.0], np.cumsum(values)])


def stretches_above(
    centres: DoubleArray, values: DoubleArray, threshold: float, length: int
) -> Stretches:
    """Find where the line through the values is above a threshold.

    Before the first centre and behind the last one the line is level, to the record's ends. It
    breaks off at the centres next to values that are nan.

    Parameters
    ----------
    centres, values : ndarray of float64, of shape (n_windows,)
        Ascending places, and the values there.
    threshold : float
        What to be above.
    length : int
        Of the record, in bases.

    Returns
    -------
    starts, ends : ndarray of float64, of shape (n_stretches,)
        In bases, not rounded.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.genome.profiles import stretches_above
    >>> stretches_above(np.array([5.0, 15, 25]), np.array([0, 1, 0.8]), 0.5, length=30)
    (array([10.]), array([30.]))
    """
    above = np.zeros(len(values) + 2, dtype=np.int8)
    above[1:-1] = values > threshold
    changes = np.diff(above)
    first, last = np.flatnonzero(changes > 0), np.flatnonzero(changes < 0) - 1
    starts = np.where(first == 0, 0.0, _crossings(centres, values, threshold, first, first - 1))
    behind = np.minimum(last + 1, len(values) - 1)
    is_last = last == len(values) - 1
    ends = np.where(is_last, length, _crossings(centres, values, threshold, last, behind))
    return starts, ends


def _crossings(
    centres: DoubleArray, values: DoubleArray, threshold: float, inside: IntArray, outside: IntArray
) -> DoubleArray:
    """Where lines from windows above to neighbours not above meet the threshold."""
    rise = values[inside] - values[outside]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (values[inside] - threshold) / rise
    share = np.where(np.isfinite(share), share, 0)
    return np.asarray(centres[inside] + share * (centres[outside] - centres[inside]))


def join_near(starts: DoubleArray, ends: DoubleArray, distance: float) -> Stretches:
    """Join stretches with gaps of at most `distance`.

    Parameters
    ----------
    starts, ends : ndarray of float64, of shape (n_stretches,)
        Ascending, not overlapping.
    distance : float
        In bases.

    Returns
    -------
    starts, ends : ndarray of float64
        Of the joined stretches.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.genome.profiles import join_near
    >>> join_near(np.array([0.0, 12, 40]), np.array([10.0, 20, 50]), distance=5)
    (array([ 0., 40.]), array([20., 50.]))
    """
    apart = starts[1:] - ends[:-1] > distance
    return starts[np.insert(apart, 0, True)[: len(starts)]], ends[
        np.append(apart, True)[: len(ends)]
    ]


def mean_between(centres: DoubleArray, values: DoubleArray, start: float, end: float) -> float:
    """Average the line through the values over a stretch; values that are nan are left out.

    Parameters
    ----------
    centres, values : ndarray of float64, of shape (n_windows,)
        Ascending places, and the values there.
    start, end : float
        The stretch, in bases.

    Returns
    -------
    float
        The mean; nan without values.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.genome.profiles import mean_between
    >>> mean_between(np.array([0.0, 10]), np.array([0.0, 1]), 5, 10)
    0.75
    """
    known = ~np.isnan(values)
    if not known.any():
        return float("nan")
    centres, values = centres[known], values[known]
    inner = centres[np.searchsorted(centres, start) : np.searchsorted(centres, end)]
    places = np.concatenate([[start], inner, [end]])
    return float(_integral(places, np.interp(places, centres, values)) / (end - start))


def _integral(places: DoubleArray, values: DoubleArray) -> float:
    return float(np.sum(np.diff(places) * (values[1:] + values[:-1]) / 2))
