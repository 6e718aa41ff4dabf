"""What is made of `Regions`: a table, and files for genome browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from skdeepg.genome.region_columns import COLUMNS

if TYPE_CHECKING:
    from os import PathLike

    import pandas as pd

    from skdeepg.genome.regions import Regions

__all__ = ["RegionOutputs"]


class RegionOutputs:
    """Adds to `Regions` what is made of it."""

    def to_frame(self) -> pd.DataFrame:
        """Return the regions as a pandas table, one region a row.

        Returns
        -------
        pandas.DataFrame
            Columns record, start, end, strand, score, name, kind, file.

        Examples
        --------
        >>> from skdeepg.genome import Regions
        >>> Regions(["chr"], [10], [20]).to_frame()[["record", "start", "end", "strand"]]
          record  start  end strand
        0    chr     10   20      .
        """
        import pandas as pd

        return pd.DataFrame({column: getattr(self, column) for column in COLUMNS})

    def to_gff3(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write a GFF3 file, for genome browsers and `read_gff3`.

        Coordinates are written as the format wants them, from 1 and with the end included. `kind`
        is the feature type (``sequence_feature`` where it is empty), `name` and `file` are
        attributes. Lengths of records, where they are known, and `details` are in the head.

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
            If it cannot be written; nothing is left then.

        References
        ----------
        The format: https://github.com/The-Sequence-Ontology/Specifications/blob/master/gff3.md
        """
        from skdeepg.genome.gff3_writing import write_gff3

        write_gff3(self._regions, path, overwrite=overwrite)

    def to_bed(
        self,
        path: str | PathLike[str],
        *,
        score_scale: float | None = None,
        overwrite: bool = False,
    ) -> None:
        """Write a BED file with six columns, for genome browsers and `read_bed`.

        Parameters
        ----------
        path : str or path-like
            The file.
        score_scale : float, default=None
            None writes scores as they are, which most programs take. 1000 multiplies them, rounds,
            and keeps them within 0 and 1000, as the format wants them for shades of grey.
        overwrite : bool, default=False
            Whether to replace a file of this name.

        Raises
        ------
        FileExistsError
            If there is such a file, and `overwrite` is False.
        InvalidRegionsError
            If a name cannot be written in this format.
        OSError
            If the file cannot be written; nothing is left then.

        References
        ----------
        The format: https://samtools.github.io/hts-specs/BEDv1.pdf
        """
        from skdeepg.genome.bed_writing import write_bed

        write_bed(self._regions, path, score_scale=score_scale, overwrite=overwrite)

    @property
    def _regions(self) -> Regions:
        return cast("Regions", self)
