"""X, y and names from a table that labels files."""

from __future__ import annotations

import csv
import io
import os
import warnings
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skdeepg.argument_checks import not_found
from skdeepg.exceptions import LostDataWarning
from skdeepg.sequences.collection import IntArray, Sequences, object_array
from skdeepg.sequences.fasta import has_sequence_suffix
from skdeepg.sequences.inputs import read_sequences
from skdeepg.sequences.labels import Folder, read_labelled_files
from skdeepg.sequences.windows import name_some

__all__ = ["load_labelled_csv"]

DELIMITERS: Final = (",", ";", "\t")


def load_labelled_csv(
    table: str | os.PathLike[str] | pd.DataFrame,
    folder: Folder | None = None,
    *,
    file: str = "file",
    label: str | Sequence[str] | None = "label",
    by: Literal["file", "record"] = "file",
    vocabulary: str = "ACGT",
    memory: Any = None,
    quality: bool = False,
    verbose: int = 0,
) -> tuple[Sequences, NDArray[Any], NDArray[np.object_]]:
    r"""Read files of sequences that a table lists with their labels.

    deepG trains so with ``train_type = "label_csv"`` and the table as ``target_from_csv``; its
    targets are all columns but ``file``, here ``label=None``.

    Parameters
    ----------
    table : path-like or pandas.DataFrame
        One row a file. A text file is separated by commas, semicolons or tabs.
    folder : path-like, default=None
        Where the files are. None: in the folder of the table; for a DataFrame, in the working
        directory. Absolute paths in the table stand for themselves.
    file : str, default="file"
        The column of file names.
    label : str, list of str, or None, default="label"
        A column with the label of each file, or a list of columns for multi-label targets: each
        column a label, with 1 for the files that have it and 0 for the others. None is the list of
        all columns but `file`, in the order of the table.
    by : {"file", "record"}, default="file"
        Whether a file makes one row of `X`, or each of its records one, with the file's label.
    vocabulary : str, default="ACGT"
        The letters with a code of their own.
    memory : str, path-like or joblib.Memory, default=None
        A folder in which each file is encoded once, as in `FastaWindowTransformer`: for more
        files than memory holds.
    quality : bool, default=False
        Whether to keep the qualities of FASTQ files, for ``FastaWindowTransformer(quality=True)``.
    verbose : int, default=0
        With 1 a progress bar while files are encoded for `memory`.

    Returns
    -------
    X : Sequences
        The rows, in the order of the table.
    y : ndarray of shape (n_rows,), or (n_rows, n_labels) and dtype int64
        For one column its values: numbers and booleans as such, all else as objects. For several,
        column j is the j-th name of `label`.
    names : ndarray of shape (n_rows,) and dtype object
        The name of each row's file without its folder, or of its record.

    Raises
    ------
    FileNotFoundError
        If the table, the folder or a file of the table does not exist.
    ValueError
        If the table is empty or cannot be read, has no column of a given name, names a file twice,
        lacks a file name or a label, holds anything but 0 and 1 in one of several label columns;
        if a file is invalid, or ``by="record"`` meets a name twice within a file.

    Warns
    -----
    LostDataWarning
        If beside the files of the table there are files of sequences that it does not name.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skdeepg import load_labelled_csv
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for name in "ab":
    ...     _ = folder.joinpath(f"{name}.fasta").write_text(">r\nACGT\n")
    >>> table = folder / "labels.csv"
    >>> _ = table.write_text("file,label,motile,pathogen\na.fasta,x,1,0\nb.fasta,y,1,1\n")
    >>> X, y, names = load_labelled_csv(table)
    >>> y.tolist(), names.tolist()
    (['x', 'y'], ['a.fasta', 'b.fasta'])
    >>> load_labelled_csv(table, label=["motile", "pathogen"])[1]
    array([[1, 0],
           [1, 1]])
    """
    frame, folder, where = _open_table(table, folder, file)
    _check_columns(frame, file, label, where)
    files = _list_files(frame[file], folder, where)
    y = _single_labels(frame, file, label) if _is_one(label) else _indicators(frame, file, label)
    unnamed = _list_unnamed(files)
    if unnamed:
        warnings.warn(
            f"{len(unnamed)} files of sequences beside those of {where} are not named in it and "
            f"are left out: {name_some(object_array(unnamed))}.",
            LostDataWarning,
            stacklevel=2,
        )
    read = partial(
        read_sequences, vocabulary=vocabulary, memory=memory, quality=quality, verbose=verbose
    )
    X, y = read_labelled_files(files, y, by, read)
    return X, y, X.names


def _is_one(label: Any) -> bool:
    return label is not None and not pd.api.types.is_list_like(label)


def _open_table(table: Any, folder: Folder | None, file: str) -> tuple[pd.DataFrame, Path, str]:
    """Give the table, the folder of its files, and what to call the table in messages."""
    if folder is not None and not Path(folder).is_dir():
        raise not_found("folder", folder)
    if isinstance(table, pd.DataFrame):
        return table, Path(folder or "."), "the table"
    path = Path(table)
    if not path.is_file():
        raise not_found("table", path)
    return read_table(path, file), Path(folder or path.parent), f"the table {path}"


def read_table(path: Path, file: str) -> pd.DataFrame:
    """Read a text file separated by whatever makes `file` a column of it."""
    try:
        text = path.read_text(encoding="utf-8-sig").lstrip("\n")
        header = text.partition("\n")[0]
        delimiter = max(DELIMITERS, key=lambda it: (file in _cells(header, it), header.count(it)))
        # pandas would number equal names.
        _check_names([name for name in _cells(header, delimiter) if name], f"the table {path}")
        # A file named 0012 stays so.
        return pd.read_csv(
            io.StringIO(text), sep=delimiter, dtype={file: object}, skipinitialspace=True
        )
    except (UnicodeDecodeError, csv.Error, pd.errors.ParserError) as error:
        raise ValueError(
            f"{path} cannot be read as a table: {str(error).strip()}. Expected is text in UTF-8, "
            "with cells separated by commas, semicolons or tabs."
        ) from error
    except pd.errors.EmptyDataError:
        raise ValueError(f"{path} is empty: it must hold a header and a row a file.") from None


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])


def _check_names(names: list[Any], where: str) -> None:
    if len(set(names)) < len(names):
        raise ValueError(f"Columns of {where} have the same name: {_show(names)}. Rename them.")


def _show(names: Iterable[Any]) -> str:
    return name_some(object_array(list(names)), most=20)


def _check_columns(frame: pd.DataFrame, file: str, label: Any, where: str) -> None:
    """Check that the table has rows and the columns asked for."""
    _check_names(list(frame.columns), where)
    there = f"its columns are {_show(frame.columns)}"
    if file not in frame.columns:
        raise ValueError(f"file={file!r} is no column of {where}; {there}.")
    asked = [label] if _is_one(label) else _label_columns(frame, file, label)
    for column in asked:
        if column not in frame.columns:
            raise ValueError(
                f"label={column!r} is no column of {where}; {there}. Name one, several in a list, "
                f"or label=None for all but {file!r}."
            )
    if file in asked or len(set(asked)) < len(asked) or not asked:
        raise ValueError(
            f"label={label!r} must name different columns of {where}, at least one and not that of "
            f"the files; {there}."
        )
    if not len(frame):
        raise ValueError(f"There is no row in {where}: it must have one a file.")


def _label_columns(frame: pd.DataFrame, file: str, label: Any) -> list[Any]:
    if label is None:
        return [column for column in frame.columns if column != file]
    return list(label)


def _list_files(column: pd.Series[Any], folder: Path, where: str) -> list[Path]:
    """Find the files of the table; all must be there, none twice."""
    nameless = np.flatnonzero(_is_missing(column))
    if len(nameless):
        raise ValueError(
            f"Row {nameless[0]} of {where}, counted from 0 below the header, has no file name in "
            f"the column {column.name!r} ({len(nameless)} such rows)."
        )
    files = [folder / str(name) for name in column]
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise FileNotFoundError(
            f"{len(missing)} of the {len(files)} files of {where} do not exist: "
            f"{name_some(object_array(missing))}. Correct or remove their rows, or give the folder "
            "that holds them as `folder`."
        )
    _check_no_file_twice(files, where)
    return files


def _check_no_file_twice(files: list[Path], where: str) -> None:
    first: dict[Path, int] = {}
    for row, file in enumerate(files):
        before = first.setdefault(file.resolve(), row)
        if before != row:
            raise ValueError(
                f"{file} stands twice in {where}, in the rows {before} and {row} counted from 0 "
                "below the header: give each file one row."
            )


def _single_labels(frame: pd.DataFrame, file: str, label: Any) -> NDArray[Any]:
    column = frame[label]
    _check_complete(column, frame[file])
    is_number = pd.api.types.is_numeric_dtype(column)
    return np.array(column.to_numpy(dtype=None if is_number else object))


def _indicators(frame: pd.DataFrame, file: str, label: Any) -> IntArray:
    columns = _label_columns(frame, file, label)
    return np.column_stack([_indicator(frame[column], frame[file]) for column in columns])


def _indicator(column: pd.Series[Any], names: pd.Series[Any]) -> IntArray:
    """Give a column of 0 and 1 as such."""
    _check_complete(column, names)
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = np.flatnonzero(~np.isin(values, [0, 1]))
    if len(wrong):
        raise ValueError(
            f"{names.iloc[wrong[0]]} has {column.iloc[wrong[0]]!s:.80} in the column "
            f"{column.name!r} ({len(wrong)} such values), where 1 says that a file has this label "
            f"and 0 that it has not. For one label a file name one column, as in label="
            f"{column.name!r}."
        )
    return values.astype(np.int64)


def _check_complete(column: pd.Series[Any], names: pd.Series[Any]) -> None:
    missing = _is_missing(column)
    if missing.any():
        raise ValueError(
            f"{missing.sum()} of {len(column)} files have no label in the column {column.name!r}: "
            f"{name_some(names.to_numpy(dtype=object)[missing])}. Fill in the empty cells or "
            "remove the rows; if a label is called NA, read the table by pandas.read_csv(..., "
            "keep_default_na=False) and give the DataFrame."
        )


def _is_missing(column: pd.Series[Any]) -> NDArray[np.bool_]:
    return np.array([bool(pd.isna(value)) or value == "" for value in column], dtype=bool)


def _list_unnamed(files: list[Path]) -> list[str]:
    """List the sequence files in the folders of these files that are none of them."""
    named = {file.resolve() for file in files}
    folders = dict.fromkeys(file.parent for file in files)
    return [
        str(path)
        for folder in folders
        for path in sorted(folder.iterdir())
        if has_sequence_suffix(path) and path.is_file() and path.resolve() not in named
    ]
