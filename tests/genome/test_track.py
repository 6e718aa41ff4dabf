"""Tracks: coordinates, tables, parts, and bedGraph."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skdeepg.genome import Track
from tests.genome.tracks import make_track


@pytest.fixture
def track():
    """Two strands, two columns; a record of three windows, the last at its end; a short one; one
    without.
    """
    values = np.array([[[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]], [[0, 1], [1, 0], [0.125, 0.875]]])
    return make_track(
        ("chr", 170, [0, 50, 70], values),
        ("short", 30, [0], [[[1, 0]], [[0, 1]]]),
        ("empty", 0, [], np.empty((2, 0, 2))),
        strands="+-",
        columns=["16s", "other"],
    )


def test_coordinates(track):
    assert track.start.tolist() == [0, 50, 70, 0]
    assert track.end.tolist() == [100, 150, 170, 30]
    assert track.n_windows.tolist() == [3, 1, 0]
    assert track.padded.tolist() == [False, True, True]
    assert len(track) == 8
    assert track.values.shape == (2, 4, 2)


def test_table(track):
    table = track.to_frame()
    assert table.columns.tolist() == ["record", "start", "end", "strand", "16s", "other"]
    assert table.iloc[[0, 3, 6]].to_numpy().tolist() == [
        ["chr", 0, 100, "+", 0.75, 0.25],
        ["chr", 50, 150, "-", 1.0, 0.0],
        ["short", 0, 30, "+", 1.0, 0.0],
    ]
    assert len(table) == len(track)


def test_values_are_single_numbers(track):
    one = Track(["a"], [""], [9], [False], [0, 1], [0], [[[1]]], strands="+", columns=["x"],
                window_length=9, stride=1)  # fmt: skip
    assert one.values.dtype == np.float32
    assert set(track.to_frame()[["16s", "other"]].dtypes) == {np.dtype(np.float32)}


def test_table_names_files_where_there_are_several():
    track = make_track(("a", 100, [0], [[1]]), ("a", 100, [0], [[0]]), files=["x.fa", "y.fa"])
    assert track.to_frame()["file"].tolist() == ["x.fa", "y.fa"]


@pytest.mark.parametrize(
    ("how", "answers"),
    [
        ("mean", [2.625 / 6, 3.375 / 6]),
        ("max", [1, 1]),
        ("vote", [3 / 6, 3 / 6]),
    ],
)
def test_summaries(track, how, answers):
    table = track.summarize(how)
    assert table.columns.tolist() == [
        *("file", "record", "length", "n_windows", "padded", "16s", "other"),
    ]
    assert table["record"].tolist() == ["chr", "short", "empty"]
    np.testing.assert_allclose(table.loc[0, ["16s", "other"]].astype(float), answers)
    assert table.loc[2, ["16s", "other"]].isna().all()


def test_means_are_as_exact_as_double_numbers():
    values = np.random.default_rng(0).random(500).astype(np.float32)
    track = make_track(("a", 600, np.arange(500), [values]))
    expected = values.astype(np.float64).mean()
    np.testing.assert_allclose(track.summarize("mean").loc[0, "16s"], expected, rtol=1e-12)


def test_short_description(track):
    assert repr(track) == (
        "<Track: 4 windows of 100 bases on 3 record(s), strands +-, columns 16s, other>"
    )
    many = make_track(("a", 100, [0], np.ones((1, 1, 4))), columns="abcd")
    assert repr(many).endswith("on 1 record(s), strands +, columns a, b, c, ...>")


def test_summaries_that_make_no_sense(track):
    with pytest.raises(ValueError, match="how must be one of 'mean', 'max', 'vote', not 'sum'"):
        track.summarize("sum")
    with pytest.raises(ValueError, match="needs several columns"):
        make_track(("a", 100, [0], [[1]])).summarize("vote")


def test_parts(track):
    part = track.select(record=["short", "empty"])
    assert part.names.tolist() == ["short", "empty"]
    assert part.values.tolist() == [[[1, 0]], [[0, 1]]]
    assert part.start.tolist() == [0]
    with pytest.raises(ValueError, match="no record with record='x'.*it has 'chr', 'short'"):
        track.select(record="x")


def test_one_record_at_a_time(track):
    windows = list(track.read_windows(["other"]))
    assert [start.tolist() for start, _ in windows] == [[0, 50, 70], [0], []]
    assert windows[0][1][:, :, 0].tolist() == [[0.25, 0.5, 0.75], [1, 0, 0.875]]


def test_arrays_cannot_be_changed(track):
    with pytest.raises(ValueError, match="read-only"):
        track.values[0] = 1


def test_arrays_that_do_not_fit():
    with pytest.raises(ValueError, match=r"must have the shapes \(2,\) and \(1, 2, 1\).*\(1,\)"):
        Track(["a"], [""], [9], [False], [0, 2], [0], [[[1]]], strands="+", columns=["x"],
              window_length=5, stride=1)  # fmt: skip
    with pytest.raises(ValueError, match="one value a record, found"):
        Track(["a", "b"], [""], [9], [False], [0, 1], [0], [[[1]]], strands="+", columns=["x"],
              window_length=5, stride=1)  # fmt: skip
    with pytest.raises(ValueError, match="strands must be"):
        make_track(("a", 100, [0], [[1], [1]]), strands="-+")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"start": [10, 0, 0]}, "start must ascend within a record; on record 0 0 follows 10"),
        ({"start": [0, 10, 10, 10], "offsets": [0, 1, 4]}, "on record 1 10 follows 10"),
        ({"offsets": [0, 3, 2]}, r"offsets must begin with 0 and never fall.*\[0, 3, 2\]"),
        ({"offsets": [1, 2, 3]}, "offsets must begin with 0"),
        ({"offsets": []}, "offsets must begin with 0"),
        ({"lengths": [20, -1]}, "lengths must be at least 0; that of record 'b' is -1"),
        ({"lengths": [20]}, r"one value a record, found \[2, 2, 1, 2\]"),
        ({"columns": ["16s", "16s"]}, "columns must have different names"),
        ({"strands": "-+"}, 'strands must be "\\+", "-" or both'),
        ({"window_length": 0}, "window_length must be a whole number of bases, at least 1"),
        ({"stride": 0}, "stride must be a whole number of bases, at least 1"),
    ],
)
def test_what_makes_no_track(wrong, message):
    given = {
        "names": ["a", "b"],
        "files": ["", ""],
        "lengths": [20, 20],
        "padded": [False, False],
        "offsets": [0, 2, 3],
        "strands": "+",
        "columns": ["16s"],
        "window_length": 10,
        "stride": 10,
        **wrong,
    }
    n_windows = given["offsets"][-1] if given["offsets"] else 0
    given.setdefault("start", [0, 10, 0])
    shape = len(given["strands"]), n_windows, len(given["columns"])
    with pytest.raises(ValueError, match=message):
        Track(**given, values=np.zeros(shape))


def test_records_without_windows_are_among_those_with_some():
    parts = [("a", 30, [0, 10], [1, 1]), ("b", 0, [], []), ("c", 30, [0, 10], [1, 1])]
    track = make_track(*parts, window_length=20, stride=10)
    assert track.start.tolist() == [0, 10, 0, 10]


def test_classes_named_as_columns_of_tables():
    track = make_track(("chr", 100, [0], [[[0.25, 0.75]]]), columns=["start", "length"])
    with pytest.warns(UserWarning, match="class 'start' has the name .* named 'start_class'"):
        table = track.to_frame()
    assert table.columns.tolist() == ["record", "start", "end", "strand", "start_class", "length"]
    assert table["start_class"].tolist() == [0.25]
    with pytest.warns(UserWarning, match="named 'length_class'"):
        assert track.summarize()["length_class"].tolist() == [0.75]


def test_unknown_columns_and_strands_are_named(track, tmp_path):
    with pytest.raises(ValueError, match="no column '18s'; its columns are '16s', 'other'"):
        track.to_bedgraph(tmp_path / "x", "18s")
    with pytest.raises(ValueError, match=r"no strand '-', only \+"):
        make_track(("a", 100, [0], [[1]])).to_bedgraph(tmp_path / "x", "16s", "-")
    assert not list(tmp_path.iterdir())


def test_bedgraph_gives_each_base_to_the_nearest_window(tmp_path):
    # centres 50, 100, 120 of chr, and 15 of the short record
    track = make_track(
        ("chr", 170, [0, 50, 70], [[0.1, 0.25, 1]]),
        ("a", 30, [0], [[0.5]]),
        ("nothing", 30, [], [[]]),
    )
    track.to_bedgraph(tmp_path / "track.bedgraph", "16s")
    assert (tmp_path / "track.bedgraph").read_text() == (
        "a\t0\t30\t0.5\nchr\t0\t75\t0.1\nchr\t75\t110\t0.25\nchr\t110\t170\t1.0\n"
    )


def test_bedgraph_at_every_base_covers_all_once(tmp_path):
    rng = np.random.default_rng(0)
    starts = np.arange(0, 41)
    track = make_track(("chr", 50, starts, [rng.random(41)]), window_length=10, stride=1)
    track.to_bedgraph(tmp_path / "a", "16s")
    table = pd.read_csv(tmp_path / "a", sep="\t", header=None)
    assert table[1].tolist()[1:] == table[2].tolist()[:-1]
    assert (table[1].iloc[0], table[2].iloc[-1]) == (0, 50)
    assert (table[2] - table[1]).tolist()[1:-1] == [1] * 39
    np.testing.assert_array_equal(table[3].astype(np.float32), track.values[0, :, 0])


def test_bedgraph_leaves_out_what_is_not_known(tmp_path):
    track = make_track(("chr", 200, [0, 50, 100], [[1, np.nan, 0]]))
    track.to_bedgraph(tmp_path / "a", "16s")
    assert (tmp_path / "a").read_text() == "chr\t0\t75\t1.0\nchr\t125\t200\t0.0\n"


def test_bedgraph_cannot_tell_files_apart(tmp_path):
    track = make_track(("a", 100, [0], [[1]]), ("a", 100, [0], [[0]]), files=["x.fa", "y.fa"])
    with pytest.raises(ValueError, match="2 records are named 'a'.*one file each"):
        track.to_bedgraph(tmp_path / "a", "16s")
    track.select(file="y.fa").to_bedgraph(tmp_path / "a", "16s")
    assert (tmp_path / "a").read_text() == "a\t0\t100\t0.0\n"


@pytest.mark.parametrize("name", ["track", "browser", "#a", "a b", "a\n#b", ""])
def test_bedgraph_refuses_names_that_are_no_data_there(name, tmp_path):
    track = make_track((name, 100, [0], [[1]]))
    with pytest.raises(ValueError, match="bedGraph cannot hold a record named"):
        track.to_bedgraph(tmp_path / "a", "16s")
    assert not list(tmp_path.iterdir())


def test_files_are_not_replaced_unasked(track, tmp_path):
    path = tmp_path / "a"
    path.write_text("mine")
    with pytest.raises(FileExistsError, match=r"a exists; .* overwrite=True"):
        track.to_bedgraph(path, "16s")
    assert path.read_text() == "mine"
    track.to_bedgraph(path, "16s", overwrite=True)
    assert path.read_text().startswith("chr\t0\t")
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        track.to_bedgraph(tmp_path / "no" / "a", "16s")


def test_bigwig_has_the_stretches_of_bedgraph(tmp_path, monkeypatch):
    calls = []

    class File:
        def __init__(self, path, mode):
            open(path, mode).close()  # noqa: PTH123

        def addHeader(self, sizes):
            calls.append(sizes)

        def addEntries(self, records, starts, ends, values):
            calls.append((records, starts, ends, values))

        def close(self):
            calls.append("closed")

    monkeypatch.setitem(sys.modules, "pyBigWig", SimpleNamespace(open=File))
    track = make_track(("b", 170, [0, 50], [[0.5, 0.25]]), ("a", 0, [], [[]]))
    track.to_bigwig(tmp_path / "a.bw", "16s")
    assert calls == [[("b", 170)], (["b", "b"], [0, 75], [75, 170], [0.5, 0.25]), "closed"]
    assert (tmp_path / "a.bw").exists()


def test_a_bigwig_that_cannot_be_written_is_named(track, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("no room")

    file = SimpleNamespace(addHeader=lambda sizes: None, addEntries=fail, close=lambda: None)
    library = SimpleNamespace(open=lambda *_: file)
    monkeypatch.setitem(sys.modules, "pyBigWig", library)
    with pytest.raises(OSError, match=r"a\.bw cannot be written: no room"):
        make_track(("b", 100, [0], [[1]])).to_bigwig(tmp_path / "a.bw", "16s")
    assert not list(tmp_path.iterdir())


def test_bigwig_without_its_library(track, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyBigWig", None)
    with pytest.raises(ImportError, match=r"pip install \"skdeepg\[bigwig\]\""):
        track.to_bigwig(tmp_path / "a.bw", "16s")


def test_bigwig_is_read_back(tmp_path):
    pyBigWig = pytest.importorskip("pyBigWig", reason="there is none for Windows")
    make_track(("b", 170, [0, 50], [[0.5, 0.25]])).to_bigwig(tmp_path / "a.bw", "16s")
    with pyBigWig.open(str(tmp_path / "a.bw")) as file:
        assert file.chroms() == {"b": 170}
        assert list(file.intervals("b")) == [(0, 75, 0.5), (75, 170, 0.25)]
