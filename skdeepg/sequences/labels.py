"""X, y and names from folders of files."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from skdeepg.argument_checks import not_found
from skdeepg.exceptions import LeakageWarning, LostDataWarning
from skdeepg.sequences.collection import Sequences, object_array
from skdeepg.sequences.fasta import has_sequence_suffix, name_formats
from skdeepg.sequences.formats.registry import known_formats, list_suffixes
from skdeepg.sequences.inputs import read_sequences

__all__ = ["load_labelled_folders"]

Folder = str | os.PathLike[str]


def load_labelled_folders(
    folders: Sequence[Folder] | Mapping[str, Folder],
    *,
    by: Literal["file", "record"] = "file",
    vocabulary: str = "ACGT",
    memory: Any = None,
    quality: bool = False,
    verbose: int = 0,
) -> tuple[Sequences, NDArray[np.object_], NDArray[np.object_]]:
    """Read folders of FASTA, FASTQ, GenBank or EMBL files, one folder a class.

    deepG trains so with ``train_type = "label_folder"``.

    Parameters
    ----------
    folders : list of path-like, or dict of label to path-like
        A folder (or a single file) a class. Labels of a list are the names of the folders; where
        these are equal, as in ``["16s/train", "bacteria/train"]``, the part of the paths that
        tells them apart.
    by : {"file", "record"}, default="file"
        Whether a file makes one row of `X`, or each of its records one. Cross-validation splits
        rows, so choose what must not be torn apart.
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
        The rows: folders in the order given, their files in byte order of their names.
    y : ndarray of shape (n_rows,) and dtype object
        The label of each row.
    names : ndarray of shape (n_rows,) and dtype object
        The name of each row's file, or record.

    Raises
    ------
    FileNotFoundError
        If a folder does not exist or holds no file named as one of sequences.
    ValueError
        If two folders are the same, a file is invalid, `by` is something else, or ``by="record"``
        meets a name twice within a file.

    Warns
    -----
    LostDataWarning
        If a folder holds files of other names; sub-folders are not entered.
    LeakageWarning
        If a folder holds files that differ in the format only, such as ``x.fna`` and ``x.gbk``.

    Examples
    --------
    >>> import tempfile
    >>> from skdeepg import load_labelled_folders
    >>> from skdeepg.datasets import export_example_folders
    >>> folder = export_example_folders(tempfile.mkdtemp())
    >>> X, y, names = load_labelled_folders(
    ...     [folder / "validation/16s", folder / "validation/bacteria"]
    ... )
    >>> len(X), sorted(set(y))
    (105, ['16s', 'bacteria'])
    """
    if isinstance(folders, str | os.PathLike):
        raise TypeError(
            "folders must be a list of folders (one a class), not one path; for the folders in a "
            f"folder give sorted(Path({str(folders)!r}).iterdir())."
        )
    if not len(folders):
        raise ValueError("folders is empty: give one folder a class.")
    labelled = folders if isinstance(folders, Mapping) else _label_by_name(folders)
    files: dict[str, list[Path]] = {}
    for label, folder in labelled.items():
        files[label] = list_sequence_files(Path(folder))
    _check_one_label_a_file(files)
    paths = [path for some in files.values() for path in some]
    y_files = np.repeat(object_array(list(files)), [len(some) for some in files.values()])
    read = partial(
        read_sequences, vocabulary=vocabulary, memory=memory, quality=quality, verbose=verbose
    )
    X, y = read_labelled_files(paths, y_files, by, read)
    return X, y, X.names


def read_labelled_files(
    files: list[Path], y: NDArray[Any], by: str, read: Callable[..., Sequences]
) -> tuple[Sequences, NDArray[Any]]:
    """Read files, and give each row the label of its file."""
    if by not in {"file", "record"}:
        raise ValueError(f"by={by!r} is neither 'file' nor 'record'.")
    X = read(files, by=by)
    if by == "file":
        return X, y
    order = {str(file): i for i, file in enumerate(files)}
    return X, y[[order[file] for file in X.records().file]]


def list_sequence_files(folder: Path) -> list[Path]:
    """List the sequence files of a folder in byte order, or a file itself."""
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        kind = "file" if has_sequence_suffix(folder) else "folder"
        raise not_found(kind, folder)
    entries = sorted(folder.iterdir(), key=lambda path: os.fsencode(path.name))
    files = [path for path in entries if path.is_file() and has_sequence_suffix(path)]
    if not files:
        inner = next((path.name for path in entries if path.is_dir()), "")
        raise FileNotFoundError(
            f"The folder {folder} has no {name_formats()} file among its {len(entries)} entries; "
            f"files must end in {', '.join(list_suffixes())}, plain or .gz."
            + (f" Folders in it, such as {inner!r}, are not entered: give these." if inner else "")
        )
    if len(files) < len(entries):
        other = next(path.name for path in entries if path not in set(files))
        warnings.warn(
            f"{folder}: {len(entries) - len(files)} of {len(entries)} entries are not "
            f"{name_formats()} files by their names and are left out (first: {other!r}).",
            LostDataWarning,
            stacklevel=3,
        )
    _warn_of_twins(folder, files)
    return files


def _warn_of_twins(folder: Path, files: list[Path]) -> None:
    """Warn of files that differ in the format only, as those of an assembly."""
    formats: dict[str, set[str]] = {}
    for file in files:
        form = next(each.name for each in known_formats() if each.fits_name(file))
        stem = Path(file.name.removesuffix(".gz")).stem
        formats.setdefault(stem, set()).add(form)
    twins = [stem for stem, some in formats.items() if len(some) > 1]
    if twins:
        warnings.warn(
            f"{folder}: {len(twins)} names are there in several formats (first: {twins[0]!r} in "
            f"{' and '.join(sorted(formats[twins[0]]))}). If these are the same sequences, keep "
            "one format, or they count twice and may be on both sides of a split.",
            LeakageWarning,
            stacklevel=4,
        )


def _check_one_label_a_file(files: Mapping[str, list[Path]]) -> None:
    label_of: dict[Path, str] = {}
    for label, paths in files.items():
        for path in paths:
            other = label_of.setdefault(path.resolve(), label)
            if other != label:
                raise ValueError(
                    f"{path} has two labels, {other!r} and {label!r}: give each file once."
                )


def _label_by_name(folders: Sequence[Folder]) -> dict[str, Folder]:
    """Label each folder by the last part of its path in which all folders differ."""
    parts = [Path(os.path.abspath(folder)).parts[::-1] for folder in folders]  # noqa: PTH100
    for names in zip(*parts, strict=False):
        if len(set(names)) == len(names):
            return dict(zip(names, folders, strict=True))
    raise ValueError(
        f"The folders {[str(folder) for folder in folders]} cannot be told apart by the parts of "
        "their paths; give labels, as in {'16s': folder, 'bacteria': other_folder}."
    )
