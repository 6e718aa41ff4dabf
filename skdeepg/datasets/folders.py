"""The bundled data as folders of FASTA files, one folder a class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from skdeepg.datasets.bundled import ExampleFile, Subset, example_files
from skdeepg.sequences import Record, read_records

if TYPE_CHECKING:
    import os

__all__ = ["export_example_folders"]

LINE_LENGTH = 80


def export_example_folders(directory: str | os.PathLike[str], *, subset: Subset = "all") -> Path:
    """Write the bundled data as folders of FASTA files, to try the work on folders.

    Makes ``train/16s``, ``train/bacteria``, ``validation/16s`` and ``validation/bacteria`` with one
    file a record: what `skdeepg.load_labelled_folders` reads. Files written by an earlier call are
    written again.

    Parameters
    ----------
    directory : path
        Where to make the folders; made if it does not exist.
    subset : {"train", "validation", "all"}, default="all"
        Which part.

    Returns
    -------
    Path
        `directory`.

    Raises
    ------
    ValueError
        If there is no such subset.
    FileExistsError
        If one of the folders has other files, which would be read with the examples. Nothing is
        written then.

    Examples
    --------
    >>> import tempfile
    >>> from skdeepg.datasets import export_example_folders
    >>> folder = export_example_folders(tempfile.mkdtemp(), subset="validation")
    >>> sorted(path.name for path in (folder / "validation").iterdir())
    ['16s', 'bacteria']
    >>> len(list((folder / "validation" / "16s").glob("*.fasta")))
    100
    """
    directory = Path(directory)
    contents = {
        directory / file.subset / file.label: _contents(file) for file in example_files(subset)
    }
    for folder, files in contents.items():
        _check_no_other_files(folder, set(files))
    for folder, files in contents.items():
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return directory


def _contents(file: ExampleFile) -> dict[str, str]:
    """Return the text of every file to write by its name."""
    # A colon is not allowed in file names on Windows.
    return {
        f"{record.name.replace(':', '_')}.fasta": _as_fasta(record)
        for record in read_records(file.path)
    }


def _as_fasta(record: Record) -> str:
    sequence = record.sequence
    lines = [sequence[i : i + LINE_LENGTH] for i in range(0, len(sequence), LINE_LENGTH)]
    return "\n".join([f">{record.description}", *lines]) + "\n"


def _check_no_other_files(folder: Path, names: set[str]) -> None:
    if not folder.exists():
        return
    others = sorted(path.name for path in folder.iterdir() if path.name not in names)
    if others:
        raise FileExistsError(
            f"{folder} has {len(others)} other file(s), such as {others[0]!r}, which would mix "
            f"with the examples; choose another directory, or empty this folder."
        )
