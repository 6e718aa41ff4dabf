"""Which formats of sequence files there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeVar

__all__ = [
    "SequenceFormat",
    "find_format",
    "has_sequence_suffix",
    "known_formats",
    "list_suffixes",
    "register_format",
    "take_formats",
]

Entries = Iterable[tuple[str, str, str]]
Parts = Iterable[tuple[str, int, str]]
Reader = TypeVar("Reader", bound=Callable[[TextIO], Entries])


@dataclass(frozen=True)
class SequenceFormat:
    """A format of sequence files.

    Attributes
    ----------
    name : str
        As in messages.
    suffixes : tuple of str
        How its files are named, in lower case, without ``.gz``.
    start : str
        A regular expression: how its files begin.
    read : callable
        Gives header, letters and qualities of each record of a text file.
    read_pieces : callable or None
        Gives header, offset and letters of parts of records, of about the size given; None where
        each record comes whole.
    """

    name: str
    suffixes: tuple[str, ...]
    start: str
    read: Callable[[TextIO], Entries]
    read_pieces: Callable[[TextIO, int], Parts] | None = None

    def fits_name(self, path: Path) -> bool:
        """Tell whether a file is named so, plain or ``.gz``, whatever the case."""
        name = path.name.lower().removesuffix(".gz")
        return name.endswith(self.suffixes) and not name.startswith(".")


_FORMATS: dict[str, SequenceFormat] = {}


def register_format(
    name: str,
    *,
    suffixes: Sequence[str],
    start: str,
    read_pieces: Callable[[TextIO, int], Parts] | None = None,
) -> Callable[[Reader], Reader]:
    r"""Make a function the reader of a format of sequence files.

    From then on all that takes FASTA takes such files: rows of `X`, the loaders of folders,
    tables and headers, ``scan``, `memory`, `KmerVectorizer`; plain or gzip.

    Parameters
    ----------
    name : str
        What the format is called in messages.
    suffixes : list of str
        How its files are named, such as ``".tsv"``; ``.gz`` may follow. Loaders of folders choose
        files so.
    start : str
        A regular expression that the text of these files matches at its beginning, blanks left
        out. Files are told by it, whatever their names; where several formats could begin so,
        those named by their suffixes come first.
    read_pieces : callable, default=None
        For records that do not fit into memory: called with the open file and a number of letters,
        it gives ``(header, offset, letters)`` of parts about as long, those of a record one after
        the other.

    Returns
    -------
    callable
        A decorator for the reader: a function of an open text file that gives ``(header, letters,
        qualities)`` of each record. The first word of the header is the record's name; qualities
        are a text of one letter a base (Phred + 33) or empty. What is wrong with a file is a
        `ValueError` that says what and on which line; file and record are put in front.

    Raises
    ------
    TypeError
        If `suffixes` is one string.
    ValueError
        If a suffix or `start` is not allowed, or another format has this name.

    See Also
    --------
    skdeepg.networks.register_network : The same for architectures.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skdeepg.sequences import read_sequences, register_format
    >>> @register_format("name=letters", suffixes=[".seq"], start=r"\w+=")
    ... def read_equations(handle):
    ...     for number, line in enumerate(handle, start=1):
    ...         name, sign, letters = line.strip().partition("=")
    ...         if not sign:
    ...             raise ValueError(f"line {number} has no equals sign")
    ...         yield name, letters, ""
    >>> path = pathlib.Path(tempfile.mkdtemp(), "two.seq")
    >>> _ = path.write_text("a=ACGT\nb=GG\n")
    >>> read_sequences([path], by="record").lengths
    array([4, 2])
    """
    if isinstance(suffixes, str):
        raise TypeError(f"suffixes must be a list such as [{suffixes!r}], not one string.")
    odd = [each for each in suffixes if not re.fullmatch(r"\.[^A-Z/]+", each) or each == ".gz"]
    if odd or not suffixes:
        raise ValueError(
            f"suffixes of the format {name!r} must be such as '.tsv', in lower case and without "
            f"'.gz', not {odd[0] if odd else 'none'!r}."
        )
    if re.match(start, ""):
        raise ValueError(f"start={start!r} of the format {name!r} fits any file.")

    def register(read: Reader) -> Reader:
        known = _FORMATS.get(name)
        if known is not None and _home(known.read) != _home(read):
            raise ValueError(f"There is a format {name!r} already, read by {known.read!r}.")
        _FORMATS[name] = SequenceFormat(name, tuple(suffixes), start, read, read_pieces)
        return read

    return register


def _home(function: Callable[..., object]) -> tuple[object, object]:
    return getattr(function, "__module__", None), getattr(function, "__qualname__", function)


def known_formats() -> tuple[SequenceFormat, ...]:
    """Give all formats, in the order of registration."""
    return tuple(_FORMATS.values())


def take_formats(formats: Iterable[SequenceFormat]) -> None:
    """Make known in a worker what is known in the process that sent its work."""
    for each in formats:
        _FORMATS.setdefault(each.name, each)


def find_format(path: Path, text: str) -> SequenceFormat | None:
    """Tell a format by how a file begins; None if no format does so.

    Parameters
    ----------
    path : pathlib.Path
        Its name decides between formats that begin alike.
    text : str
        Its beginning.

    Returns
    -------
    SequenceFormat or None
        The format.
    """
    by_name = sorted(_FORMATS.values(), key=lambda each: not each.fits_name(path))
    return next((each for each in by_name if re.match(each.start, text)), None)


def has_sequence_suffix(path: Path) -> bool:
    """Tell whether a file is named as one of sequences, plain or ``.gz``.

    Parameters
    ----------
    path : pathlib.Path
        Any path; the file need not exist.

    Returns
    -------
    bool
        True for the suffixes of all formats, whatever their case.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skdeepg.sequences.fasta import has_sequence_suffix
    >>> has_sequence_suffix(Path("genome.fna.gz")), has_sequence_suffix(Path("notes.txt"))
    (True, False)
    """
    return any(each.fits_name(path) for each in _FORMATS.values())


def list_suffixes() -> list[str]:
    """Give the suffixes of all formats."""
    return list(dict.fromkeys(suffix for each in _FORMATS.values() for suffix in each.suffixes))
