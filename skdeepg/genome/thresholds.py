"""Thresholds chosen on regions that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skdeepg.genome.calling import CallSettings, Profile, find_regions, make_profiles

if TYPE_CHECKING:
    from skdeepg.genome.regions import Regions
    from skdeepg.genome.track import Track

__all__ = ["choose_threshold", "threshold_curve"]

MOST_PEAKS = 100
N_EVEN = 50


def threshold_curve(
    track: Track,
    column: object,
    truth: Regions,
    *,
    min_length: float | None = None,
    merge_distance: float | None = None,
    smooth: float | None = None,
) -> pd.DataFrame:
    """Compare the regions at many thresholds with those that are known.

    Parameters
    ----------
    track : Track
        Answers along genomes.
    column : str or class label
        The column.
    truth : Regions
        All regions of the class on the track's records.
    min_length, merge_distance, smooth : float, default=None
        As in `Track.regions`.

    Returns
    -------
    pandas.DataFrame
        Columns threshold (ascending, between the highest peaks of the track and at even distances),
        n_regions, n_matched, precision (nan without regions), recall and f1. Regions match as in
        `Regions.overlap`, whatever their strand.

    Raises
    ------
    ValueError
        If there is no such class, `truth` is empty or on none of the records.

    Examples
    --------
    >>> from skdeepg.genome import Regions, Track, threshold_curve
    >>> track = Track(
    ...     ["chr"],
    ...     [""],
    ...     [1000],
    ...     [False],
    ...     [0, 10],
    ...     start=range(0, 1000, 100),
    ...     values=[[[0], [0], [1], [1], [1], [0], [0], [0.5], [0.5], [0]]],
    ...     strands="+",
    ...     columns=["16s"],
    ...     window_length=100,
    ...     stride=100,
    ... )
    >>> curve = threshold_curve(track, "16s", Regions(["chr"], [200], [500]))
    >>> curve[curve["threshold"] > 0.5]["precision"].unique()
    array([1.])
    """
    settings = CallSettings.of(track, min_length, merge_distance, smooth)
    profiles = list(make_profiles(track, column, settings))
    if not len(truth):
        raise ValueError("truth has no regions to choose a threshold on.")
    rows = []
    for threshold in _candidates(profiles):
        found = find_regions(track, profiles, threshold, settings, {"column": str(column)})
        overlap = found.overlap(truth)
        counts = (len(found), len(overlap.matched))
        rows.append((threshold, *counts, overlap.precision, overlap.recall, overlap.f1))
    names = ["threshold", "n_regions", "n_matched", "precision", "recall", "f1"]
    return pd.DataFrame(rows, columns=names)


def choose_threshold(
    track: Track,
    column: object,
    truth: Regions | None,
    wanted: Literal["f1", "precision"] | str = "f1",
    *,
    precision: float | None = None,
    min_length: float | None = None,
    merge_distance: float | None = None,
    smooth: float | None = None,
) -> float:
    """Choose the threshold above which regions fit best to those that are known.

    Parameters
    ----------
    track : Track
        Answers along genomes; not those that a result is to be reported for.
    column : str or class label
        The column.
    truth : Regions
        All regions of the class on the track's records.
    wanted : {"f1", "precision"}, default="f1"
        The best F1 score, or the most regions found with at least the wanted precision.
    precision : float, default=None
        That precision, above 0 and at most 1.
    min_length, merge_distance, smooth : float, default=None
        As in `Track.regions`.

    Returns
    -------
    float
        The middle of the widest range of thresholds that are best.

    Raises
    ------
    ValueError
        If no threshold has the precision, or a parameter is missing or makes no sense.

    Examples
    --------
    >>> from skdeepg.genome import Regions, Track, choose_threshold
    >>> track = Track(
    ...     ["chr"],
    ...     [""],
    ...     [1000],
    ...     [False],
    ...     [0, 10],
    ...     start=range(0, 1000, 100),
    ...     values=[[[0], [0], [1], [1], [1], [0], [0], [0.5], [0.5], [0]]],
    ...     strands="+",
    ...     columns=["16s"],
    ...     window_length=100,
    ...     stride=100,
    ... )
    >>> 0.5 < choose_threshold(track, "16s", Regions(["chr"], [200], [500])) < 1
    True
    """
    _check_wanted(wanted, precision, truth)
    assert truth is not None  # noqa: S101 - told to mypy
    curve = threshold_curve(
        track,
        column,
        truth,
        min_length=min_length,
        merge_distance=merge_distance,
        smooth=smooth,
    )
    if wanted == "f1":
        return _middle_of_best(curve["threshold"].to_numpy(), curve["f1"].to_numpy())
    enough = curve["precision"].to_numpy() >= precision
    if not enough.any():
        raise ValueError(
            f"No threshold gives a precision of {precision}; the best is "
            f"{curve['precision'].max():.3f}. See threshold_curve."
        )
    gain = np.where(enough, curve["recall"].to_numpy(), -1)
    return _middle_of_best(curve["threshold"].to_numpy(), gain)


def _check_wanted(wanted: str, precision: float | None, truth: Regions | None) -> None:
    if wanted not in ("f1", "precision"):
        raise ValueError(f'threshold must be a number, "f1" or "precision", found {wanted!r}.')
    if truth is None:
        raise ValueError(f'threshold="{wanted}" needs truth: the regions that are there.')
    if wanted == "precision" and not (precision is not None and 0 < precision <= 1):
        raise ValueError(
            f'threshold="precision" needs precision: a number above 0 and at most 1, as 0.95, '
            f"found {precision!r}."
        )
    if wanted == "f1" and precision is not None:
        raise ValueError('precision is for threshold="precision"; leave it out with "f1".')


def _candidates(profiles: list[Profile]) -> NDArray[np.float64]:
    """Thresholds between the highest peaks, where regions come and go, and evenly over the rest."""
    peaks = np.concatenate([np.empty(0), *map(_peaks, profiles)])
    scores = np.concatenate([np.empty(0), *(profile.smoothed.ravel() for profile in profiles)])
    scores = scores[np.isfinite(scores)]
    if not len(scores):
        raise ValueError("The track has no values to choose a threshold from.")
    highest = np.unique(peaks)[-MOST_PEAKS:]
    between = (highest[1:] + highest[:-1]) / 2
    even = np.linspace(scores.min(), scores.max(), N_EVEN + 2)[1:-1]
    return np.unique(np.concatenate([between, even]))


def _peaks(profile: Profile) -> NDArray[np.float64]:
    scores = np.nan_to_num(profile.smoothed, nan=-np.inf)
    padded = np.pad(scores, ((0, 0), (1, 1)), constant_values=-np.inf)
    is_peak = (scores > padded[:, :-2]) & (scores >= padded[:, 2:])
    return np.asarray(scores[is_peak & np.isfinite(scores)])


def _middle_of_best(thresholds: NDArray[np.float64], gain: NDArray[np.float64]) -> float:
    """Find the middle of the widest run of thresholds that are best, far from where it worsens."""
    is_best = np.concatenate([[False], gain == np.nanmax(gain), [False]])
    changes = np.diff(is_best.astype(np.int8))
    first, last = np.flatnonzero(changes > 0), np.flatnonzero(changes < 0) - 1
    widest = int(np.argmax(thresholds[last] - thresholds[first]))
    return float((thresholds[first[widest]] + thresholds[last[widest]]) / 2)
