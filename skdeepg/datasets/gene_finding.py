"""Rows that teach a classifier to find genes on genomes."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from skdeepg.sequences import Sequences, concatenate_sequences, read_sequences
from skdeepg.sequences.builder import SequencesBuilder
from skdeepg.sequences.vocabulary import Codes

__all__ = ["make_gene_finding_rows"]

# Of the background's bases: what the other rows made of genes get by repetition.
SHARE: Final = 0.1
# Bases that stay together in a shuffled gene.
PIECE: Final = 10


def make_gene_finding_rows(
    genes: Any,
    background: Any,
    *,
    window_length: int = 500,
    labels: tuple[str, str] = ("gene", "background"),
    vocabulary: str = "ACGT",
    random_state: int | np.random.RandomState | None = None,
) -> tuple[Sequences, NDArray[np.object_]]:
    """Make rows for a classifier that is to find genes on genomes, with strand and borders.

    A classifier that has seen only whole genes and genomes without them says nothing definite
    about a window at a gene's border, often takes the other strand of a gene for the gene, and
    knows the gene by its composition. So each gene is put between pieces of background half a
    window long: every window of it then holds at least half a window of the gene, and is labelled
    a gene. Background are the genomes, and four rows made of each gene: its start and its end next
    to background, with less than half a window of it; its other strand; and the gene with its
    pieces of ten bases in random order, which has its composition and short words as 23S rRNA has
    those of 16S.

    Parameters
    ----------
    genes : Sequences or list-like of sequences or paths
        The genes, all on the strand to be found.
    background : Sequences or list-like of sequences or paths
        Genomes. Those genes that they hold are to be left out in training, by ``fit(exclude=)``.
    window_length : int, default=500
        Of the classifier.
    labels : tuple of two str, default=("gene", "background")
        The labels of rows.
    vocabulary : str, default="ACGT"
        The letters with a code of their own.
    random_state : int or numpy.random.RandomState, default=None
        Which pieces of background are put beside genes.

    Returns
    -------
    X : Sequences
        Rows; those made of genes come several times where the background is large.
    y : ndarray of shape (n_rows,) and dtype object
        Their labels.

    Raises
    ------
    ValueError
        If no record of the background is as long as a window, or no gene as half a window.

    Examples
    --------
    >>> from skdeepg.datasets import load_16s_bacteria, make_gene_finding_rows
    >>> train = load_16s_bacteria(subset="train")
    >>> is_gene = train.target == "16s"
    >>> X, y = make_gene_finding_rows(train.data[is_gene], train.data[~is_gene], random_state=0)
    >>> X
    Sequences(2,510 rows, 2,510 records, 4,640,718 bases, vocabulary='ACGT')
    """
    genes = _read(genes, vocabulary).by_record()
    background = _read(background, vocabulary)
    pieces = BackgroundPieces(background, window_length, check_random_state(random_state))
    whole, rest = _embed(genes, pieces, window_length)
    n_copies = max(round(SHARE * background.n_bases / rest.n_bases), 1)
    joined = concatenate_sequences([whole, rest, background])
    row = np.arange(len(joined))
    first, last = len(whole), len(whole) + len(rest)
    X = joined[np.concatenate([row[:first], np.tile(row[first:last], n_copies), row[last:]])]
    y = np.array([labels[1]] * len(X), dtype=object)
    y[:first] = labels[0]
    return X, y


def _read(rows: Any, vocabulary: str) -> Sequences:
    return rows if isinstance(rows, Sequences) else read_sequences(rows, vocabulary)


class BackgroundPieces:
    """Draws pieces of background.

    Parameters
    ----------
    background : Sequences
        Where from; each place of records that are long enough is as likely as any other.
    window_length : int
        The longest piece.
    random : numpy.random.RandomState
        Draws.
    """

    def __init__(
        self, background: Sequences, window_length: int, random: np.random.RandomState
    ) -> None:
        table = background.records()
        n_places = np.maximum(table.length - window_length + 1, 0)
        if not n_places.any():
            raise ValueError(
                f"background: its longest record has {table.length.max(initial=0)} bases, but "
                f"window_length={window_length} are needed."
            )
        self._codes, self._starts = background.codes, table.start
        self._ends = np.cumsum(n_places)
        self._random = random

    def draw(self, n_bases: int) -> Codes:
        """Give a piece, on either strand as the genome has it."""
        place = self._random.randint(self._ends[-1])
        record = int(np.searchsorted(self._ends, place, side="right"))
        start = self._starts[record] + place - (self._ends[record - 1] if record else 0)
        return self._codes[start : start + n_bases]

    def shuffle(self, gene: Codes) -> list[Codes]:
        """Cut a gene into pieces, and put them in random order."""
        cuts = np.arange(self._random.randint(1, PIECE + 1), len(gene), PIECE)
        parts = np.split(gene, cuts)
        return [parts[i] for i in self._random.permutation(len(parts))]


def _embed(
    genes: Sequences, pieces: BackgroundPieces, window_length: int
) -> tuple[Sequences, Sequences]:
    """Put genes between background; and make rows of them that are background."""
    half, table = window_length // 2, genes.records()
    if len(genes) == 0 or table.length.min() < half:
        raise ValueError(
            f"genes must have at least half of window_length={window_length} bases each; the "
            f"shortest of {len(genes)} has {table.length.min(initial=0)}."
        )
    vocabulary = genes.vocabulary
    whole, rest = SequencesBuilder(vocabulary), SequencesBuilder(vocabulary)
    for name, start, end in zip(genes.names, table.start, table.end, strict=True):
        gene = genes.codes[start:end]
        embedded = [pieces.draw(half), gene, pieces.draw(half)]
        _add(whole, embedded, f"{name} in background")
        _add(rest, [pieces.draw(window_length), gene[:half]], f"start of {name}")
        _add(rest, [gene[-half:], pieces.draw(window_length)], f"end of {name}")
        other = vocabulary.complement[np.concatenate(embedded)[::-1]]
        _add(rest, [other], f"other strand of {name}")
        _add(rest, pieces.shuffle(gene), f"pieces of {name}")
    return whole.build(), rest.build()


def _add(builder: SequencesBuilder, pieces: list[Codes], name: str) -> None:
    builder.add_codes(np.concatenate(pieces), name, "")
    builder.end_row(name)
