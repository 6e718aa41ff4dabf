"""X, y and names from folders of files."""

import os
import warnings
from pathlib import Path

import numpy as np
import pytest

import skdeepg
from skdeepg.exceptions import InvalidSequenceFileError, LeakageWarning, LostDataWarning
from skdeepg.sequences import Sequences, load_labelled_folders


def fasta(*sequences):
    return "".join(f">r{i}\n{sequence}\n" for i, sequence in enumerate(sequences))


@pytest.fixture
def folders(write, tmp_path):
    write(fasta("AC", "GT"), "16s/b.fasta")
    write(fasta("A"), "16s/a.fasta")
    write(fasta("TTT"), "bacteria/c.fasta.gz", compress=True)
    return [tmp_path / "16s", tmp_path / "bacteria"]


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error", LostDataWarning)
        yield


def letters(X):
    return [X.sequence(i) for i in range(len(X))]


def test_a_row_a_file(folders):
    X, y, names = load_labelled_folders(folders)
    assert type(X) is Sequences
    assert letters(X) == ["A", "ACGT", "TTT"]
    assert y.dtype == names.dtype == object
    assert y.tolist() == ["16s", "16s", "bacteria"]
    assert names.tolist() == ["a.fasta", "b.fasta", "c.fasta.gz"]
    assert X.to_frame()["file"].tolist()[0] == str(folders[0] / "a.fasta")


def test_a_row_a_record(folders):
    X, y, names = load_labelled_folders(folders, by="record")
    assert letters(X) == ["A", "AC", "GT", "TTT"]
    assert y.tolist() == ["16s", "16s", "16s", "bacteria"]
    assert names.tolist() == ["r0", "r0", "r1", "r0"]


def test_order_of_folders_is_that_given(folders):
    X, y, _ = load_labelled_folders([str(folders[1]), str(folders[0])])
    assert y.tolist() == ["bacteria", "16s", "16s"]
    assert letters(X) == ["TTT", "A", "ACGT"]


def test_files_come_in_byte_order(write, tmp_path):
    in_order = ["10.fa", "9.fa", "B.fa", "C_1.fa", "a.fa", "a1.fa", "b.fasta", "ä.fa"]
    for name in reversed(in_order):
        write(fasta("ACGT"), f"k/{name}")
    assert load_labelled_folders([tmp_path / "k"])[2].tolist() == in_order


def test_every_suffix_is_read_by_content(write, tmp_path):
    for suffix in "fasta fa fna ffn frn faa fas FNA".split():
        write(fasta("ACGT"), f"k/{suffix}.{suffix}")
        write(fasta("ACGT"), f"k/{suffix}z.{suffix}.gz", compress=True)
    write("@a\nACGT\n+\nIIII\n", "k/x.fastq")
    write("@a\nACGT\n+\nIIII\n", "k/x.fq.gz", compress=True)
    write("@a\nACGT\n+\nIIII\n", "k/plain.fa.gz")
    X, _, names = load_labelled_folders([tmp_path / "k"])
    assert len(names) == 19
    assert set(letters(X)) == {"ACGT"}


def test_labels_of_a_mapping(folders):
    _, y, _ = load_labelled_folders({"gene": folders[0], 7: folders[1]})
    assert y.tolist() == ["gene", "gene", 7]


def test_other_alphabets(write, tmp_path):
    write(">p\nMKV\n", "proteins/p.faa")
    X, _, _ = load_labelled_folders([tmp_path / "proteins"], vocabulary="ACDEFGHIKLMNPQRSTVWY")
    assert X.codes.tolist() == [10, 8, 17]


@pytest.mark.parametrize(
    ("paths", "labels"),
    [
        (["16s/train", "bacteria/train"], ["16s", "bacteria"]),
        (["a/train/x", "b/train/x", "c/train/x"], ["a", "b", "c"]),
        (["train/16s", "validation/bacteria"], ["16s", "bacteria"]),
        (["a/x", "b/x", "b/y"], None),
    ],
)
def test_labels_are_the_part_of_the_paths_that_tells_them_apart(write, tmp_path, paths, labels):
    for path in paths:
        write(fasta("ACGT"), f"{path}/s.fasta")
    if labels is None:
        with pytest.raises(ValueError, match=r"cannot be told apart .* give labels, as in \{"):
            load_labelled_folders([tmp_path / path for path in paths])
    else:
        _, y, _ = load_labelled_folders([tmp_path / path for path in paths])
        assert y.tolist() == labels


def test_labels_of_relative_paths(folders, monkeypatch):
    monkeypatch.chdir(folders[0])
    _, y, _ = load_labelled_folders([".", "../bacteria/"])
    assert y.tolist() == ["16s", "16s", "bacteria"]


def test_a_single_file_is_a_folder_of_its_own(folders):
    X, y, names = load_labelled_folders([folders[0] / "b.fasta", folders[1]])
    assert letters(X) == ["ACGT", "TTT"]
    assert y.tolist() == ["b.fasta", "bacteria"]
    assert names.tolist() == ["b.fasta", "c.fasta.gz"]


def test_a_single_file_needs_no_suffix(write):
    X, y, _ = load_labelled_folders({"x": write(fasta("ACG"), "reads.txt")})
    assert (letters(X), y.tolist()) == (["ACG"], ["x"])


def test_duplicate_names_within_a_file(write, tmp_path):
    write(">r x\nA\n>r y\nC\n", "k/s.fasta")
    with pytest.raises(ValueError, match=r"s.fasta has two records named 'r'.*by='file'"):
        load_labelled_folders([tmp_path / "k"], by="record")
    assert letters(load_labelled_folders([tmp_path / "k"], by="file")[0]) == ["AC"]


def test_other_files_and_sub_folders_are_counted_in_a_warning(write, folders):
    for name in ("notes.txt", ".hidden.fasta", "a.fasta.bak", "deeper/d.fasta"):
        write(fasta("GGG"), f"16s/{name}")
    with pytest.warns(LostDataWarning) as caught:
        _, _, names = load_labelled_folders(folders)
    assert names.tolist() == ["a.fasta", "b.fasta", "c.fasta.gz"]
    [warning] = caught
    assert str(warning.message) == (
        f"{folders[0]}: 4 of 6 entries are not FASTA, FASTQ, GenBank or EMBL files by their names "
        "and are left out (first: '.hidden.fasta')."
    )
    assert Path(warning.filename) == Path(__file__)


def test_names_in_several_formats_are_counted_in_a_warning(write, folders):
    write("@r\nACGT\n+\nIIII\n", "16s/c.fastq")
    write(fasta("ACGT"), "16s/c.fa")
    with pytest.warns(LeakageWarning) as caught:
        load_labelled_folders(folders)
    [warning] = caught
    assert str(warning.message).startswith(
        f"{folders[0]}: 1 names are there in several formats (first: 'c' in FASTA and FASTQ). "
    )
    assert Path(warning.filename) == Path(__file__)


def test_folders_without_sequence_files(write, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        FileNotFoundError, match="no FASTA, FASTQ, GenBank or EMBL file among its 0 entries; files"
    ):
        load_labelled_folders([tmp_path / "empty"])
    write(fasta("ACGT"), "other/s.txt")
    with pytest.raises(
        FileNotFoundError, match=r"among its 1 entries; .*\.fasta, \.fa, .* or \.gz"
    ):
        load_labelled_folders([tmp_path / "other"])
    with pytest.raises(FileNotFoundError, match="such as 'empty', are not entered: give these"):
        load_labelled_folders([tmp_path])
    with pytest.raises(TypeError, match=r"one a class.*give sorted\(Path\(.*\)\.iterdir\(\)\)"):
        load_labelled_folders(tmp_path)


def test_missing_folders(folders, tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder .*absent. Check the spelling"):
        load_labelled_folders([*folders, tmp_path / "absent"])


def test_one_path_is_no_list_of_folders(folders):
    for path in (folders[0], str(folders[0])):
        with pytest.raises(TypeError, match="must be a list of folders"):
            load_labelled_folders(path)


@pytest.mark.parametrize("folders", [[], {}])
def test_no_folders(folders):
    with pytest.raises(ValueError, match="folders is empty: give one folder a class"):
        load_labelled_folders(folders)


@pytest.mark.parametrize("by", ["file", "record"])
def test_a_file_has_one_label(folders, by):
    with pytest.raises(ValueError, match="cannot be told apart"):
        load_labelled_folders([folders[0], folders[0]], by=by)
    again = os.path.join(folders[0], "..", "16s")  # noqa: PTH118
    for twice in (folders[0], again, folders[0] / "b.fasta"):
        with pytest.raises(ValueError, match=r"\.fasta has two labels, 'x' and 'y'"):
            load_labelled_folders({"x": folders[0], "y": twice}, by=by)


def test_damaged_files_are_named(write, folders):
    write("", "16s/z.fasta")
    with pytest.raises(InvalidSequenceFileError, match=r"16s.z.fasta is empty"):
        load_labelled_folders(folders)


def test_loader_is_public(folders):
    X, y, _ = skdeepg.load_labelled_folders(folders)
    assert isinstance(X, skdeepg.Sequences)
    assert np.unique(y).tolist() == ["16s", "bacteria"]
