"""Reading of features in GenBank files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from skdeepg.exceptions import InvalidRegionsError
from skdeepg.genome.lines import AnnotationPaths, Row, open_text, read_regions
from skdeepg.genome.regions import Regions

__all__ = ["read_genbank"]

STRANDS = {1: "+", -1: "-"}
NAMES = ("product", "gene", "locus_tag", "label", "note")


def read_genbank(paths: AnnotationPaths, kind: str | Collection[str] | None = None) -> Regions:
    r"""Read features of GenBank files as regions, through Biopython.

    Parameters
    ----------
    paths : path or iterable of paths
        One file or several, plain or gzip (told by content).
    kind : str or collection of str, default=None
        The feature types wanted, such as ``"rRNA"``; None for all.

    Returns
    -------
    Regions
        One region a feature, from its first to its last base also where it is joined of parts;
        those that go on at the other end of a circular record are two. `record` is the accession
        with version, as in the FASTA file of NCBI; `name` is the product, else the gene, locus tag,
        label or note; uncertain borders (``<1``) are taken as they stand; `file` is empty, because
        the sequence may be in another one.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    InvalidRegionsError
        If a file is not GenBank, or a location makes no sense.

    References
    ----------
    The format: https://www.insdc.org/submitting-standards/feature-table/

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skdeepg.genome import read_genbank
    >>> path = Path(tempfile.mkdtemp()) / "genes.gb"
    >>> _ = path.write_text(
    ...     "LOCUS       chr                       30 bp    DNA     linear   BCT "
    ...     "01-JAN-2000\n"
    ...     "FEATURES             Location/Qualifiers\n"
    ...     "     rRNA            complement(11..20)\n"
    ...     '                     /product="16S ribosomal RNA"\n'
    ...     "ORIGIN\n"
    ...     "        1 acgtacgtac gtacgtacgt acgtacgtac\n"
    ...     "//\n"
    ... )
    >>> genes = read_genbank(path, kind="rRNA")
    >>> genes.start, genes.end, genes.strand
    (array([10]), array([20]), array(['-'], dtype=object))
    """
    regions = read_regions(paths, _parse)
    return regions.select(kind=kind)


def _parse(path: Path) -> Iterator[Row]:
    for record in _read_records(path):
        for feature in record.features:
            yield from _rows(feature, record, path)


def _read_records(path: Path) -> Iterator[Any]:
    from Bio import SeqIO

    n_records = 0
    with open_text(path) as stream:
        try:
            for record in SeqIO.parse(stream, "genbank"):
                yield record
                n_records += 1
        except (ValueError, AssertionError, IndexError) as error:
            raise InvalidRegionsError(
                f"{path} cannot be read as GenBank, record {n_records + 1}: {error}"
            ) from error
    if not n_records:
        raise InvalidRegionsError(
            f"{path} is no GenBank file: no line begins with LOCUS. Give GFF3 to read_gff3 and BED "
            "to read_bed."
        )


def _rows(feature: Any, record: Any, path: Path) -> Iterator[Row]:
    if feature.location is None:
        raise InvalidRegionsError(
            f"{path}: a {feature.type} feature of record {record.id!r} has a location that "
            "Biopython does not understand; correct it."
        )
    strand = STRANDS.get(feature.location.strand, ".")
    for start, end in _ranges(feature.location):
        yield record.id, start, end, strand, float("nan"), _name(feature), feature.type, ""


def _ranges(location: Any) -> list[tuple[int, int]]:
    """Give the range of a feature; two where it goes over the end of a circular record."""
    parts = [(int(part.start), int(part.end)) for part in location.parts]
    if location.strand == -1:
        parts.reverse()
    backwards = [i for i in range(1, len(parts)) if parts[i][0] < parts[i - 1][0]]
    if location.strand is None or len(backwards) != 1:
        return [(int(location.start), int(location.end))]
    split = backwards[0]
    return [(group[0][0], group[-1][1]) for group in (parts[:split], parts[split:])]


def _name(feature: Any) -> str:
    found = (feature.qualifiers[name][0] for name in NAMES if feature.qualifiers.get(name))
    return str(next(found, ""))
