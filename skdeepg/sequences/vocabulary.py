"""Letters and codes: what a base is to the package."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from Bio.Data.IUPACData import ambiguous_dna_complement
from Bio.Seq import reverse_complement, reverse_complement_rna
from numpy.typing import NDArray

from skdeepg.exceptions import InvalidLetterError

__all__ = ["Codes", "Vocabulary"]

Codes = NDArray[np.uint8]

NUCLEOTIDES: Final = "NACGTURYSWKMBDHV"
PROTEIN_AMBIGUITIES: Final = "XBJOUZ*"
GAPS: Final = "-."
PADDING_LETTER: Final = "_"
INVALID: Final = 255
COMPLEMENT: Final = {**ambiguous_dna_complement, "U": "A"}


@dataclass(frozen=True)
class Vocabulary:
    """The letters a network tells apart, and their codes.

    Letters have the codes 0 to k-1 in the order given; case is ignored and, among nucleotides,
    U reads as T. Every other valid letter (IUPAC ambiguity letters, gaps) has the code k, padding
    the code k + 1. Anything else is an error. deepG calls this ``vocabulary``.

    Parameters
    ----------
    letters : str, default="ACGT"
        At least two different ASCII letters. Nucleotide letters make the other IUPAC nucleotide
        letters ambiguous; for any other alphabet (say, of proteins) these are ``XBJOUZ*``.

    Attributes
    ----------
    n_symbols : int
        The number of letters, k.
    ambiguous_code, padding_code : int
        The codes k and k + 1.

    Examples
    --------
    >>> from skdeepg.sequences import Vocabulary
    >>> vocabulary = Vocabulary("ACGT")
    >>> vocabulary.encode("acGUn-")
    array([0, 1, 2, 3, 4, 4], dtype=uint8)
    >>> vocabulary.decode(vocabulary.reverse_complement(vocabulary.encode("AACGN")))
    'NCGTT'
    """

    letters: str = "ACGT"

    def __post_init__(self) -> None:
        letters = self.letters
        if not isinstance(letters, str) or len(letters) < 2:
            raise ValueError(f"vocabulary must be a string of at least 2 letters, not {letters!r}.")
        if not (letters.isascii() and letters.isprintable()) or " " in letters:
            raise ValueError(f"vocabulary must be printable ASCII letters, not {letters!r}.")
        if len(set(letters.upper())) != len(letters):
            raise ValueError(f"vocabulary has a letter twice (case is ignored): {letters!r}.")
        object.__setattr__(self, "letters", letters.upper())

    @property
    def n_symbols(self) -> int:
        """The number of letters, k."""
        return len(self.letters)

    @property
    def ambiguous_code(self) -> int:
        """The code of every valid letter outside the vocabulary."""
        return self.n_symbols

    @property
    def padding_code(self) -> int:
        """The code of a position outside the sequence."""
        return self.n_symbols + 1

    @property
    def is_nucleotide(self) -> bool:
        """Whether all letters are IUPAC nucleotide letters."""
        return set(self.letters) <= set(NUCLEOTIDES)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Letters read as another one: U as T, or T as U in an RNA vocabulary."""
        if not self.is_nucleotide:
            return {}
        pairs = {"U": "T", "T": "U"}
        return {a: b for a, b in pairs.items() if b in self.letters and a not in self.letters}

    @cached_property
    def ambiguous_letters(self) -> str:
        """The valid letters outside the vocabulary, as one string."""
        candidates = (NUCLEOTIDES if self.is_nucleotide else PROTEIN_AMBIGUITIES) + GAPS
        return "".join(c for c in candidates if c not in self.letters and c not in self.aliases)

    @cached_property
    def _translation(self) -> bytes:
        table = bytearray([INVALID] * 256)
        codes = {letter: code for code, letter in enumerate(self.letters)}
        codes |= dict.fromkeys(self.ambiguous_letters, self.ambiguous_code)
        codes |= {alias: codes[letter] for alias, letter in self.aliases.items()}
        for letter, code in codes.items():
            table[ord(letter)] = table[ord(letter.lower())] = code
        return bytes(table)

    def translate(
        self, sequence: str | bytes, where: str = "the sequence", offset: int = 0
    ) -> bytes:
        """Encode as bytes: one code a base.

        Parameters
        ----------
        sequence : str or bytes
            The letters.
        where : str, default="the sequence"
            How an error names the sequence (file and record).
        offset : int, default=0
            Where in the record this piece of it begins, for an error.

        Returns
        -------
        bytes
            The codes, of the length of `sequence`.

        Raises
        ------
        InvalidLetterError
            If a letter is neither in the vocabulary nor ambiguous.

        Examples
        --------
        >>> from skdeepg.sequences import Vocabulary
        >>> list(Vocabulary("ACGT").translate("GAN"))
        [2, 0, 4]
        """
        data = sequence.encode("ascii", "replace") if isinstance(sequence, str) else bytes(sequence)
        codes = data.translate(self._translation)
        position = codes.find(INVALID)
        if position >= 0:
            letter = sequence[position : position + 1]
            raise InvalidLetterError(self._describe_invalid(letter, offset + position, where))
        return codes

    def translate_plain(self, sequence: bytes, left_out: bytes) -> bytes | None:
        r"""Encode as bytes, without some characters; None if a letter is invalid.

        Parameters
        ----------
        sequence : bytes
            The letters.
        left_out : bytes
            Characters that stand between letters.

        Returns
        -------
        bytes or None
            The codes.

        Examples
        --------
        >>> from skdeepg.sequences import Vocabulary
        >>> list(Vocabulary("ACGT").translate_plain(b"GA\nN", b"\n"))
        [2, 0, 4]
        """
        codes = sequence.translate(self._translation, left_out)
        return None if INVALID in codes else codes

    def _describe_invalid(self, letter: str | bytes, position: int, where: str) -> str:
        shown = letter if isinstance(letter, str) else letter.decode("latin-1")
        hint = ""
        if self.is_nucleotide and shown.upper() in "EFIJLOPQXZ*":
            hint = " If these are proteins, give their alphabet: vocabulary='ACDEFGHIKLMNPQRSTVWY'."
        return (
            f"The letter {shown!r} at position {position} (counted from 0) of {where} is neither "
            f"in the vocabulary {self.letters!r} nor one of its ambiguous letters "
            f"{self.ambiguous_letters!r}. Correct or remove it.{hint}"
        )

    def encode(self, sequence: str | bytes, where: str = "the sequence") -> Codes:
        """Encode a sequence.

        Parameters
        ----------
        sequence : str or bytes
            The letters.
        where : str, default="the sequence"
            How an error names the sequence (file and record).

        Returns
        -------
        ndarray of shape (n_bases,) and dtype uint8
            The codes: 0 to k-1 the vocabulary's letters, k any other valid letter. deepG's
            ``seq_encoding_label(return_int = TRUE)`` gives these plus one.

        Raises
        ------
        InvalidLetterError
            If a letter is neither in the vocabulary nor ambiguous.

        Examples
        --------
        >>> from skdeepg.sequences import Vocabulary
        >>> Vocabulary("ACGT").encode("GATTACA")
        array([2, 0, 3, 3, 0, 1, 0], dtype=uint8)
        """
        return np.frombuffer(self.translate(sequence, where), dtype=np.uint8)

    def decode(self, codes: Codes) -> str:
        """Write codes as letters.

        Parameters
        ----------
        codes : ndarray of shape (n_bases,) and dtype uint8
            Codes of this vocabulary.

        Returns
        -------
        str
            The letters; ambiguous codes as N (X in other alphabets), padding as ``_``.

        Examples
        --------
        >>> import numpy as np
        >>> from skdeepg.sequences import Vocabulary
        >>> Vocabulary("ACGT").decode(np.array([5, 0, 4, 3], dtype=np.uint8))
        '_ANT'
        """
        table = self.letters + (self.ambiguous_letters or "?")[0] + PADDING_LETTER
        return np.frombuffer(table.encode(), dtype=np.uint8)[codes].tobytes().decode()

    @cached_property
    def complement(self) -> Codes:
        """Code of the complement of each code, of shape (k + 2,); padding stays padding."""
        letters = [COMPLEMENT.get(letter, "") for letter in self.letters]
        letters = [self.aliases.get(letter, letter) for letter in letters]
        missing = [a for a, b in zip(self.letters, letters, strict=True) if b not in self.letters]
        if not self.is_nucleotide or missing:
            raise ValueError(
                f"The vocabulary {self.letters!r} has no reverse complement: the complement of "
                f"{', '.join(missing) or self.letters} is not in it. Use strands='forward'."
            )
        codes = [self.letters.index(letter) for letter in letters]
        return np.array([*codes, self.ambiguous_code, self.padding_code], dtype=np.uint8)

    def reverse_complement(self, sequence: str | Codes) -> str | Codes:
        """Give the other strand, read in its own direction.

        Parameters
        ----------
        sequence : str or ndarray of shape (..., n_bases) and dtype uint8
            Letters (IUPAC letters are complemented, case is kept) or codes (the last axis is
            reversed).

        Returns
        -------
        str or ndarray
            Of the type and shape of `sequence`.

        Raises
        ------
        ValueError
            If the complement of a letter of the vocabulary is not in it.

        Examples
        --------
        >>> from skdeepg.sequences import Vocabulary
        >>> Vocabulary("ACGT").reverse_complement("AACRn")
        'nYGTT'
        """
        complement = self.complement
        if isinstance(sequence, str):
            if "U" in self.letters and "T" not in self.letters:
                return str(reverse_complement_rna(sequence))
            return str(reverse_complement(sequence))
        return complement[sequence[..., ::-1]]


@lru_cache(maxsize=64)
def get_vocabulary(letters: str) -> Vocabulary:
    """Return the vocabulary of these letters; its tables are made once."""
    return Vocabulary(letters)
