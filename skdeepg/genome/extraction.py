"""The bases of regions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from skdeepg.exceptions import InvalidRegionsError
from skdeepg.genome.locate import RegionFinder
from skdeepg.genome.regions import Regions
from skdeepg.sequences import Sequences, read_sequences
from skdeepg.sequences.builder import SequencesBuilder

__all__ = ["extract_regions"]


def extract_regions(regions: Regions, X: Any, *, margin: int = 0) -> Sequences:
    """Give the bases of regions, each on its strand.

    Parameters
    ----------
    regions : Regions
        Where; strand "-" gives the reverse complement.
    X : Sequences, pathlib.Path, or list-like of sequences or paths
        The genomes that they are on.
    margin : int, default=0
        Bases to add on either side, as far as the record goes.

    Returns
    -------
    Sequences
        A row a region, named ``record:start-end(strand)`` with the coordinates cut out.

    Raises
    ------
    InvalidRegionsError
        If a region is on no record, ends behind its record, or its record's name fits several.

    Examples
    --------
    >>> from skdeepg.genome import extract_regions
    >>> from skdeepg.datasets import load_scan_example
    >>> example = load_scan_example()
    >>> genes = extract_regions(example.regions, example.filename)
    >>> genes.lengths
    array([1545,  109, 1545,  109])
    >>> genes.names[0]
    'FM252031.1:300001-450000:26615-28160(+)'
    """
    if isinstance(X, Path):
        X = [X]
    sequences = X if isinstance(X, Sequences) else read_sequences(X)
    table, vocabulary = sequences.records(), sequences.vocabulary
    builder = SequencesBuilder(vocabulary)
    find = RegionFinder(table)
    for number in range(len(regions)):
        records = find(regions, number)
        if not records:
            raise InvalidRegionsError(
                f"Region {number} is on {regions.record[number]!r}, which is no record of X."
            )
        first, last = int(table.start[records[0]]), int(table.end[records[0]])
        start = max(first + int(regions.start[number]) - margin, first)
        end = min(first + int(regions.end[number]) + margin, last)
        codes, strand = sequences.codes[start:end], regions.strand[number]
        if strand == "-":
            codes = vocabulary.complement[codes[::-1]]
        name = f"{regions.record[number]}:{start - first}-{end - first}({strand})"
        builder.add_codes(codes, name, str(table.file[records[0]]))
        builder.end_row(name)
    return builder.build()
