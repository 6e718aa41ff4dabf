"""Rows of any kind (strings, files, Biopython records) become `Sequences`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from Bio.Seq import MutableSeq, Seq
from Bio.SeqRecord import SeqRecord
from numpy.typing import NDArray

from skdeepg.exceptions import InvalidLetterError, InvalidSequenceFileError
from skdeepg.sequences.collection import Sequences, SequencesBuilder, object_array
from skdeepg.sequences.fasta import has_sequence_suffix, read_records
from skdeepg.sequences.vocabulary import Vocabulary, get_vocabulary

__all__ = ["read_sequences"]

ROW_TYPES = (str, bytes, Path, Seq, MutableSeq, SeqRecord)


def read_sequences(
    rows: Iterable[Any],
    vocabulary: str | Vocabulary = "ACGT",
    *,
    input: Literal["auto", "filename"] = "auto",
    by: Literal["file", "record"] = "file",
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

    Returns
    -------
    Sequences
        One row an item (with ``by="record"``: one a record), in order.

    Raises
    ------
    InvalidLetterError
        If a letter is neither in the vocabulary nor ambiguous: names file, record and position.
    InvalidSequenceFileError, FileNotFoundError
        If a file cannot be read.
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
    _check_option("input", input, ("auto", "filename"))
    _check_option("by", by, ("file", "record"))
    if isinstance(vocabulary, str):
        vocabulary = get_vocabulary(vocabulary)
    if isinstance(rows, Sequences):
        return check_vocabulary(rows, vocabulary)
    builder = SequencesBuilder(vocabulary)
    for number, row in enumerate(list_rows(rows)):
        if isinstance(row, Path) or (input == "filename" and isinstance(row, str)):
            _add_file(builder, Path(row), by)
        else:
            add_sequence(builder, row, number)
    return builder.build()


def _check_option(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, not {value!r}.")


def list_rows(rows: Iterable[Any]) -> NDArray[np.object_]:
    """List the items of any 1-D container; refuse what is not one."""
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
    return isinstance(X, list | tuple) and any(_is_row(item) for item in X)


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
    seen: set[str] = set()
    file = str(path)
    for record in read_records(path):
        where = f"record {record.name!r} of {path}"
        builder.add_record(record.sequence, record.name, file, where)
        if by == "record":
            if record.name in seen:
                raise ValueError(
                    f"{path} has two records named {record.name!r}; rows by record need names of "
                    "their own: rename one, or use by='file'."
                )
            seen.add(record.name)
            builder.end_row(record.name)
    if by == "file":
        builder.end_row(path.name)


def add_sequence(builder: SequencesBuilder, row: Any, number: int) -> None:
    sequence, name = _letters_and_name(row, number)
    if len(sequence) == 0:
        raise ValueError(f"Row {number} of X is an empty sequence; remove it (and its label).")
    try:
        builder.add_record(sequence, name, "", f"row {number} of X")
    except InvalidLetterError as error:
        if isinstance(row, str) and _looks_like_path(row):
            raise InvalidSequenceFileError(
                f"Row {number} of X is the string {row[:80]!r}, which looks like a path. Strings "
                "are sequences: wrap it in pathlib.Path, or use input='filename'."
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
    raise TypeError(
        f"Row {number} of X is {row!r} of type {type(row).__name__}; expected a sequence (str, "
        "bytes, Bio.Seq, SeqRecord) or a file (pathlib.Path)."
    )


def _looks_like_path(text: str) -> bool:
    return "/" in text or "\\" in text or has_sequence_suffix(Path(text))
