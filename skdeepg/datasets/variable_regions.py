"""The variable regions of the 16S rRNA gene, in the numbering of E. coli or on another gene."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from skdeepg.genome import Regions

__all__ = ["load_16s_regions"]

# first and last base, counted from 1: Chakravorty et al. (2007)
VARIABLE: Final = {
    "V1": (69, 99),
    "V2": (137, 242),
    "V3": (433, 497),
    "V4": (576, 682),
    "V5": (822, 879),
    "V6": (986, 1043),
    "V7": (1117, 1173),
    "V8": (1243, 1294),
    "V9": (1435, 1465),
}
# first base, counted from 1, and what is there in most bacteria: Baker, Smith and Cowan (2003)
SITES: Final = {
    341: "CCTACGGG.GGC[AT]GCAG",
    515: "GTG[CT]CAGC[AC]GCCGCGGTAA",
    785: "GGATTAGATACCC",
    1391: "TGTACACACCGCCCGTC",
}


def load_16s_regions(sequence: str | None = None, *, record: str = "16s") -> Regions:
    """Give the variable regions V1 to V9 of the 16S rRNA gene, and four conserved sites.

    On another gene than that of *Escherichia coli* they are placed by the conserved sites, with one
    shift for all: insertions and deletions between them are not looked for. Among relatives these
    are a base or two; from phylum to phylum some stretches are off by more.

    Parameters
    ----------
    sequence : str, default=None
        A gene, in the direction of its transcription; None for the numbering of *E. coli*.
    record : str, default="16s"
        The name of the record that regions are on.

    Returns
    -------
    Regions
        ``kind`` is ``"variable_region"``, with the names V1 to V9 [1]_, or ``"conserved_site"``,
        which primers bind [2]_, named by its number. By start, counted from 0; without what is not
        on the gene. ``details["shift"]`` is what is added to a place on the gene for its number
        less 1.

    Raises
    ------
    ValueError
        If none of the conserved sites is found.

    References
    ----------
    .. [1] S. Chakravorty et al. (2007). A detailed analysis of 16S ribosomal RNA gene segments for
       the diagnosis of pathogenic bacteria. https://doi.org/10.1016/j.mimet.2007.02.005
    .. [2] G. Baker, J. Smith, D. Cowan (2003). Review and re-analysis of domain-specific 16S
       primers. https://doi.org/10.1016/j.mimet.2003.08.009

    Examples
    --------
    >>> from skdeepg.datasets import load_16s_bacteria, load_16s_regions
    >>> load_16s_regions().select(name="V4").to_frame()[["start", "end"]].to_numpy()
    array([[575, 682]])
    >>> bunch = load_16s_bacteria(subset="validation")
    >>> gene = bunch.data[bunch.target == "16s"].sequence(0)
    >>> regions = load_16s_regions(gene)
    >>> site = regions.select(name="785")
    >>> gene[site.start[0] : site.end[0]]
    'GGATTAGATACCC'
    """
    shift = 0 if sequence is None else _find_shift(sequence.upper().replace("U", "T"))
    end = np.iinfo(np.int64).max if sequence is None else len(sequence)
    places = [("variable_region", name, *place) for name, place in VARIABLE.items()]
    places += [
        ("conserved_site", str(first), first, first + _length(site) - 1)
        for first, site in SITES.items()
    ]
    moved = [
        (max(first - 1 - shift, 0), min(last - shift, end), kind, name)
        for kind, name, first, last in places
    ]
    there = sorted(place for place in moved if place[0] < place[1])
    starts, ends, kinds, names = zip(*there, strict=True)
    details = {"shift": shift}
    return Regions([record] * len(there), starts, ends, name=names, kind=kinds, details=details)


def _find_shift(sequence: str) -> int:
    """Find what is to be added to a place on a gene for that on the gene of E. coli."""
    found = {first: re.search(site, sequence) for first, site in SITES.items()}
    shifts = [first - 1 - site.start() for first, site in found.items() if site]
    if not shifts:
        raise ValueError(
            "sequence has none of the conserved sites of 16S genes: give a gene of bacteria, in "
            "the direction of its transcription."
        )
    return int(np.median(shifts))


def _length(site: str) -> int:
    return len(re.sub(r"\[[A-Z]+\]", ".", site))
