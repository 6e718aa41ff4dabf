"""Words of k letters: read as numbers, joined with their reverse complements, named."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.vocabulary import Codes, Vocabulary, get_vocabulary

__all__ = ["KmerWords"]

Numbers = NDArray[np.unsignedinteger[Any]]

MOST_WORDS: Final = 4**12
ANY_LETTER: Final = "."


class Columns(NamedTuple):
    """The column of each word, by its number, and how many columns there are."""

    of_word: Numbers
    n_columns: int


@dataclass(frozen=True)
class KmerWords:
    """Which letters make a word, and which column counts it.

    A word is a number: its letters' codes as digits, the first letter first. So the order of
    numbers is the lexicographic order of words, by the order of the vocabulary.

    Parameters
    ----------
    vocabulary : Vocabulary
        Letters and codes.
    pattern : str
        A 1 for each letter that is read and a 0 for each that is not; a 1 at both ends.
    canonical : bool
        Whether a word and its reverse complement share a column.
    """

    vocabulary: Vocabulary
    pattern: str
    canonical: bool

    def __post_init__(self) -> None:
        pattern = self.pattern
        if set(pattern) - {"0", "1"} or not (pattern.startswith("1") and pattern.endswith("1")):
            raise ValueError(
                f"pattern={pattern!r} must be 1s (letters that are read) and 0s (letters that are "
                "not), with a 1 at both ends, as '1101011'."
            )
        if self.n_words > MOST_WORDS:
            raise ValueError(
                f"{self.weight} letters out of the vocabulary {self.vocabulary.letters!r} make "
                f"more than {MOST_WORDS:,} different words (12 letters of DNA), the most that are "
                "counted. Choose a smaller `k` or a `pattern` of fewer 1s."
            )
        if self.canonical:
            self._check_other_strand()

    def _check_other_strand(self) -> None:
        if self.pattern != self.pattern[::-1]:
            raise ValueError(
                f"pattern={self.pattern!r} reads backwards as {self.pattern[::-1]!r}, so the "
                "reverse complement of a word is no word: choose a symmetric pattern, or "
                "canonical=False."
            )
        try:
            _ = self.vocabulary.complement
        except ValueError as error:
            raise ValueError(
                f"canonical=True needs letters and their complements, which the vocabulary "
                f"{self.vocabulary.letters!r} has not: choose canonical=False."
            ) from error

    @property
    def span(self) -> int:
        """The bases from a word's first letter to its last."""
        return len(self.pattern)

    @property
    def weight(self) -> int:
        """The letters of a word."""
        return self.pattern.count("1")

    @property
    def n_words(self) -> int:
        """The number of different words."""
        return int(self.vocabulary.n_symbols**self.weight)

    @property
    def n_columns(self) -> int:
        """The number of columns."""
        return self._columns.n_columns if self.canonical else self.n_words

    @property
    def _columns(self) -> Columns:
        return canonical_columns(self.vocabulary.letters, self.weight)

    @cached_property
    def _runs(self) -> list[tuple[int, int]]:
        """Where each run of 1s begins, and its length."""
        runs, first = [], 0
        for digit, group in groupby(self.pattern):
            length = len(list(group))
            if digit == "1":
                runs.append((first, length))
            first += length
        return runs

    def numbers(self, codes: Codes) -> Numbers:
        """Read the word that begins at each base.

        Parameters
        ----------
        codes : ndarray of shape (n_bases,) and dtype uint8
            At least `span` bases.

        Returns
        -------
        ndarray of shape (n_bases - span + 1,) and an unsigned integer type
            Numbers; without meaning for words of letters that are not in the vocabulary.
        """
        n_places = len(codes) - self.span + 1
        read: dict[int, Numbers] = {1: codes}
        number, n_letters = np.zeros(n_places, dtype=np.uint8), 0
        for first, length in self._runs:
            run = self._read_runs(read, length)[first : first + n_places]
            n_letters += length
            number = run if n_letters == length else self._join(number, run, n_letters, length)
        return number

    def _read_runs(self, read: dict[int, Numbers], length: int) -> Numbers:
        """Read the neighbours of each base, twice as many at a time."""
        if length not in read:
            n_left, n_right = length - length // 2, length // 2
            left, right = self._read_runs(read, n_left), self._read_runs(read, n_right)[n_left:]
            read[length] = self._join(left[: len(right)], right, length, n_right)
        return read[length]

    def _join(self, left: Numbers, right: Numbers, n_letters: int, n_right: int) -> Numbers:
        """Put the last letters of words behind the first ones."""
        n_symbols = self.vocabulary.n_symbols
        kind = np.min_scalar_type(n_symbols**n_letters - 1)
        number: Numbers = left.astype(kind)
        number *= kind.type(n_symbols**n_right)
        number += right
        return number

    def unclean(self, codes: Codes) -> NDArray[np.bool_] | None:
        """Tell at which bases a word begins that has a letter outside the vocabulary.

        Parameters
        ----------
        codes : ndarray of shape (n_bases,) and dtype uint8
            At least `span` bases.

        Returns
        -------
        ndarray of shape (n_bases - span + 1,) and dtype bool, or None
            None where there is no such letter.
        """
        foreign = codes >= self.vocabulary.n_symbols
        if not foreign.any():
            return None
        n_places = len(codes) - self.span + 1
        unclean = np.zeros(n_places, dtype=bool)
        for first, length in self._runs:
            for place in range(first, first + length):
                unclean |= foreign[place : place + n_places]
        return unclean

    def columns(self, number: Numbers) -> Numbers:
        """Give the columns of words.

        Parameters
        ----------
        number : ndarray of shape (n,) and an unsigned integer type
            Words.

        Returns
        -------
        ndarray of shape (n,) and an unsigned integer type
            Columns; any for numbers without meaning.
        """
        return self._columns.of_word.take(number, mode="clip") if self.canonical else number

    def names(self) -> NDArray[np.object_]:
        """Write the word of each column; of two on opposite strands, the first.

        Returns
        -------
        ndarray of shape (n_columns,) and dtype object
            Letters, with a dot at each 0 of the pattern.
        """
        number = np.arange(self.n_words)
        if self.canonical:
            number = np.flatnonzero(number <= reverse_complements(self.vocabulary, self.weight))
        letters = np.frombuffer(self.vocabulary.letters.encode(), dtype=np.uint8)
        names = np.full((len(number), self.span), ord(ANY_LETTER), dtype=np.uint8)
        for place in range(self.span - 1, -1, -1):
            if self.pattern[place] == "1":
                number, digit = np.divmod(number, self.vocabulary.n_symbols)
                names[:, place] = letters[digit]
        return names.view(f"S{self.span}").ravel().astype(str).astype(object)


@lru_cache(maxsize=8)
def canonical_columns(letters: str, length: int) -> Columns:
    """Give a column to each word that is not behind its reverse complement."""
    canonical = reverse_complements(get_vocabulary(letters), length)
    words = np.arange(len(canonical), dtype=np.uint32)
    np.minimum(canonical, words, out=canonical)
    column = np.cumsum(canonical == words, dtype=np.uint32)
    column -= 1
    return Columns(column[canonical], int(column[-1]) + 1)


def reverse_complements(vocabulary: Vocabulary, length: int) -> NDArray[np.uint32]:
    """Give the number of the reverse complement of every word, by its number."""
    n_symbols = vocabulary.n_symbols
    if length == 1:
        return vocabulary.complement[:n_symbols].astype(np.uint32)
    n_right = length // 2
    left = reverse_complements(vocabulary, length - n_right)
    right = reverse_complements(vocabulary, n_right) * np.uint32(len(left))
    return np.asarray(np.add.outer(left, right).ravel())
