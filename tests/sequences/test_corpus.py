"""Rows in a cache on disk are rows like any others: whatever is asked of them."""

import copy
import gc
import os
import pickle
import resource
from pathlib import Path
from types import SimpleNamespace

import joblib
import numpy as np
import pandas as pd
import pytest

from skdeepg import (
    FastaWindowTransformer,
    KmerVectorizer,
    MarkovLanguageModel,
    load_labelled_csv,
    load_labelled_folders,
)
from skdeepg.exceptions import ChangedFileError
from skdeepg.sequences import mapping, read_sequences

MAPS = Path("/proc/self/maps")
LENGTHS = (300, 7, 70_000, 41)


@pytest.fixture
def paths(write):
    """Four files of one to three records."""
    random = np.random.default_rng(0)
    files = []
    for number, length in enumerate(LENGTHS):
        text = ""
        for record in range(number % 3 + 1):
            letters = "".join(random.choice(list("ACGTN"), length + record, p=[0.24] * 4 + [0.04]))
            text += f">r{record} of {number}\n{letters}\n"
        files.append(write(text, f"{number}.fasta", compress=number == 3))
    return files


@pytest.fixture(params=["side by side", "joined"])
def both(request, paths, tmp_path, monkeypatch):
    """The same rows from a cache, by either kind of map, and in memory."""
    if request.param == "joined":
        monkeypatch.setattr(mapping, "MOST_MAPS", 0)
    return read_sequences(paths, memory=tmp_path / "cache"), read_sequences(paths)


def assert_same_rows(X, Y):
    assert len(X) == len(Y)
    assert X.names.tolist() == Y.names.tolist()
    assert X.lengths.tolist() == Y.lengths.tolist()
    assert [X.sequence(i) for i in range(len(X))] == [Y.sequence(i) for i in range(len(Y))]
    assert X.to_frame().equals(Y.to_frame())
    assert X.digest() == Y.digest()


def test_rows_are_those_in_memory(both):
    X, Y = both
    assert repr(X) == repr(Y)
    assert_same_rows(X, Y)
    for key in ([2, 0, 0], slice(1, 3), np.array([True, False, False, True]), []):
        assert_same_rows(X[key], Y[key])
        assert X[key].codes is X.codes
    np.testing.assert_array_equal(X.letter_frequencies(), Y.letter_frequencies())


def test_codes_are_read_only(both):
    with pytest.raises(ValueError, match="read-only"):
        both[0].codes[0] = 1


def test_other_strand(both):
    X, Y = both
    assert_same_rows(X.reverse_complement(), Y.reverse_complement())
    assert_same_rows(X[[3, 1]].reverse_complement(), Y[[3, 1]].reverse_complement())
    assert len(X[[]].reverse_complement()) == 0


@pytest.mark.parametrize("system", ["allocates", "writes"])
def test_other_strand_on_a_full_disk(paths, tmp_path, monkeypatch, system):
    if system == "writes":
        monkeypatch.delattr(os, "posix_fallocate", raising=False)
    X = read_sequences(paths, memory=tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (X.n_bases - 1, limits[1]))
    try:
        with pytest.raises(OSError, match="no room for codes"):
            X.reverse_complement()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert_same_rows(X.reverse_complement(), read_sequences(paths).reverse_complement())


@pytest.mark.parametrize("options", [{}, {"ambiguous": "drop"}, {"short": "repeat"}])
def test_windows(both, options):
    cutter = FastaWindowTransformer(50, stride=20, **options)
    windows, expected = (cutter.fit_transform(each) for each in both)
    np.testing.assert_array_equal(windows.to_array(), expected.to_array())
    assert windows.coordinates().equals(expected.coordinates())
    assert windows._training_grid().n_windows == expected._training_grid().n_windows


def test_kmers_and_markov_models(both):
    counts = [KmerVectorizer(3).fit_transform(each) for each in both]
    np.testing.assert_array_equal(counts[0].toarray(), counts[1].toarray())
    scores = [MarkovLanguageModel(order=3).fit(each).score_samples(each) for each in both]
    np.testing.assert_array_equal(scores[0], scores[1])


def test_pickles_hold_no_bases(both):
    X, Y = both
    pickled = pickle.dumps(X)
    assert len(pickled) < 5000 < X.n_bases
    assert_same_rows(pickle.loads(pickled), Y)
    assert_same_rows(pickle.loads(pickle.dumps(X[[2]])), Y[[2]])
    assert_same_rows(copy.deepcopy(X), Y)
    assert joblib.hash(X) == joblib.hash(pickle.loads(pickled))


@pytest.mark.parametrize("most", [0, mapping.MOST_MAPS])
def test_rows_of_files_and_of_memory_keep_their_order(paths, tmp_path, monkeypatch, most):
    monkeypatch.setattr(mapping, "MOST_MAPS", most)  # with 0 the codes are joined in a file
    rows = ["ACGT", paths[1], paths[0], "GGG", paths[1]]
    for by in ("file", "record"):
        X = read_sequences(rows, memory=tmp_path, by=by)
        assert_same_rows(X, read_sequences(rows, by=by))
        assert_same_rows(pickle.loads(pickle.dumps(X)), X)


def test_qualities_of_some_rows_joined_in_a_file(paths, write, tmp_path, monkeypatch):
    monkeypatch.setattr(mapping, "MOST_MAPS", 0)
    rows = [paths[1], write("@r\nACG\n+\nI5!\n", "reads.fastq"), "GG"]
    X = read_sequences(rows, memory=tmp_path, quality=True)
    expected = read_sequences(rows, quality=True)
    assert_same_rows(X, expected)
    qualities = [X._store.qualities[X._store.starts[i] :][:3].tolist() for i in (0, 2)]
    assert qualities == [[0, 0, 0], [41, 21, 1]]  # Phred 40, 20 and 0; 0 is not known


def test_systems_without_its_functions(paths, tmp_path, monkeypatch):
    """As on Windows: one file is mapped, into which all are copied."""
    monkeypatch.setattr(mapping, "os", SimpleNamespace(**{**vars(os), "name": "nt"}))
    monkeypatch.setattr(mapping, "_posix", mapping._posix.__wrapped__)
    X = read_sequences(paths, memory=tmp_path)
    assert_same_rows(X, read_sequences(paths))
    assert [str(X.codes.filename)] == [str(path) for path in tmp_path.rglob("*.joined")]


def test_codes_joined_on_a_full_disk(paths, tmp_path, monkeypatch):
    read_sequences(paths, memory=tmp_path)
    monkeypatch.setattr(mapping, "MOST_MAPS", 0)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(OSError, match="no room for the codes of all files together"):
            read_sequences(paths, memory=tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(list(tmp_path.glob("skdeepg/*"))) == len(paths)


def test_strings_need_no_cache(tmp_path):
    X = read_sequences(["ACGT"], memory=tmp_path / "cache")
    assert X.sequence(0) == "ACGT"
    assert not (tmp_path / "cache").exists()


def test_maps_outlive_collection_and_entry(paths, tmp_path):
    codes = read_sequences(paths, memory=tmp_path).codes
    expected = codes.copy()
    for entry in tmp_path.glob("skdeepg/*"):
        entry.unlink()
    gc.collect()
    np.testing.assert_array_equal(codes, expected)


@pytest.mark.skipif(not MAPS.exists(), reason="the system does not list maps")
def test_maps_are_given_back(paths, tmp_path):
    def n_maps():
        return MAPS.read_text().count(".codes")

    before = n_maps()
    X = read_sequences(paths, memory=tmp_path)
    assert n_maps() == before + len(paths)
    del X
    gc.collect()
    assert n_maps() == before


def test_pickle_of_another_cache_names_the_file(paths, tmp_path):
    pickled = pickle.dumps(read_sequences(paths, memory=tmp_path))
    for entry in tmp_path.glob("skdeepg/*"):
        entry.unlink()
    with pytest.raises(ChangedFileError, match=r"0\.fasta.*no longer in the folder of `memory`"):
        pickle.loads(pickled)


def test_pickle_is_not_read_with_other_bases(paths, tmp_path):
    pickled = pickle.dumps(read_sequences(paths, memory=tmp_path))
    paths[2].write_text(">r\nACGT\n")
    read_sequences(paths, memory=tmp_path)
    with pytest.raises(ChangedFileError, match=r"2\.fasta has changed since it was read"):
        pickle.loads(pickled)


def test_rows_by_record_need_names_of_their_own(write, tmp_path):
    path = write(">a\nACGT\n>a\nGG\n")
    with pytest.raises(ValueError, match="two records named 'a'"):
        read_sequences([path], by="record", memory=tmp_path)


@pytest.mark.parametrize("by", ["file", "record"])
def test_loaders_take_a_memory(paths, tmp_path, by):
    X, y, names = load_labelled_folders({"a": paths[0], "b": paths[2]}, by=by, memory=tmp_path)
    expected = load_labelled_folders({"a": paths[0], "b": paths[2]}, by=by)
    assert_same_rows(X, expected[0])
    assert (y.tolist(), names.tolist()) == (expected[1].tolist(), expected[2].tolist())
    table = pd.DataFrame({"file": [path.name for path in paths], "label": list("abab")})
    X, y, _ = load_labelled_csv(table, paths[0].parent, by=by, memory=tmp_path)
    assert_same_rows(X, load_labelled_csv(table, paths[0].parent, by=by)[0])
    assert len(list(tmp_path.rglob("*.codes"))) == len(paths)


class TestChangedFiles:
    """A file that changes while rows of it are in use."""

    @pytest.fixture
    def X(self, paths, tmp_path):
        return read_sequences(paths, memory=tmp_path)

    def test_none(self, X, paths):
        X.check_files()
        read_sequences(paths).check_files()

    def test_other_content(self, X, paths):
        paths[1].write_text(">r\nACGT\n")
        with pytest.raises(ChangedFileError, match=r"1\.fasta has changed since it was read"):
            X.check_files()

    def test_same_size_and_other_content(self, X, paths):
        text = paths[1].read_text()
        paths[1].write_text(text[:-3] + ("CC\n" if text[-3:] == "AA\n" else "AA\n"))
        with pytest.raises(ChangedFileError, match=r"1\.fasta has changed"):
            X.check_files()

    def test_gone(self, X, paths):
        paths[3].unlink()
        with pytest.raises(ChangedFileError, match=r"3\.fasta is gone"):
            X.check_files()

    def test_touched(self, X, paths):
        paths[0].touch()
        X.check_files()
