"""X, y and names from the headers of records."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skdeepg.exceptions import LostDataWarning
from skdeepg.sequences.builder import SequencesBuilder
from skdeepg.sequences.collection import Sequences, object_array
from skdeepg.sequences.fasta import Record, read_records
from skdeepg.sequences.labels import list_sequence_files
from skdeepg.sequences.vocabulary import Vocabulary, get_vocabulary
from skdeepg.sequences.windows import name_some

__all__ = ["load_labelled_headers"]

FilePath = str | os.PathLike[str]
Labeller = Callable[[str], Any]


def load_labelled_headers(
    paths: FilePath | Iterable[FilePath],
    label: str | re.Pattern[str] | Labeller,
    *,
    vocabulary: str = "ACGT",
) -> tuple[Sequences, NDArray[np.object_], NDArray[np.object_]]:
    r"""Read records of files of sequences, labelled by their headers.

    deepG trains so with ``train_type = "label_header"``, where the whole header is the label.

    Parameters
    ----------
    paths : path-like, or list of path-like
        Files, and folders whose files of sequences are read.
    label : str, re.Pattern or function
        What a record's label is. A regular expression is searched in the whole header (the line
        without ``>`` or ``@``); the label is its group named ``label``, else its first group, else
        what it matches. A function takes the whole header and returns the label. Records without a
        match, or with an empty label, None or NaN, are left out; they take no memory and may hold
        any letters.
    vocabulary : str, default="ACGT"
        The letters with a code of their own.

    Returns
    -------
    X : Sequences
        One row a record with a label: paths in the order given, files of a folder in byte order of
        their names, records in the order of the file.
    y : ndarray of shape (n_rows,) and dtype object
        The label of each row: a string, or what the function returned.
    names : ndarray of shape (n_rows,) and dtype object
        The name of each row's record: the first word of its header.

    Raises
    ------
    FileNotFoundError
        If a path does not exist, or a folder holds no file named as one of sequences.
    ValueError
        If no record has a label, a file is given twice or is invalid, two labelled records of a
        file have the same name, the expression is none, or the function raises.
    TypeError
        If `label` is something else, or the function returns several labels for a record.

    Warns
    -----
    LostDataWarning
        If records have no label (a file in which none has one is named), or a folder holds files
        of other names.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skdeepg import load_labelled_headers
    >>> path = pathlib.Path(tempfile.mkdtemp(), "reads.fasta")
    >>> _ = path.write_text(">a1 phylum=Firmicutes\nACGT\n>a2 phylum=Chlamydiae\nGGG\n")
    >>> X, y, names = load_labelled_headers(path, r"phylum=(\w+)")
    >>> y.tolist(), names.tolist()
    (['Firmicutes', 'Chlamydiae'], ['a1', 'a2'])
    """
    labelled = LabelledRecords(make_labeller(label), get_vocabulary(vocabulary))
    files: list[Path] = []
    for path in [paths] if isinstance(paths, str | os.PathLike) else paths:
        files += list_sequence_files(Path(path))
    _check_files(files)
    for file in files:
        labelled.read(file)
    if not labelled.labels:
        raise ValueError(
            f"None of the {labelled.n_lost} records of {len(files)} files gets a label from "
            f"{describe(label)}; headers are {name_some(object_array(labelled.lost_headers))}."
        )
    if labelled.n_lost:
        warnings.warn(labelled.describe_lost(), LostDataWarning, stacklevel=2)
    X = labelled.builder.build()
    return X, object_array(labelled.labels), X.names


class LabelledRecords:
    """Collects the records with a label; of the others their number and the first few headers."""

    def __init__(self, label_of: Labeller, vocabulary: Vocabulary) -> None:
        self.builder = SequencesBuilder(vocabulary)
        self.labels: list[Any] = []
        self.n_lost = 0
        self.lost_headers: list[str] = []
        self.files_without_label: list[str] = []
        self._label_of = label_of

    def read(self, file: Path) -> None:
        """Add the records of a file."""
        names: set[str] = set()
        for record in read_records(file):
            label = find_label(self._label_of, record, file)
            if label is None:
                self._leave_out(record)
                continue
            if record.name in names:
                raise _two_records_of_one_name(record, file)
            names.add(record.name)
            where = f"record {record.name!r} of {file}"
            self.builder.add_record(record.sequence, record.name, str(file), where)
            self.builder.end_row(record.name)
            self.labels.append(label)
        if not names:
            self.files_without_label.append(str(file))

    def _leave_out(self, record: Record) -> None:
        self.n_lost += 1
        if len(self.lost_headers) < 4:  # three are shown, then an ellipsis
            self.lost_headers.append(record.description[:80])

    def describe_lost(self) -> str:
        """Say which records are left out."""
        message = (
            f"{self.n_lost} of {self.n_lost + len(self.labels)} records get no label from their "
            f"headers and are left out: {name_some(object_array(self.lost_headers))}."
        )
        if self.files_without_label:
            files = name_some(object_array(self.files_without_label), most=5)
            message += f" Files without any label ({len(self.files_without_label)}): {files}."
        return message


def make_labeller(label: Any) -> Labeller:
    """Turn a regular expression into a function of the header."""
    if isinstance(label, str):
        label = _compile(label)
    if isinstance(label, re.Pattern) and isinstance(label.pattern, str):
        return _searcher(label)
    if callable(label):
        return label  # type: ignore[no-any-return]
    raise TypeError(
        f"label must be a regular expression for the header or a function of it, not {label!r}; of "
        "a dict d use lambda header: d.get(header)."
    )


def _compile(expression: str) -> re.Pattern[str]:
    try:
        return re.compile(expression)
    except re.error as error:
        raise ValueError(f"label={expression!r} is no regular expression: {error}.") from error


def _searcher(pattern: re.Pattern[str]) -> Labeller:
    group: str | int = "label" if "label" in pattern.groupindex else min(pattern.groups, 1)

    def search(header: str) -> str | None:
        match = pattern.search(header)
        return match and match.group(group)

    return search


def find_label(label_of: Labeller, record: Record, file: Path) -> Any:
    """Give a record's label, or None; name the record if the function fails."""
    where = f"the record {record.name!r} of {file} (header {record.description[:80]!r})"
    try:
        label = label_of(record.description)
    except Exception as error:
        raise ValueError(
            f"The label function fails for {where}: {type(error).__name__}: {error}."
        ) from error
    if pd.api.types.is_list_like(label):
        raise TypeError(
            f"The label function returns the {type(label).__name__} {label!r} for {where}; it must "
            "return one label, or None to leave the record out."
        )
    return None if pd.isna(label) or label == "" else label


def describe(label: str | re.Pattern[str] | Labeller) -> str:
    """Name what gives the labels."""
    if isinstance(label, str | re.Pattern):
        return f"the regular expression {re.compile(label).pattern!r}"
    return "the label function"


def _two_records_of_one_name(record: Record, file: Path) -> ValueError:
    return ValueError(
        f"{file} has two labelled records named {record.name!r}; each is a row and needs a name of "
        f"its own as the first word of its header: rename one, as in '>{record.name}_2'."
    )


def _check_files(files: list[Path]) -> None:
    if not files:
        raise ValueError("paths is empty: give a file, a folder or a list of them.")
    seen: set[Path] = set()
    for file in files:
        if file.resolve() in seen:
            raise ValueError(f"{file} is given twice, by itself or in a folder: give it once.")
        seen.add(file.resolve())
