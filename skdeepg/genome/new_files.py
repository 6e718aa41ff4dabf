"""New files: whole or not at all, and never over another without leave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from os import PathLike
from pathlib import Path
from typing import TextIO
from uuid import uuid4

import h5py

__all__ = ["draft_of", "told_as_unwritable", "used_versions", "write_text"]


@contextmanager
def draft_of(path: str | PathLike[str], overwrite: bool) -> Iterator[Path]:
    """Give a path beside `path` to write to; it takes its place when the context ends well.

    Parameters
    ----------
    path : str or path-like
        The file wanted.
    overwrite : bool
        Whether it may replace another.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    FileExistsError
        If there is such a file, and it may not be replaced.
    FileNotFoundError
        If its folder does not exist.
    """
    target = Path(path)
    if target.exists() and not overwrite:
        raise FileExistsError(
            f"{target} exists; give another path, or overwrite=True to replace it."
        )
    target = target.resolve()  # a link stays a link
    if not target.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {target.parent}; make it first.")
    draft = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        yield draft
        with told_as_unwritable(target):
            draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def told_as_unwritable(path: str | PathLike[str]) -> Iterator[None]:
    """Say of failures to write which file they concern, and what to do.

    Parameters
    ----------
    path : str or path-like
        The file.

    Yields
    ------
    None
        While writing.

    Raises
    ------
    OSError
        If writing fails.
    """
    try:
        yield
    except FileNotFoundError:  # of what is read meanwhile
        raise
    # HDF5 reports a full disk as a RuntimeError where it notices it late
    except (OSError, RuntimeError) as error:
        raise OSError(
            f"{path} cannot be written: {error}. Nothing of it is left; is the disk full, or the "
            "folder for reading only?"
        ) from error


@contextmanager
def write_text(path: str | PathLike[str], overwrite: bool) -> Iterator[TextIO]:
    """Open a new text file for writing.

    Parameters
    ----------
    path : str or path-like
        The file.
    overwrite : bool
        Whether it may replace another.

    Yields
    ------
    TextIO
        What to write to; lines end in a line feed on all systems.

    Raises
    ------
    OSError
        If there is such a file already, or it cannot be written.
    """
    with (
        draft_of(path, overwrite) as draft,
        told_as_unwritable(path),
        draft.open("x", encoding="utf-8", newline="\n") as stream,
    ):
        yield stream


def used_versions() -> dict[str, str]:
    """Tell the versions that HDF5 files are written with.

    Returns
    -------
    dict
        Version of HDF5 and of each package.
    """
    versions = {"hdf5": h5py.version.hdf5_version}
    for package in ("skdeepg", "numpy", "h5py"):
        # skdeepg may be run from a source tree that is not installed
        with suppress(PackageNotFoundError):
            versions[package] = version(package)
    return versions
