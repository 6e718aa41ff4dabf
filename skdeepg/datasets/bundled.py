"""Loaders of the bundled data."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np
from sklearn.utils import Bunch

from skdeepg.genome import read_gff3
from skdeepg.sequences import read_records, read_sequences

__all__ = [
    "DATA",
    "ExampleFile",
    "Subset",
    "example_files",
    "load_16s_bacteria",
    "load_scan_example",
]

Subset = Literal["train", "validation", "all"]

DATA: Final = Path(__file__).parent / "data"
SUBSETS: Final = ("train", "validation")
CLASSES: Final = ("16s", "bacteria")
SCAN_EXAMPLES: Final = ("corynebacterium_diphtheriae", "streptococcus_suis")

# Headers of these pieces say unclassified_Sphingobacteriaceae, which contradicts their species in
# records.tsv and their phylum; one of them is in validation, so groups would be in both subsets.
CORRECTED_GENERA: Final = {
    "NC_000962.3:1005800-1065799": "Mycobacterium",
    "NC_002677.1:2811629-2871628": "Mycobacterium",
    "mc2_155_tamu:49863-109862": "Mycobacterium",
    "NZ_LN831026.1:1080115-1140114": "Corynebacterium",
}
CORRECTIONS: Final = f"""\
Corrections made on loading: the genus of {", ".join(CORRECTED_GENERA)} is that of the species in
records.tsv, not that of the header."""


class ExampleFile(NamedTuple):
    """A bundled FASTA file with the records of one class.

    Parameters
    ----------
    subset : str
        ``"train"`` or ``"validation"``.
    label : str
        ``"16s"`` or ``"bacteria"``.
    path : Path
        The file.

    Examples
    --------
    >>> from skdeepg.datasets.bundled import example_files
    >>> example_files("validation")[0].path.name
    '16s_validation.fasta.gz'
    """

    subset: str
    label: str
    path: Path


def example_files(subset: Subset) -> list[ExampleFile]:
    """List the files of a subset.

    Parameters
    ----------
    subset : {"train", "validation", "all"}
        Which part.

    Returns
    -------
    list of ExampleFile
        Training before validation, 16S genes before bacteria.

    Raises
    ------
    ValueError
        If there is no such subset.

    Examples
    --------
    >>> from skdeepg.datasets.bundled import example_files
    >>> [file.label for file in example_files("all")]
    ['16s', 'bacteria', '16s', 'bacteria']
    """
    if subset not in (*SUBSETS, "all"):
        raise ValueError(f'subset={subset!r} must be one of "train", "validation", "all".')
    return [
        ExampleFile(part, label, DATA / f"{label}_{part}.fasta.gz")
        for part in (SUBSETS if subset == "all" else (subset,))
        for label in CLASSES
    ]


def load_16s_bacteria(*, subset: Subset = "train") -> Bunch:
    """Load 16S rRNA genes and pieces of bacterial genomes without rRNA genes.

    The central task of deepG's tutorial, small: is a stretch of DNA from a 16S gene or from
    elsewhere in a genome? A row is a gene (about 1,480 bases) or a piece of 60,000 bases. No genus
    is in both subsets.

    Parameters
    ----------
    subset : {"train", "validation", "all"}, default="train"
        498 genes and 20 pieces, 100 genes and 5 pieces, or both together.

    Returns
    -------
    Bunch
        With the attributes

        data : Sequences of n_rows rows
            What estimators take as X.
        target : ndarray of object (str), of shape (n_rows,)
            ``"16s"`` or ``"bacteria"``.
        target_names : list of str
            Both labels, in this order.
        groups : ndarray of object (str), of shape (n_rows,)
            The genus, for splits that keep genera together; of four pieces, whose headers name
            a wrong one, that of their species.
        phylum : ndarray of object (str), of shape (n_rows,)
            The phylum.
        names : ndarray of object (str), of shape (n_rows,)
            Accession of the gene, or accession:start-end of the piece (1-based, closed).
        filenames : list of pathlib.Path
            The FASTA files, for work on files; estimators take them as X.
        DESCR : str
            Content, provenance and licence.

    Raises
    ------
    ValueError
        If there is no such subset.

    Examples
    --------
    >>> from skdeepg.datasets import load_16s_bacteria
    >>> validation = load_16s_bacteria(subset="validation")
    >>> len(validation.data), int((validation.target == "16s").sum())
    (105, 100)
    """
    files = example_files(subset)
    paths = [file.path for file in files]
    rows = [
        (file.label, *_taxonomy(record.description))
        for file in files
        for record in read_records(file.path)
    ]
    target, names, genus, phylum = (
        np.array(column, dtype=object) for column in zip(*rows, strict=True)
    )
    return Bunch(
        data=read_sequences(paths, by="record"),
        target=target,
        target_names=list(CLASSES),
        groups=genus,
        phylum=phylum,
        names=names,
        filenames=paths,
        DESCR=describe(),
    )


def _taxonomy(header: str) -> tuple[str, str, str]:
    name, genus, phylum = header.split()
    return name, CORRECTED_GENERA.get(name, genus), phylum


def load_scan_example(
    name: Literal["streptococcus_suis", "corynebacterium_diphtheriae"] = "streptococcus_suis",
) -> Bunch:
    """Load a stretch of a genome in which 16S genes are to be found, and where they are.

    Parameters
    ----------
    name : {"streptococcus_suis", "corynebacterium_diphtheriae"}, default="streptococcus_suis"
        150,000 bases with two 16S genes on the forward strand, or 100,000 bases with one on the
        reverse strand.

    Returns
    -------
    Bunch
        With the attributes

        data : Sequences of 1 row
            What estimators take as X.
        sequence : str
            The same as text.
        names : ndarray of object (str), of shape (1,)
            Name of the record.
        regions : Regions
            All rRNA genes, 0-based and half-open on the record;
            ``regions.select(name="16S_rRNA")`` are the 16S genes.
        filename, annotation_filename : pathlib.Path
            The FASTA file, which estimators scan, and the GFF3 file.
        DESCR : str
            Content, provenance and licence.

    Raises
    ------
    ValueError
        If there is no example of that name.

    Examples
    --------
    >>> from skdeepg.datasets import load_scan_example
    >>> example = load_scan_example("corynebacterium_diphtheriae")
    >>> gene = example.regions.select(name="16S_rRNA")
    >>> len(example.sequence), gene.start, gene.end, gene.strand
    (100000, array([66950]), array([68467]), array(['-'], dtype=object))
    """
    if name not in SCAN_EXAMPLES:
        allowed = ", ".join(map(repr, SCAN_EXAMPLES))
        raise ValueError(f"name={name!r} must be one of {allowed}.")
    path, annotation = DATA / f"scan_{name}.fasta.gz", DATA / f"scan_{name}.gff"
    record = next(read_records(path))
    return Bunch(
        data=read_sequences([path], by="record"),
        sequence=record.sequence,
        names=np.array([record.name], dtype=object),
        regions=read_gff3(annotation),
        filename=path,
        annotation_filename=annotation,
        DESCR=describe(),
    )


def describe() -> str:
    """Return what the bundled data are, where they come from, and the licence of the genes.

    Returns
    -------
    str
        The data's README and licence text.

    Examples
    --------
    >>> from skdeepg.datasets.bundled import describe
    >>> "BSD-3-Clause" in describe()
    True
    """
    texts = ("README.md", "LICENSE.microbiomeutil-data.txt")
    readme, licence = ((DATA / text).read_text(encoding="utf-8").strip() for text in texts)
    return f"{readme}\n\n{CORRECTIONS}\n\n{licence}\n"
