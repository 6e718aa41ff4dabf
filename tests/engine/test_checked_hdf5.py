"""HDF5 files that are looked through before they are read."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from skdeepg.engine import checked_hdf5
from skdeepg.engine.checked_hdf5 import check_structure, read_array, read_texts
from skdeepg.exceptions import InvalidModelFileError

SIZE = 1 << 20


@pytest.fixture
def file(tmp_path):
    with h5py.File(tmp_path / "file.h5", "w") as file:
        yield file


def test_plain_arrays_are_read(file):
    file["group/numbers"] = np.arange(3)
    file.flush()
    check_structure(file)
    np.testing.assert_array_equal(read_array(file["group"], "numbers"), [0, 1, 2])
    for name in ("nothing", "group"):
        with pytest.raises(InvalidModelFileError, match=f"no data set '{name}'"):
            read_array(file, name)


def test_objects_are_counted(file, monkeypatch):
    monkeypatch.setattr(checked_hdf5, "MOST_OBJECTS", 3)
    for name in "abc":
        file.create_group(name)
    check_structure(file)
    file.create_group("d")
    with pytest.raises(InvalidModelFileError, match="more than 3 objects"):
        check_structure(file)


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("one", ["one"]),
        (["one", "zwölf"], ["one", "zwölf"]),
        (np.array([b"one", b"twelve"]), ["one", "twelve"]),  # of fixed length, as Keras 2 writes
        (np.bytes_("zwölf".encode()), ["zwölf"]),
    ],
)
def test_texts_of_all_kinds(value, texts, file):
    file.attrs["names"] = value
    assert read_texts(file.attrs, "names", SIZE) == texts


def test_texts_in_parts(file):
    file.attrs["names0"], file.attrs["names1"], file.attrs["names3"] = ["a", "b"], ["c"], ["d"]
    assert read_texts(file.attrs, "names", SIZE) == ["a", "b", "c"]
    assert read_texts(file.attrs, "others", SIZE) == []


def test_attributes_that_are_no_texts(file):
    file.attrs["number"], file.attrs["numbers"] = 3, [1.5, 2.5]
    for name in ("number", "numbers"):
        with pytest.raises(InvalidModelFileError, match=f"The attribute {name} is no text"):
            read_texts(file.attrs, name, SIZE)


def test_attributes_larger_than_the_file(file):
    file.attrs["names"] = np.array([b"12345678"] * 4)
    assert len(read_texts(file.attrs, "names", 32)) == 4
    with pytest.raises(InvalidModelFileError, match="The attribute names is larger than the file"):
        read_texts(file.attrs, "names", 31)
