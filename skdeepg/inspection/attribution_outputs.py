"""What is made of an `Attribution`: tables, files, regions, pictures."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import pandas as pd

    from skdeepg.genome import Regions
    from skdeepg.inspection.attribution import Attribution, Importance
    from skdeepg.inspection.attribution_display import AttributionDisplay

__all__ = ["AttributionOutputs"]


class AttributionOutputs:
    """Adds to `Attribution` what is made of it."""

    def to_frame(self, kind: Importance = "absolute") -> pd.DataFrame:
        """Return the attribution as a pandas table, one line a base.

        Parameters
        ----------
        kind : {"absolute", "observed", "sum"}, default="absolute"
            What importance is; see `importance`.

        Returns
        -------
        pandas.DataFrame
            Columns file (where there are several), row, record, position (on the record, from 0),
            base, importance, strand (where a row is on ``"-"``), then one a symbol of `values`.

        Raises
        ------
        ValueError
            If `kind` is none of these.

        Examples
        --------
        >>> from skdeepg.inspection import Attribution
        >>> attribution = Attribution(
        ...     values=[[[0.5, 0.0, 0.0, -0.25], [0.0, 1.0, 0.0, 0.0]]],
        ...     codes=[[0, 1]],
        ...     starts=[100],
        ...     baseline="zero",
        ...     target=["16s"],
        ...     of="logit",
        ...     method="integrated_gradients",
        ... )
        >>> attribution.to_frame()
           row record  position base  importance    A    C    G     T
        0    0  row_0       100    A        0.75  0.5  0.0  0.0 -0.25
        1    0  row_0       101    C        1.00  0.0  1.0  0.0  0.00
        """
        from skdeepg.inspection.attribution_tables import tabulate

        return tabulate(self._attribution, kind)

    def to_hdf5(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write all but the object of alibi into an HDF5 file, which `read_attribution` reads.

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
        ValueError
            If targets are neither strings nor numbers.
        OSError
            If it cannot be written, as on a full disk; nothing is left then.

        Notes
        -----
        ``values``, of shape (n_bases, n_symbols), and ``codes``, of shape (n_bases,), hold the rows
        one behind the other, without padding; ``lengths`` tells where one ends. The group
        ``windows`` has the arrays of `ExplainedWindows`.
        """
        from skdeepg.inspection.attribution_files import write_attribution

        write_attribution(self._attribution, path, overwrite=overwrite)

    def to_bedgraph(
        self, path: str | PathLike[str], kind: Importance = "absolute", *, overwrite: bool = False
    ) -> None:
        """Write the importance of every base as bedGraph, for genome browsers.

        Where rows overlap on a record, bases get the mean. Records are sorted by name.

        Parameters
        ----------
        path : str or path-like
            The file.
        kind : {"absolute", "observed", "sum"}, default="absolute"
            What importance is; see `importance`.
        overwrite : bool, default=False
            Whether to replace a file of this name.

        Raises
        ------
        FileExistsError
            If there is such a file, and `overwrite` is False.
        ValueError
            If records of several files have the same name, or `kind` is none of these.
        OSError
            If it cannot be written; nothing is left then.

        References
        ----------
        The format: https://genome.ucsc.edu/goldenPath/help/bedgraph.html
        """
        from skdeepg.inspection.attribution_bedgraph import write_bedgraph

        write_bedgraph(self._attribution, path, kind, overwrite=overwrite)

    def top(self, n: int = 10, *, length: int = 10, kind: Importance = "absolute") -> Regions:
        """Find the most important stretches of all rows together.

        Parameters
        ----------
        n : int, default=10
            How many at most. For those of each row, take rows one at a time:
            ``attribution[0].top(3)``.
        length : int, default=10
            Their length in bases. A row that is shorter is one stretch.
        kind : {"absolute", "observed", "sum"}, default="absolute"
            What importance is; see `importance`. The signed ones give stretches that speak for the
            target.

        Returns
        -------
        Regions
            The most important first, without overlaps. `score` is the mean importance of a base,
            `name` the sequence as the row reads it.

        Raises
        ------
        ValueError
            If `n` or `length` is less than 1, or `kind` is none of these.

        Examples
        --------
        >>> from skdeepg.inspection import Attribution
        >>> attribution = Attribution(
        ...     values=[[[0, 0], [0, 4], [2, 0], [1, 0]]],
        ...     codes=[[0, 1, 0, 0]],
        ...     starts=[100],
        ...     baseline="zero",
        ...     target=["16s"],
        ...     of="logit",
        ...     method="integrated_gradients",
        ...     symbols="AB",
        ... )
        >>> attribution.top(1, length=2).to_frame()[["record", "start", "end", "score", "name"]]
          record  start  end  score name
        0  row_0    101  103    3.0   BA
        """
        from skdeepg.inspection.important_stretches import find_important

        return find_important(self._attribution, n, length, kind)

    def plot(self, view: str = "line", **options: Any) -> AttributionDisplay:
        """Draw the attribution; see `AttributionDisplay.from_attribution`.

        Parameters
        ----------
        view : {"line", "heatmap", "logo", "rows"}, default="line"
            Which picture.
        **options : object
            Passed on: ``row``, ``kind``, ``smooth``, ``regions``, ``start``, ``end``, ``align``,
            ``ax``.

        Returns
        -------
        AttributionDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib (for a logo, also logomaker) is not installed.
        ValueError
            If an option makes no sense.
        """
        from skdeepg.inspection.attribution_display import AttributionDisplay

        return AttributionDisplay.from_attribution(self._attribution, view, **options)

    @property
    def _attribution(self) -> Attribution:
        return cast("Attribution", self)
