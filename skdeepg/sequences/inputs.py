"""Rows of any kind (strings, files, Biopython records) become `Sequences`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from Bio.Seq import MutableSeq, Seq
from Bio.SeqRecord import SeqRecord
from numpy.typing import NDArray

from skdeepg.argument_checks import check_choice
from skdeepg.exceptions import InvalidLetterError, InvalidSequenceFileError
from skdeepg.sequences.builder import SequencesBuilder
from skdeepg.sequences.cache import CodeCache, folder_of
from skdeepg.sequences.collection import Sequences
from skdeepg.sequences.corpus import CachedFile, check_names, join_files
from skdeepg.sequences.fasta import check_file, has_sequence_suffix, read_records
from skdeepg.sequences.pieces import read_pieces
from skdeepg.sequences.qualities import encode_qualities, shift_qualities
from skdeepg.sequences.store import object_array, ranges
from skdeepg.sequences.vocabulary import Vocabulary, get_vocabulary

__all__ = ["read_sequences"]

ROW_TYPES = (str, bytes, Path, Seq, MutableSeq, SeqRecord)


def read_sequences(
    rows: Iterable[Any],
    vocabulary: str | Vocabulary = "ACGT",
    *,
    input: Literal["auto", "filename"] = "auto",
    by: Literal["file", "record"] = "file",
    memory: Any = None,
    quality: bool = False,
    verbose: int = 0,
) -> Sequences:
    """Read rows of sequences into one buffer of codes.

    Parameters
    ----------
    rows : iterable of str, bytes, Bio.Seq.Seq, Bio.SeqRecord.SeqRecord or pathlib.Path
        Sequences, or files by their paths; a list, tuple, array, Series, one-column DataFrame or
        array of shape (n_rows, 1). `Sequences` are returned as they are.
    vocabulary : str or Vocabulary, default="ACGT"
        The letters with a code of their own.
    input : {"auto", "filename"}, default="auto"
        With "filename" a string is a path, as in `sklearn.feature_extraction.text.CountVectorizer`;
        else it is a sequence.
    by : {"file", "record"}, default="file"
        Whether a file makes one row, or each of its records one.
    memory : str, path-like, joblib.Memory or None, default=None
        A folder in which each file is encoded once, one byte a base, for all processes and times
        to come; the codes are then mapped into memory as they are needed. None reads files into
        memory.
    quality : bool, default=False
        Whether to keep the qualities of FASTQ files, and of `SeqRecord` that have them.
    verbose : int, default=0
        With 1 a progress bar while files are encoded for `memory`.

    Returns
    -------
    Sequences
        One row an item (with ``by="record"``: one a record), in order.

    Raises
    ------
    ChangedFileError
        If a file changes while it is encoded for `memory`.
    InvalidLetterError
        If a letter is neither in the vocabulary nor ambiguous: names file, record and position.
    InvalidSequenceFileError, FileNotFoundError
        If a file cannot be read.
    OSError
        If the disk of `memory` is full.
    ValueError
        If a sequence is empty, or ``by="record"`` meets a name twice within one file.
    TypeError
        If an item is of another type.

    Examples
    --------
    >>> from skdeepg.sequences import read_sequences
    >>> read_sequences(["ACGT", b"GATTACA"]).lengths
    array([4, 7])
    """
    check_choice("input", input, ("auto", "filename"))
    check_choice("by", by, ("file", "record"))
    if isinstance(vocabulary, str):
        vocabulary = get_vocabulary(vocabulary)
    if isinstance(rows, Sequences):
        return check_vocabulary(rows, vocabulary)
    items = list_rows(rows)
    is_file = np.array([_is_file(item, input) for item in items], dtype=bool)
    folder = folder_of(memory)
    if folder is None or not is_file.any():
        return _read_all(items, is_file, by, SequencesBuilder(vocabulary, quality))
    cache = CodeCache(folder, vocabulary, quality)
    paths = [Path(item) for item in items[is_file]]
    entries = cache.fetch(paths, verbose)
    files = [CachedFile(path, entries[path]) for path in paths]
    if is_file.all():
        return join_files(files, cache, by)
    return _join_mixed(files, items, is_file, cache, by)


def _is_file(item: Any, input: str) -> bool:
    return isinstance(item, Path) or (input == "filename" and isinstance(item, str))


def _read_all(
    items: NDArray[np.object_], is_file: NDArray[np.bool_], by: str, builder: SequencesBuilder
) -> Sequences:
    """Read rows into memory; sequences are numbered by their place in X."""
    for number, item in enumerate(items):
        if is_file[number]:
            _add_file(builder, Path(item), by)
        else:
            add_sequence(builder, item, number)
    return builder.build()


def _join_mixed(
    files: list[CachedFile],
    items: NDArray[np.object_],
    is_file: NDArray[np.bool_],
    cache: CodeCache,
    by: str,
) -> Sequences:
    """Put files of the cache and rows in memory into the order of X."""
    builder = SequencesBuilder(cache.vocabulary, cache.quality)
    for number in np.flatnonzero(~is_file):
        add_sequence(builder, items[number], int(number))
    joined = join_files(files, cache, by, builder.build())
    counts = np.ones(len(items), dtype=np.int64)
    counts[is_file] = [file.n_rows(by) for file in files]
    first = np.zeros(len(items), dtype=np.int64)
    order = np.concatenate([np.flatnonzero(is_file), np.flatnonzero(~is_file)])
    first[order] = np.cumsum(counts[order]) - counts[order]
    return joined[ranges(first, counts)]


def list_rows(rows: Iterable[Any]) -> NDArray[np.object_]:
    """List the items of any 1-D container; refuse what is not one."""
    if isinstance(rows, Path) and rows.is_dir():
        check_file(rows)
    if isinstance(rows, ROW_TYPES):
        raise TypeError(
            f"X must be a list (or array, Series) of sequences or paths, not one "
            f"{type(rows).__name__}: wrap it in a list, X=[...]."
        )
    if isinstance(rows, pd.DataFrame):
        if rows.shape[1] != 1:
            raise ValueError(
                f"X has {rows.shape[1]} columns where one column of sequences is expected: choose "
                f"it, as X[{rows.columns[0]!r}]."
            )
        return rows.iloc[:, 0].to_numpy(dtype=object)
    if isinstance(rows, np.ndarray) and rows.ndim == 2 and rows.shape[1] == 1:
        rows = rows[:, 0]
    if isinstance(rows, np.ndarray) and rows.ndim != 1:
        raise ValueError(f"X of sequences must have one dimension, not the shape {rows.shape}.")
    if not isinstance(rows, Iterable):
        raise TypeError(f"X must be a list (or array, Series) of sequences or paths, not {rows!r}.")
    return object_array(list(rows))


def is_sequence_rows(X: Any) -> bool:
    """Tell rows of sequences from a 2-D array of codes."""
    if isinstance(X, pd.Index):
        raise TypeError(
            "X is a pandas Index, which scikit-learn cannot split into folds: give a list, as "
            "X.to_list(), or a Series."
        )
    if isinstance(X, pd.DataFrame):
        return bool(X.shape[1] > 0 and not pd.api.types.is_numeric_dtype(X.dtypes.iloc[0]))
    if isinstance(X, np.ndarray | pd.Series):
        return X.dtype.kind in "OUST" and (len(X) == 0 or _has_row(np.asarray(X)))
    if isinstance(X, ROW_TYPES):
        return True
    if isinstance(X, Iterator):
        raise TypeError(
            f"X is a {type(X).__name__}, which can be read only once: give a list, X=list(...)."
        )
    return isinstance(X, list | tuple) and any(_is_row(item) or is_pair(item) for item in X)


def is_pair(item: Any) -> bool:
    """Tell a tuple of two sequences or paths."""
    return (
        isinstance(item, tuple) and len(item) == 2 and all(isinstance(i, ROW_TYPES) for i in item)
    )


def _has_row(X: NDArray[Any]) -> bool:
    return any(_is_row(item) for item in (X if X.ndim == 1 else X.flat[:1]))


def _is_row(item: Any) -> bool:
    return item is None or item is pd.NA or isinstance(item, ROW_TYPES)


def check_vocabulary(sequences: Sequences, vocabulary: Vocabulary) -> Sequences:
    """Return the sequences if they were encoded by this vocabulary."""
    if sequences.vocabulary != vocabulary:
        raise ValueError(
            f"X was read with the vocabulary {sequences.vocabulary.letters!r}, but "
            f"{vocabulary.letters!r} is asked for: give the same `vocabulary` to both."
        )
    return sequences


def _add_file(builder: SequencesBuilder, path: Path, by: str) -> None:
    names: list[str] = []
    file = str(path)
    for name, sequence, qualities in _records_of(path, builder.has_qualities):
        where = f"record {name!r} of {path}"
        builder.add_record(sequence, name, file, where, qualities)
        if by == "record":
            names.append(name)
            builder.end_row(name)
    if by == "file":
        builder.end_row(path.name)
    check_names(names, path)


def _records_of(path: Path, quality: bool) -> Iterator[tuple[str, str, bytes]]:
    """Give name, sequence and, if asked for, qualities of each record."""
    if quality:
        for piece in read_pieces(path, sys.maxsize):
            yield piece.name, piece.letters, encode_qualities(piece.quality)
    else:
        for record in read_records(path):
            yield record.name, record.sequence, b""


def add_sequence(builder: SequencesBuilder, row: Any, number: int) -> None:
    sequence, name = _letters_and_name(row, number)
    if len(sequence) == 0:
        raise ValueError(f"Row {number} of X is an empty sequence; remove it (and its label).")
    try:
        builder.add_record(sequence, name, "", f"row {number} of X", _qualities_of(row))
    except InvalidLetterError as error:
        if isinstance(row, str) and _looks_like_path(row):
            raise InvalidSequenceFileError(
                f"Row {number} of X is the string {row[:80]!r}, which looks like a path. Strings "
                "are sequences: wrap it in pathlib.Path, or use input='filename' (of a classifier "
                "set_params(windows__input='filename'))."
            ) from error
        raise
    builder.end_row(name)


def _letters_and_name(row: Any, number: int) -> tuple[str | bytes, str]:
    if isinstance(row, str | bytes):
        return row, str(number)
    if isinstance(row, SeqRecord):
        return b"" if row.seq is None else bytes(row.seq), row.id or str(number)
    if isinstance(row, Seq | MutableSeq):
        return bytes(row), str(number)
    if is_pair(row):
        raise TypeError(
            f"Row {number} of X is a pair of reads, which are joined to windows of a given length: "
            "give pairs to FastaWindowTransformer or to a classifier."
        )
    raise TypeError(
        f"Row {number} of X is {row!r} of type {type(row).__name__}; expected a sequence (str, "
        "bytes, Bio.Seq, SeqRecord) or a file (pathlib.Path)."
    )


def _qualities_of(row: Any) -> bytes:
    found = row.letter_annotations.get("phred_quality") if isinstance(row, SeqRecord) else None
    return b"" if found is None else shift_qualities(found)


def _looks_like_path(text: str) -> bool:
    return "/" in text or "\\" in text or has_sequence_suffix(Path(text))
