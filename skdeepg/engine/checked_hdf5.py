"""HDF5 files from strangers: nothing is read before its size and its place are known."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, takewhile
from math import prod
from typing import Any, Final

import h5py
import numpy as np
from numpy.typing import NDArray

from skdeepg.exceptions import InvalidModelFileError

__all__ = ["FAILURES", "check_structure", "read_array", "read_texts"]

# What libraries raise when a file asks them for the impossible.
FAILURES: Final = (
    *(ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RuntimeError),
    *(TypeError, ValueError),
)
MOST_OBJECTS: Final = 200_000
DEEPEST: Final = 32
LAYOUTS: Final = (h5py.h5d.CONTIGUOUS, h5py.h5d.COMPACT)


def check_structure(file: h5py.File) -> None:
    """Check that a file has plain groups and data sets only, all within the file.

    Links to elsewhere, to other files or in circles are refused, as are data sets that are kept
    elsewhere, put together from others, filtered (which may unpack to any size) or declared larger
    than what is stored.

    Parameters
    ----------
    file : h5py.File
        Open for reading; not from a path with links, but any file.

    Raises
    ------
    InvalidModelFileError
        If there is anything else; the message names it.
    """
    seen: set[int] = set()
    for name, kind, address in _walk(file.id, "", 0):
        if address in seen:
            raise InvalidModelFileError(f"{name} is there by two names.")
        seen.add(address)
        if len(seen) > MOST_OBJECTS:
            raise InvalidModelFileError(f"There are more than {MOST_OBJECTS:,} objects.")
        if kind == h5py.h5o.TYPE_DATASET:
            _check_dataset(h5py.h5d.open(file.id, name.encode()), name, file.id.get_filesize())


def _walk(group: Any, path: str, depth: int) -> Iterator[tuple[str, int, int]]:
    if depth > DEEPEST:
        raise InvalidModelFileError(f"Groups are nested more than {DEEPEST} deep.")
    for name in list(group):
        where = f"{path}/{name.decode('utf-8', 'replace')}"
        if group.links.get_info(name).type != h5py.h5l.TYPE_HARD:
            raise InvalidModelFileError(f"{where} is a link to elsewhere.")
        info = h5py.h5o.get_info(group, name)
        if info.type not in (h5py.h5o.TYPE_GROUP, h5py.h5o.TYPE_DATASET):
            raise InvalidModelFileError(f"{where} is neither a group nor a data set.")
        yield where, info.type, info.addr
        if info.type == h5py.h5o.TYPE_GROUP:
            yield from _walk(h5py.h5g.open(group, name), where, depth + 1)


def _check_dataset(dataset: Any, name: str, file_size: int) -> None:
    storage = dataset.get_create_plist()
    if storage.get_layout() not in LAYOUTS:
        raise InvalidModelFileError(f"{name} is chunked or put together from others.")
    if storage.get_nfilters() or storage.get_external_count():
        raise InvalidModelFileError(f"{name} is compressed or kept in another file.")
    dtype = dataset.dtype
    if dtype.kind not in "biuf" or dtype.itemsize > 8 or not dtype.isnative:
        raise InvalidModelFileError(f"{name} holds {dtype}, not plain numbers.")
    n_values = dataset.get_space().get_simple_extent_npoints()
    if dataset.get_space().get_simple_extent_type() == h5py.h5s.NULL:
        raise InvalidModelFileError(f"{name} has no shape.")
    n_bytes = n_values * dtype.itemsize
    if dataset.get_storage_size() != n_bytes or n_bytes > file_size:
        raise InvalidModelFileError(
            f"{name} is declared as {dataset.shape}, which is not what the file holds."
        )


def read_array(group: h5py.Group, name: str) -> NDArray[Any]:
    """Read a data set of a checked file.

    Parameters
    ----------
    group : h5py.Group
        Where it is.
    name : str
        Its name.

    Returns
    -------
    ndarray
        Its values.
    """
    dataset = group.get(name)
    if not isinstance(dataset, h5py.Dataset):
        raise InvalidModelFileError(f"There is no data set {name!r}.")
    return np.asarray(dataset[()])


def read_texts(attributes: h5py.AttributeManager, name: str, most_bytes: int) -> list[str]:
    """Read an attribute that is a text, or a list of texts, of a Keras file.

    Parameters
    ----------
    attributes : h5py.AttributeManager
        Of a group of a checked file.
    name : str
        The attribute's name; lists that are too long for one are in ``name0``, ``name1`` and so on.
    most_bytes : int
        What it may take; the size of the file.

    Returns
    -------
    list of str
        The texts; empty if there is no such attribute.
    """
    numbered = takewhile(attributes.__contains__, (f"{name}{number}" for number in count()))
    names = [name] if name in attributes else list(numbered)
    texts: list[str] = []
    for each in names:
        stored = attributes.get_id(each)
        if prod(stored.shape) * stored.dtype.itemsize > most_bytes:
            raise InvalidModelFileError(f"The attribute {each} is larger than the file.")
        values = np.atleast_1d(np.asarray(attributes[each], dtype=object)).tolist()
        texts += [_text(value, each) for value in values]
    return texts


def _text(value: Any, name: str) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8")
    if not isinstance(value, str):
        raise InvalidModelFileError(f"The attribute {name} is no text.")
    return value
