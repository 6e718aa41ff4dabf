"""X, y and names from a table that labels files."""

import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import skdeepg
from skdeepg.exceptions import InvalidSequenceFileError, LostDataWarning
from skdeepg.sequences import Sequences, load_labelled_csv

TABLE = "file,label,motile,length\nb.fa,x,1,5\na.fa,y,0,8\nc.fa.gz,x,1,3\n"


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture
def folder(write, tmp_path):
    write(">r1\nAC\n>r2\nGT\n", "data/b.fa")
    write(">r1\nA\n", "data/a.fa")
    write(">r1\nTTT\n", "data/c.fa.gz", compress=True)
    write(TABLE, "data/labels.csv")
    return tmp_path / "data"


def letters(X):
    return [X.sequence(i) for i in range(len(X))]


def frame_of(folder):
    return pd.read_csv(folder / "labels.csv")


def test_rows_come_in_the_order_of_the_table(folder):
    X, y, names = load_labelled_csv(folder / "labels.csv")
    assert type(X) is Sequences
    assert letters(X) == ["ACGT", "A", "TTT"]
    assert y.dtype == names.dtype == object
    assert y.tolist() == ["x", "y", "x"]
    assert names.tolist() == ["b.fa", "a.fa", "c.fa.gz"]


def test_a_row_a_record(folder):
    X, y, names = load_labelled_csv(folder / "labels.csv", by="record")
    assert letters(X) == ["AC", "GT", "A", "TTT"]
    assert y.tolist() == ["x", "x", "y", "x"]
    assert names.tolist() == ["r1", "r2", "r1", "r1"]
    _, y, _ = load_labelled_csv(folder / "labels.csv", label=["motile"], by="record")
    assert y.tolist() == [[1], [1], [0], [1]]


def test_labels_keep_their_type(folder):
    frame = frame_of(folder)
    frame["flag"] = [True, False, True]
    frame["share"] = [0.5, 0.25, 7]
    frame["nullable"] = pd.array([1, 0, 1], dtype="Int64")
    frame["category"] = pd.Categorical(["u", "v", "u"])
    kinds = {"motile": "i", "flag": "b", "share": "f", "nullable": "i", "category": "O"}
    for label, kind in kinds.items():
        y = load_labelled_csv(frame, folder, label=label)[1]
        assert y.dtype.kind == kind
        assert y.tolist() == frame[label].tolist()
        y[:] = y[::-1].copy()  # an array of its own
    assert frame["share"].tolist() == [0.5, 0.25, 7]


def test_several_columns_are_indicators_in_the_order_named(write, folder):
    write("motile,file,pathogen\n1,a.fa,1.0\n0,b.fa,1\n1,c.fa.gz,0\n", "data/many.csv")
    for label in (["pathogen", "motile"], ("pathogen", "motile"), pd.Index(["pathogen", "motile"])):
        y = load_labelled_csv(folder / "many.csv", label=label)[1]
        assert y.dtype == np.int64
        assert y.tolist() == [[1, 1], [1, 0], [0, 1]]
    everything = load_labelled_csv(folder / "many.csv", label=None)[1]
    assert everything.tolist() == [[1, 1], [0, 1], [1, 0]]


@pytest.mark.parametrize("values", [[True, False, True], ["1", "0", "1"], [1.0, 0.0, 1.0]])
@pytest.mark.parametrize("dtype", [None, object, "category"])
def test_what_reads_as_0_and_1(folder, values, dtype):
    frame = frame_of(folder).assign(value=pd.Series(values, dtype=dtype))
    y = load_labelled_csv(frame, folder, label=["value", "motile"])[1]
    assert (y.dtype, y.tolist()) == (np.int64, [[1, 1], [0, 0], [1, 1]])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", ", ", "; "])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\n\n"])
def test_delimiters(write, folder, delimiter, mark):
    text = mark + TABLE.replace(",", delimiter).replace("\n", "\r\n")
    path = write(text, "data/other.txt")
    assert load_labelled_csv(path)[1].tolist() == ["x", "y", "x"]
    assert load_labelled_csv(path, label="length")[1].tolist() == [5, 8, 3]


def test_other_delimiters_within_names(write, folder):
    path = write('file\t"label, with, commas"\na.fa\t"x, y"\n', "data/other.tsv")
    write(">q\nGG\n", "data/a.fa")
    with pytest.warns(LostDataWarning, match="2 files of sequences"):
        y = load_labelled_csv(path, label="label, with, commas")[1]
    assert y.tolist() == ["x, y"]


def test_where_files_are(write, folder, tmp_path, monkeypatch):
    inner = write("genome,label\nb.fa,x\na.fa,y\nc.fa.gz,x\n", "tables/labels.csv")
    assert letters(load_labelled_csv(inner, folder, file="genome")[0]) == ["ACGT", "A", "TTT"]
    frame = frame_of(folder)
    assert len(load_labelled_csv(frame, str(folder))[0]) == 3
    monkeypatch.chdir(folder)
    assert len(load_labelled_csv(frame)[0]) == 3
    monkeypatch.chdir(tmp_path)
    frame["file"] = [folder / name for name in frame["file"]]
    assert len(load_labelled_csv(frame)[0]) == 3
    frame["file"] = ["data/b.fa", str(folder / "a.fa"), "data/c.fa.gz"]
    X, _, names = load_labelled_csv(frame)
    assert names.tolist() == ["b.fa", "a.fa", "c.fa.gz"]
    assert X.to_frame()["file"].tolist()[0] == "data/b.fa"


def test_names_that_read_as_numbers(write, tmp_path):
    write(">r\nACG\n", "0012")
    path = write("file,label\n0012,x\n", "labels.csv")
    assert load_labelled_csv(path)[2].tolist() == ["0012"]


def test_index_of_a_data_frame_plays_no_part(folder):
    frame = frame_of(folder).set_index(pd.Index([7, 7, 0])).iloc[::-1]
    _, y, names = load_labelled_csv(frame, folder, by="file")
    assert (y.tolist(), names.tolist()) == (["x", "y", "x"], ["c.fa.gz", "a.fa", "b.fa"])


def test_files_that_the_table_does_not_name_are_counted_in_a_warning(write, folder):
    for name in ("d.fa", "e.fastq", "deeper/f.fa", "notes.txt", ".hidden.fa"):
        write(">r\nGGG\n", f"data/{name}")
    with pytest.warns(LostDataWarning) as caught:
        X, _, _ = load_labelled_csv(folder / "labels.csv")
    assert letters(X) == ["ACGT", "A", "TTT"]
    [warning] = caught
    assert str(warning.message) == (
        f"2 files of sequences beside those of the table {folder / 'labels.csv'} are not named "
        f"in it and are left out: '{folder / 'd.fa'}', '{folder / 'e.fastq'}'."
    )
    assert Path(warning.filename) == Path(__file__)


def error(folder, text, **settings):
    path = folder / "wrong.csv"
    path.write_text(text)
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        load_labelled_csv(path, **settings)
    return str(caught.value).replace(str(path), "wrong.csv")


def test_missing_columns(folder):
    assert error(folder, "name;label\na.fa;x\n") == (
        "file='file' is no column of the table wrong.csv; its columns are 'name', 'label'."
    )
    assert error(folder, "file\na.fa\n").startswith(
        "label='label' is no column of the table wrong.csv; its columns are 'file'. Name one"
    )
    assert "label='u' is no" in error(folder, TABLE, label=["motile", "u"])


@pytest.mark.parametrize(
    ("text", "label"),
    [(TABLE, "file"), (TABLE, []), (TABLE, ["motile", "motile"]), ("file\na.fa\n", None)],
)
def test_columns_that_make_no_sense(folder, text, label):
    assert "must name different columns of the table wrong.csv" in error(folder, text, label=label)


def test_columns_of_one_name(folder):
    message = "Columns of the table wrong.csv have the same name: 'file', 'w', 'w'. Rename them."
    assert error(folder, "file,w,w\na.fa,1,0\n", label=None) == message
    frame = frame_of(folder)[["file", "label", "label"]]
    with pytest.raises(ValueError, match="Columns of the table have the same name"):
        load_labelled_csv(frame, folder)


def test_empty_tables(folder):
    for text in ("", "\n\n"):
        assert error(folder, text).startswith("wrong.csv is empty")
    assert error(folder, "file,label\n").startswith("There is no row in the table wrong.csv")
    with pytest.raises(ValueError, match="There is no row in the table: it must"):
        load_labelled_csv(frame_of(folder)[:0], folder)


@pytest.mark.parametrize("content", [b"file,label\n\xff.fa,x\n", "file,label\na,b\na,b,c,d,e\n"])
def test_what_is_no_table(write, content):
    path = write(content, "data/wrong.csv")
    with pytest.raises(ValueError, match=r"wrong\.csv cannot be read as a table: .*UTF-8"):
        load_labelled_csv(path)


def test_missing_files(folder):
    text = TABLE + "d.fa,x,0,1\ndeeper/e.fa,y,0,1\n"
    message = (
        f"2 of the 5 files of the table wrong.csv do not exist: '{folder / 'd.fa'}', "
        f"'{folder / 'deeper/e.fa'}'. Correct or remove their rows"
    )
    (folder / "wrong.csv").write_text(text)
    with pytest.raises(FileNotFoundError) as caught:
        load_labelled_csv(folder / "wrong.csv")
    assert str(caught.value).replace(str(folder / "wrong.csv"), "wrong.csv").startswith(message)


def test_missing_folders_and_tables(folder):
    with pytest.raises(FileNotFoundError, match=r"There is no table .*absent\.csv"):
        load_labelled_csv(folder / "absent.csv")
    with pytest.raises(FileNotFoundError, match=r"There is no folder label in .*\. Check"):
        load_labelled_csv(folder / "labels.csv", "label")


def test_files_named_twice(folder):
    for again in ("b.fa", "../data/b.fa", str(folder / "b.fa")):
        message = error(folder, TABLE + f"{again},x,0,1\n")
        assert "b.fa stands twice in the table wrong.csv, in the rows 0 and 3 counted" in message


def test_missing_file_names(folder):
    message = error(folder, "file,label\na.fa,x\n,y\nNA,x\n")
    assert message.startswith("Row 1 of the table wrong.csv, counted from 0 below the header, has")
    assert "(2 such rows)" in message


@pytest.mark.parametrize("cell", ["", "NA", '""'])
@pytest.mark.parametrize("label", ["label", ["motile", "label"], None])
def test_missing_labels(folder, cell, label):
    text = f"file,motile,label\na.fa,1,1\nb.fa,1,{cell}\nc.fa.gz,0,{cell}\n"
    message = error(folder, text, label=label)
    assert message.startswith(
        "2 of 3 files have no label in the column 'label': 'b.fa', 'c.fa.gz'. Fill in"
    )


def test_an_empty_label_of_a_data_frame(folder, write):
    path = write("file,label\na.fa,x\nb.fa,\nc.fa.gz,y\n", "data/labels.csv")
    frame = pd.read_csv(path, keep_default_na=False)
    with pytest.raises(ValueError, match="1 of 3 files have no label .*: 'b.fa'"):
        load_labelled_csv(frame, folder)


def test_a_label_that_is_called_na(folder, write):
    path = write("file,label\na.fa,NA\nb.fa,HA\nc.fa.gz,NA\n", "data/segments.csv")
    frame = pd.read_csv(path, keep_default_na=False)
    assert load_labelled_csv(frame, folder)[1].tolist() == ["NA", "HA", "NA"]


@pytest.mark.parametrize("value", ["2", "0.25", "yes", "-1"])
def test_indicators_other_than_0_and_1(folder, value):
    text = f"file,motile,label\na.fa,1,1\nb.fa,1,{value}\nc.fa.gz,0,5\n"
    message = error(folder, text, label=["motile", "label"])
    assert re.match(rf"b\.fa has {value}(\.0)? in the column 'label' \(2 such values\)", message)
    assert message.endswith("as in label='label'.")


def test_unknown_rows(folder):
    with pytest.raises(ValueError, match="by='window' is neither 'file' nor 'record'"):
        load_labelled_csv(folder / "labels.csv", by="window")


def test_damaged_files_are_named(write, folder):
    write("", "data/a.fa")
    with pytest.raises(InvalidSequenceFileError, match=r"a\.fa is empty"):
        load_labelled_csv(folder / "labels.csv")


def test_loader_is_public(folder):
    X, _, _ = skdeepg.load_labelled_csv(folder / "labels.csv")
    assert isinstance(X, skdeepg.Sequences)
