"""What is made of a `Track`: tables, files, regions, pictures."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    import pandas as pd

    from skdeepg.genome.regions import Regions
    from skdeepg.genome.track import Track

__all__ = ["TrackOutputs"]


class TrackOutputs:
    """Adds to `Track` what is made of it."""

    def to_frame(self) -> pd.DataFrame:
        """Return the track as a pandas table, one line a window and strand.

        Returns
        -------
        pandas.DataFrame
            Columns file (where there are several), record, start, end, strand, then one a column of
            `values`. In the order of records, windows, strands. Bases of padding are not counted in
            start and end. A class named as one of these columns gets ``_class`` behind its name,
            with a warning.
        """
        from skdeepg.genome.track_tables import tabulate

        return tabulate(self._track)

    def summarize(self, how: Literal["mean", "max", "vote"] = "mean") -> pd.DataFrame:
        """Put the windows of each record together.

        deepG: ``summarize_states``.

        Parameters
        ----------
        how : {"mean", "max", "vote"}, default="mean"
            Mean or maximum of each column over windows and strands, or the share of them in which
            the column is the largest.

        Returns
        -------
        pandas.DataFrame
            A line a record, also where it has no window (values are nan): file, record, length,
            n_windows, padded, then the columns.

        Raises
        ------
        ValueError
            If `how` is none of these.

        Examples
        --------
        >>> from skdeepg.genome import Track
        >>> track = Track(
        ...     ["chr"],
        ...     [""],
        ...     [20],
        ...     [False],
        ...     [0, 2],
        ...     start=[0, 10],
        ...     values=[[[0.25, 0.75], [1.0, 0.0]]],
        ...     strands="+",
        ...     columns=["16s", "other"],
        ...     window_length=10,
        ...     stride=10,
        ... )
        >>> track.summarize()[["record", "n_windows", "16s", "other"]]
          record  n_windows    16s  other
        0    chr          2  0.625  0.375
        """
        from skdeepg.genome.track_tables import summarize

        return summarize(self._track, how)

    def to_hdf5(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write a states file, which `read_states` reads; its layout is that of deepG.

        Parameters
        ----------
        path : str or path-like
            The file.
        overwrite : bool, default=False
            Whether to replace a file of this name.

        Raises
        ------
        FileExistsError
            If there is such a file, and `overwrite` is False.
        OSError
            If it cannot be written, as on a full disk; nothing is left then.
        """
        from skdeepg.genome.states_files import write_track

        write_track(self._track, path, overwrite=overwrite)

    def to_bedgraph(
        self,
        path: str | PathLike[str],
        column: object,
        strand: Literal["+", "-"] = "+",
        *,
        overwrite: bool = False,
    ) -> None:
        """Write a column as bedGraph, for genome browsers.

        Windows overlap, lines of bedGraph must not: each base has the value of the window whose
        centre is nearest. So lines are as long as the stride, those at a record's ends longer, and
        all of a record is covered; places whose value is nan are left out. Records are sorted by
        name.

        Parameters
        ----------
        path : str or path-like
            The file.
        column : str or class label
            The column.
        strand : {"+", "-"}, default="+"
            The strand.
        overwrite : bool, default=False
            Whether to replace a file of this name.

        Raises
        ------
        FileExistsError
            If there is such a file, and `overwrite` is False.
        ValueError
            If there is no such column or strand, or two records have the same name.

        References
        ----------
        The format: https://genome.ucsc.edu/goldenPath/help/bedgraph.html
        """
        from skdeepg.genome.bedgraph import write_bedgraph

        write_bedgraph(self._track, path, column, strand, overwrite=overwrite)

    def to_bigwig(
        self,
        path: str | PathLike[str],
        column: object,
        strand: Literal["+", "-"] = "+",
        *,
        overwrite: bool = False,
    ) -> None:
        """Write a column as bigWig, with the same stretches as `to_bedgraph`; needs pyBigWig.

        Parameters
        ----------
        path : str or path-like
            The file.
        column : str or class label
            The column.
        strand : {"+", "-"}, default="+"
            The strand.
        overwrite : bool, default=False
            Whether to replace a file of this name.

        Raises
        ------
        ImportError
            If pyBigWig is not installed.
        FileExistsError
            If there is such a file, and `overwrite` is False.
        ValueError
            If there is no such column or strand, or two records have the same name.

        Examples
        --------
        >>> track.to_bigwig("16s.bw", "16s", "-")  # doctest: +SKIP
        """
        from skdeepg.genome.bedgraph import write_bigwig

        write_bigwig(self._track, path, column, strand, overwrite=overwrite)

    def regions(
        self,
        column: object,
        threshold: float | Literal["f1", "precision"] = 0.5,
        *,
        min_length: float | None = None,
        merge_distance: float | None = None,
        smooth: float | None = None,
        min_score: float = 0.0,
        truth: Regions | None = None,
        precision: float | None = None,
    ) -> Regions:
        """Find the stretches in which a class scores high.

        The score of a place is that of the window whose centre lies there, with straight lines
        between centres; a region is where it is above the threshold. Windows need not be evenly
        spaced. Where both strands are above, they make one call: regions of the two that overlap
        are given to the strand with the higher mean over all of them.

        Parameters
        ----------
        column : str or class label
            The column.
        threshold : float, "f1" or "precision", default=0.5
            What the score must be above. Chosen with `truth` by ``"f1"``, for the best F1 score of
            regions, or by ``"precision"``, for the most regions found at a wanted precision.
        min_length : float, default=None
            Shorter regions are dropped, unless they are all of a record. In bases; None for half a
            window: less than that is a single window that stands out.
        merge_distance : float, default=None
            Regions with gaps of at most so many bases are one. None for half a window.
        smooth : float, default=None
            Width in bases of a running mean over the windows; 0 for none. None for half a window,
            which leaves windows alone that are further apart than a quarter.
        min_score : float, default=0.0
            Regions with a lower score, the mean within, are dropped: `threshold` tells where a
            region ends, this whether it is one.
        truth : Regions, default=None
            The regions that are there, to choose the threshold on; on all records of the track.
        precision : float, default=None
            The share of regions that must be true, for ``threshold="precision"``.

        Returns
        -------
        Regions
            By record and start. `name` is the class, `score` the mean score within. Their `details`
            tell the threshold and the other settings.

        Raises
        ------
        ValueError
            If there is no such class, or parameters do not fit.

        See Also
        --------
        skdeepg.genome.threshold_curve : Precision and recall at thresholds.

        Examples
        --------
        >>> import numpy as np
        >>> from skdeepg.genome import Track
        >>> values = np.zeros((1, 19, 1))
        >>> values[0, 5:15] = 1
        >>> track = Track(
        ...     ["chr"],
        ...     [""],
        ...     [1000],
        ...     [False],
        ...     [0, 19],
        ...     start=np.arange(19) * 50,
        ...     values=values,
        ...     strands="+",
        ...     columns=["16s"],
        ...     window_length=100,
        ...     stride=50,
        ... )
        >>> regions = track.regions("16s")
        >>> regions.start, regions.end
        (array([275]), array([775]))
        """
        from skdeepg.genome.calling import call_regions

        return call_regions(
            self._track,
            column,
            threshold,
            min_length=min_length,
            merge_distance=merge_distance,
            smooth=smooth,
            min_score=min_score,
            truth=truth,
            precision=precision,
        )

    def plot(self, column: object = None, **options: Any) -> Any:
        """Draw the track; see `skdeepg.inspection.TrackDisplay.from_predictions`.

        Parameters
        ----------
        column : str or class label, default=None
            The column; None for the first.
        **options : object
            Passed on: ``threshold``, ``truth``, ``regions``, ``records``, ``ax``.

        Returns
        -------
        TrackDisplay
            Drawn.
        """
        from skdeepg.inspection.track_display import TrackDisplay

        return TrackDisplay.from_predictions(self._track, column, **options)

    @property
    def _track(self) -> Track:
        return cast("Track", self)
