"""Regions of a track: where a class scores above a threshold, one call for both strands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.argument_checks import check_number
from skdeepg.genome.profiles import (
    join_near,
    mean_between,
    running_mean,
    stretches_above,
    window_centres,
)
from skdeepg.genome.regions import Regions

if TYPE_CHECKING:
    from skdeepg.genome.track import Track

__all__ = ["CallSettings", "Profile", "call_regions", "find_regions", "make_profiles"]

KIND = "sequence_feature"  # the most general feature type of the Sequence Ontology


@dataclass(frozen=True)
class CallSettings:
    """How regions are found; all in bases.

    Attributes
    ----------
    min_length, merge_distance, smooth : float
        As those of `Track.regions`.
    """

    min_length: float
    merge_distance: float
    smooth: float

    @classmethod
    def of(
        cls,
        track: Track,
        min_length: float | None,
        merge_distance: float | None,
        smooth: float | None,
    ) -> CallSettings:
        """Put half a window where nothing is given."""
        given = {"min_length": min_length, "merge_distance": merge_distance, "smooth": smooth}
        for name, value in given.items():
            if value is not None:
                check_number(name, value, least=0, unit="bases")
        half = track.window_length // 2
        return cls(**{name: half if value is None else value for name, value in given.items()})


@dataclass(frozen=True)
class Profile:
    """Scores along a record.

    Attributes
    ----------
    record : int
        Its index in the track.
    length : int
        In bases.
    centres : ndarray of float64, of shape (n_windows,)
        Middles of the windows.
    values, smoothed : ndarray of float64, of shape (n_strands, n_windows)
        Scores there, and their running means.
    """

    record: int
    length: int
    centres: NDArray[np.float64]
    values: NDArray[np.float64]
    smoothed: NDArray[np.float64]


@dataclass(frozen=True)
class _Call:
    """A region of one strand of a record."""

    start: int
    end: int
    strand: int


def call_regions(
    track: Track,
    column: object,
    threshold: float | str,
    *,
    min_length: float | None = None,
    merge_distance: float | None = None,
    smooth: float | None = None,
    min_score: float = 0.0,
    truth: Regions | None = None,
    precision: float | None = None,
) -> Regions:
    """Find regions; see `Track.regions`."""
    from skdeepg.genome.thresholds import choose_threshold

    settings = CallSettings.of(track, min_length, merge_distance, smooth)
    details: dict[str, Any] = {"column": str(column), **asdict(settings)}
    if isinstance(threshold, str):
        details["threshold_for"] = threshold if precision is None else f"precision {precision}"
        threshold = choose_threshold(
            track, column, truth, threshold, precision=precision, **asdict(settings)
        )
    elif truth is not None or precision is not None:
        raise ValueError(
            'truth and precision are to choose a threshold on: give threshold="f1" or '
            f'threshold="precision", found {threshold!r}. Regions.overlap compares with truth.'
        )
    else:
        check_number("threshold", threshold)
    check_number("min_score", min_score)
    details["threshold"] = float(threshold)
    profiles = make_profiles(track, column, settings, threshold)
    details["min_score"] = float(min_score)
    regions = find_regions(track, profiles, threshold, settings, details)
    return regions[regions.score >= min_score] if min_score else regions


def make_profiles(
    track: Track, column: object, settings: CallSettings, lowest: float = -np.inf
) -> Iterator[Profile]:
    """Give the scores of each record that has some above `lowest`.

    Parameters
    ----------
    track : Track
        The track.
    column : str or class label
        Which column.
    settings : CallSettings
        For the running mean.
    lowest : float, default=-inf
        Running means are not above it where values are not.

    Yields
    ------
    Profile
        Of one record.
    """
    for record, (start, values) in enumerate(track.read_windows([column])):
        if (values > lowest).any():
            length = int(track.lengths[record])
            centres = window_centres(start, track.window_length, length)
            scores = values[:, :, 0].astype(np.float64)
            smoothed = [running_mean(centres, strand, settings.smooth) for strand in scores]
            yield Profile(record, length, centres, scores, np.array(smoothed))


def find_regions(
    track: Track,
    profiles: Iterator[Profile] | list[Profile],
    threshold: float,
    settings: CallSettings,
    details: dict[str, Any],
) -> Regions:
    """Find the regions of all profiles above a threshold.

    Parameters
    ----------
    track : Track
        What the profiles are of.
    profiles : iterable of Profile
        Scores.
    threshold : float
        What to be above.
    settings : CallSettings
        How to join and drop.
    details : dict
        What the regions tell; their name is its ``"column"``.

    Returns
    -------
    Regions
        By record and start.
    """
    found = [
        (profile, call) for profile in profiles for call in _calls(profile, threshold, settings)
    ]
    records = np.array([profile.record for profile, _ in found], dtype=np.int64)
    return Regions(
        track.names[records],
        np.array([call.start for _, call in found], dtype=np.int64),
        np.array([call.end for _, call in found], dtype=np.int64),
        strand=[track.strands[call.strand] for _, call in found],
        score=[
            round(_score(profile, call.strand, call.start, call.end), 6) for profile, call in found
        ],
        name=[str(details["column"])] * len(found),
        kind=[KIND] * len(found),
        file=track.files[records],
        details=details,
        lengths=track.records,
    )


def _calls(profile: Profile, threshold: float, settings: CallSettings) -> list[_Call]:
    """Find the regions of a record, and give those of both strands to the better one."""
    calls = [
        _Call(start, end, strand)
        for strand in range(len(profile.smoothed))
        for start, end in _stretches(profile, strand, threshold, settings)
    ]
    kept = [call for cluster in _clusters(calls) for call in _better(profile, cluster)]
    return sorted(kept, key=lambda call: call.start)


def _stretches(
    profile: Profile, strand: int, threshold: float, settings: CallSettings
) -> list[tuple[int, int]]:
    starts, ends = stretches_above(
        profile.centres, profile.smoothed[strand], threshold, profile.length
    )
    starts, ends = np.rint(starts), np.rint(ends)
    starts, ends = join_near(starts, ends, settings.merge_distance)
    kept = ends - starts >= max(min(settings.min_length, profile.length), 1)
    return list(
        zip(starts[kept].astype(int).tolist(), ends[kept].astype(int).tolist(), strict=True)
    )


def _clusters(calls: list[_Call]) -> list[list[_Call]]:
    """Put calls together that overlap, directly or through others."""
    clusters: list[list[_Call]] = []
    end = -1
    for call in sorted(calls, key=lambda call: call.start):
        if call.start < end:
            clusters[-1].append(call)
        else:
            clusters.append([call])
        end = max(end, call.end)
    return clusters


def _better(profile: Profile, cluster: list[_Call]) -> list[_Call]:
    """Keep the calls of the strand with the higher mean over all of a cluster."""
    strands = sorted({call.strand for call in cluster})
    if len(strands) == 1:
        return cluster
    start, end = cluster[0].start, max(call.end for call in cluster)
    best = max(strands, key=lambda strand: _score(profile, strand, start, end))
    return [call for call in cluster if call.strand == best]


def _score(profile: Profile, strand: int, start: int, end: int) -> float:
    return mean_between(profile.centres, profile.values[strand], start, end)
