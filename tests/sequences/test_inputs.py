"""Rows of every kind become one collection; what is no row is named."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from Bio.Seq import MutableSeq, Seq
from Bio.SeqRecord import SeqRecord

from skdeepg.exceptions import InvalidLetterError, InvalidSequenceFileError
from skdeepg.sequences import Sequences, Vocabulary, read_sequences
from skdeepg.sequences.inputs import is_sequence_rows

ROWS = ["ACGT", "GGN"]


def letters(X):
    return [X.sequence(i) for i in range(len(X))]


CONTAINERS = {
    "list": list(ROWS),
    "tuple": tuple(ROWS),
    "object array": np.array(ROWS, dtype=object),
    "str array": np.array(ROWS),
    "StringDType array": np.array(ROWS, dtype="T") if hasattr(np.dtypes, "StringDType") else ROWS,
    "bytes array": np.array([row.encode() for row in ROWS]),
    "column": np.array(ROWS, dtype=object)[:, np.newaxis],
    "str column": np.array(ROWS)[:, np.newaxis],
    "Series": pd.Series(ROWS, index=[7, 3]),
    "string Series": pd.Series(ROWS, dtype="string"),
    "categorical Series": pd.Series(ROWS, dtype="category"),
    "DataFrame": pd.DataFrame({"sequence": ROWS}, index=["b", "a"]),
    "bytes": [row.encode() for row in ROWS],
    "Seq": [Seq(row) for row in ROWS],
    "MutableSeq": [MutableSeq(row) for row in ROWS],
    "mixed": ["acgt", Seq("GGN")],
    "mixed bytes": [b"ACGU", "ggr"],
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_containers_and_types_of_rows(container):
    rows = CONTAINERS[container]
    assert is_sequence_rows(rows)
    X = read_sequences(rows)
    assert type(X) is Sequences
    assert letters(X) == ROWS
    assert X.names.tolist() == ["0", "1"]


def test_rows_of_equal_length_stay_rows():
    assert letters(read_sequences([Seq("ACGT"), Seq("GGGG")])) == ["ACGT", "GGGG"]
    records = [SeqRecord(Seq("ACGT"), id="a"), SeqRecord(Seq("GGGG"), id="b")]
    assert letters(read_sequences(records)) == ["ACGT", "GGGG"]


def test_any_iterable_will_do():
    assert letters(read_sequences(row for row in ROWS)) == ROWS
    assert letters(read_sequences({"ACGT": 1})) == ["ACGT"]


def test_no_rows_are_no_rows():
    X = read_sequences([])
    assert (len(X), X.n_bases, X.names.tolist()) == (0, 0, [])


def test_records_of_biopython_bring_their_names():
    records = [SeqRecord(Seq("ACGT"), id="gene1"), SeqRecord(Seq("GG"), id=None)]
    X = read_sequences(records)
    assert X.names.tolist() == ["gene1", "1"]
    assert letters(X) == ["ACGT", "GG"]


def test_paths_are_files_and_strings_sequences(write):
    path = write(">a\nACGT\n>b\nGGG\n", "x.fasta")
    X = read_sequences([path, "TTT", path])
    assert X.names.tolist() == ["x.fasta", "1", "x.fasta"]
    assert letters(X) == ["ACGTGGG", "TTT", "ACGTGGG"]
    assert X.n_records == 5


@pytest.mark.parametrize("container", [list, np.array, pd.Series])
def test_strings_are_files_with_input_filename(write, container):
    path = write("@a\nACGT\n+\nIIII\n", "x.fq", compress=True)
    X = read_sequences(container([str(path)]), input="filename")
    assert X.names.tolist() == ["x.fq"]
    assert letters(X) == ["ACGT"]
    assert X.to_frame()["file"].tolist() == [str(path)]


def test_vocabulary_by_letters_or_as_it_is():
    assert read_sequences(["MKV"], "ACDEFGHIKLMNPQRSTVWY").codes.tolist() == [10, 8, 17]
    assert read_sequences(["ACGT"], Vocabulary("TGCA")).codes.tolist() == [3, 2, 1, 0]


def test_rows_by_record(write):
    paths = [write(">a x\nAC\n>b\nG\n", "1.fasta"), write(">a\nTT\n", "2.fasta")]
    X = read_sequences([*paths, "CCC"], by="record")
    # Equal names in different files are no error.
    assert X.names.tolist() == ["a", "b", "a", "2"]
    assert letters(X) == ["AC", "G", "TT", "CCC"]


def test_rows_by_record_need_names_of_their_own(write):
    path = write(">a x\nAC\n>b\nG\n>a y\nTT\n")
    with pytest.raises(ValueError, match="has two records named 'a'; .*rename one, or use by='f"):
        read_sequences([path], by="record")
    assert letters(read_sequences([path], by="file")) == ["ACGTT"]


@pytest.mark.parametrize(
    "row", ["data/x.fasta", "x.fasta", "GATTACA.fa", "genome.FNA.gz", "C:\\reads.txt", "a/b"]
)
def test_strings_that_look_like_paths(row):
    with pytest.raises(InvalidSequenceFileError) as error:
        read_sequences(["ACGT", row])
    assert str(error.value) == (
        f"Row 1 of X is the string {row!r}, which looks like a path. Strings are sequences: wrap "
        "it in pathlib.Path, or use input='filename' (of a classifier "
        "set_params(windows__input='filename'))."
    )


def test_other_letters_name_the_row():
    with pytest.raises(InvalidLetterError, match="'!' at position 2 .* of row 1 of X "):
        read_sequences(["ACGT", "AC!"])


@pytest.mark.parametrize(
    ("rows", "kind"),
    [("ACGT", "str"), (b"ACGT", "bytes"), (Seq("ACGT"), "Seq"), (Path("x.fasta"), "PosixPath")],
)
def test_one_row_is_no_list_of_rows(rows, kind):
    kind = type(rows).__name__ if isinstance(rows, Path) else kind
    with pytest.raises(TypeError, match=rf"not one {kind}: wrap it in a list, X=\[...\]"):
        read_sequences(rows)
    assert is_sequence_rows(rows)


@pytest.mark.parametrize("row", [None, float("nan"), pd.NA, 3, 2.5, ["A", "C"], np.array([1, 2])])
@pytest.mark.parametrize("make", [list, pd.Series], ids=["list", "Series"])
def test_rows_of_other_types_are_named(make, row):
    for number, rows in enumerate([[row, "ACGT"], ["ACGT", row]]):
        X = make(rows)
        assert is_sequence_rows(X)
        with pytest.raises(TypeError, match=f"Row {number} of X is .* expected a sequence"):
            read_sequences(X)


@pytest.mark.parametrize("row", ["", b"", Seq(""), SeqRecord(Seq(""), id="a")])
def test_empty_sequences_are_named(row):
    with pytest.raises(ValueError, match=r"Row 1 of X is an empty sequence; remove it \(and its"):
        read_sequences(["ACGT", row])


def test_tables_of_several_columns():
    frame = pd.DataFrame({"sequence": ROWS, "label": ["a", "b"]})
    with pytest.raises(ValueError, match=r"X has 2 columns .* choose it, as X\['sequence'\]"):
        read_sequences(frame)
    with pytest.raises(ValueError, match=r"one dimension, not the shape \(2, 2\)"):
        read_sequences(frame.to_numpy())
    with pytest.raises(ValueError, match=r"one dimension, not the shape \(\)"):
        read_sequences(np.array("ACGT"))


def test_missing_and_damaged_files_are_named(write, tmp_path):
    with pytest.raises(FileNotFoundError, match="no file .*absent.fasta"):
        read_sequences([tmp_path / "absent.fasta"])
    with pytest.raises(IsADirectoryError, match="is a folder"):
        read_sequences([tmp_path])
    with pytest.raises(IsADirectoryError, match=r"is a folder .*X=sorted\(folder.glob"):
        read_sequences(tmp_path)
    with pytest.raises(InvalidSequenceFileError, match="b.fasta is empty"):
        read_sequences([write(">a\nACGT\n", "a.fasta"), write("", "b.fasta")])
    with pytest.raises(FileNotFoundError, match="no file ACGT"):
        read_sequences(["ACGT"], input="filename")


@pytest.mark.parametrize(
    "rows",
    [
        np.zeros((2, 3), dtype=int),
        np.zeros((2, 3)),
        np.zeros((2, 3), dtype=object),
        [[0, 1], [2, 3]],
        [0, 1],
        [],
        pd.DataFrame([[0, 1], [2, 3]]),
        pd.Series([0, 1]),
        7,
    ],
)
def test_codes_are_no_rows_of_sequences(rows):
    assert not is_sequence_rows(rows)


def test_rows_that_can_be_read_only_once_are_refused(tmp_path):
    with pytest.raises(TypeError, match=r"read only once: give a list, X=list\(...\)"):
        is_sequence_rows(tmp_path.iterdir())
