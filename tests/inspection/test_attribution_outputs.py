"""What is made of attributions: tables, files, regions."""

from __future__ import annotations

import h5py
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skdeepg.genome import read_bed, read_gff3
from skdeepg.inspection import read_attribution
from tests.inspection.attributions import make_attribution, make_windows


def test_table_has_a_line_a_base():
    attribution = make_attribution(
        "AGN", "GT", values=[[1, -2, 0], [3, 4]], records=["a", "b"], starts=[10, 0]
    )
    table = attribution.to_frame("observed")
    expected = pd.DataFrame(
        {
            "row": [0, 0, 0, 1, 1],
            "record": ["a", "a", "a", "b", "b"],
            "position": [10, 11, 12, 0, 1],
            "base": list("AGNGT"),
            "importance": np.array([1, -2, 0, 3, 4], dtype=np.float32),
        }
    )
    pd.testing.assert_frame_equal(table[list(expected)], expected, check_dtype=False)
    assert list(table)[5:] == list("ACGT")
    np.testing.assert_array_equal(table["G"], [0, -2, 0, 3, 0])


def test_table_tells_files_and_strands_where_they_differ():
    one = make_attribution("AC", "GT", files=["x", "x"]).to_frame()
    assert not {"file", "strand"} & set(one)
    two = make_attribution("AC", "GT", files=["x", "y"], strands=["+", "-"]).to_frame()
    assert two["file"].tolist() == ["x", "x", "y", "y"]
    assert two["strand"].tolist() == ["+", "+", "-", "-"]
    assert two["position"].tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize("kind", ["absolute", "observed", "sum"])
def test_table_of_any_importance(kind):
    attribution = make_attribution("ACGT")
    table = attribution.to_frame(kind)
    np.testing.assert_array_equal(table["importance"], attribution.importance(kind)[0])


def test_table_of_no_rows_has_its_columns():
    table = make_attribution("AC")[[]].to_frame()
    assert len(table) == 0
    assert list(table) == ["row", "record", "position", "base", "importance", *"ACGT"]


targets = st.sampled_from(
    [
        np.array(["16s", "bacteria", "ä"]),
        np.array(["16s", "bacteria", ""], dtype=object),
        np.array([0, -1, 7]),
        np.array([0.5, 1.0, 2.0]),
        np.array([True, False, True]),
    ]
)


@settings(max_examples=30)
@given(targets, st.lists(st.text("ACGTN", max_size=9), min_size=3, max_size=3), st.booleans())
def test_files_give_back_what_was_written(tmp_path_factory, target, rows, has_files):
    attribution = make_attribution(
        *rows,
        target=target,
        records=["a", "ü b", "c"],
        files=["x.fasta", "", "y"] if has_files else None,
        starts=[0, 5, 7],
        strands=["+", "-", "+"],
        windows=make_windows([0, 2, 2], deltas=[0.5, np.nan, -1]),
    )
    path = tmp_path_factory.mktemp("files") / "attribution.h5"
    attribution.to_hdf5(path)
    again = read_attribution(path)
    names = ("values", "codes", "lengths", "target", "records", "files", "starts", "strands")
    for name in names:
        np.testing.assert_array_equal(getattr(again, name), getattr(attribution, name))
        assert getattr(again, name) is None or (
            getattr(again, name).dtype == getattr(attribution, name).dtype or name == "target"
        )
    assert again.target.dtype.kind == target.dtype.kind
    for name in ("baseline", "of", "method", "symbols"):
        assert getattr(again, name) == getattr(attribution, name)
    for name, value in vars(attribution.windows).items():
        np.testing.assert_array_equal(getattr(again.windows, name), value)


def test_an_attribution_without_rows_is_written(tmp_path):
    empty = make_attribution("AC")[[]]
    empty.to_hdf5(tmp_path / "a.h5")
    assert len(read_attribution(tmp_path / "a.h5")) == 0


def test_files_are_not_replaced_unasked(tmp_path):
    path = tmp_path / "a.h5"
    make_attribution("AC").to_hdf5(path)
    with pytest.raises(FileExistsError, match="overwrite=True"):
        make_attribution("GGG").to_hdf5(path)
    assert read_attribution(path).lengths.tolist() == [2]
    make_attribution("GGG").to_hdf5(path, overwrite=True)
    assert read_attribution(path).lengths.tolist() == [3]


def test_targets_that_no_file_holds(tmp_path):
    attribution = make_attribution("AC", "GT", target=np.array(["a", ("b",)], dtype=object))
    with pytest.raises(ValueError, match=r"found \('b',\) in row 1"):
        attribution.to_hdf5(tmp_path / "a.h5")
    assert not list(tmp_path.iterdir())


def test_files_that_are_something_else(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no attribution file"):
        read_attribution(tmp_path / "none.h5")
    (tmp_path / "text.h5").write_text("no HDF5")
    with pytest.raises(ValueError, match="text.h5"):
        read_attribution(tmp_path / "text.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file.attrs["format"] = "skdeepg states"
    with pytest.raises(ValueError, match="'skdeepg states'"):
        read_attribution(tmp_path / "other.h5")


def test_files_of_a_newer_version(tmp_path):
    path = tmp_path / "a.h5"
    make_attribution("AC").to_hdf5(path)
    with h5py.File(path, "r+") as file:
        file.attrs["format_version"] = 2
    with pytest.raises(ValueError, match="update skdeepg"):
        read_attribution(path)


def test_damaged_files_name_themselves(tmp_path):
    path = tmp_path / "a.h5"
    make_attribution("AC").to_hdf5(path)
    with h5py.File(path, "r+") as file:
        del file["codes"]
    with pytest.raises(ValueError, match="a.h5"):
        read_attribution(path)


def test_bedgraph_has_every_base_once(tmp_path):
    attribution = make_attribution(
        "ACGT",
        "ACG",
        "GGG",
        values=[[1, 2, 2, 3], [5, 4, 0], [0.1, -1, 7]],
        records=["b", "a", "b"],
        starts=[10, 0, 12],
        strands=["+", "-", "+"],
    )
    path = tmp_path / "importance.bedGraph"
    attribution.to_bedgraph(path, "observed")
    assert path.read_text().splitlines() == [
        "a\t0\t1\t0.0",
        "a\t1\t2\t4.0",
        "a\t2\t3\t5.0",
        "b\t10\t11\t1.0",
        "b\t11\t12\t2.0",
        "b\t12\t13\t1.05",  # the mean of two rows
        "b\t13\t14\t1.0",
        "b\t14\t15\t7.0",
    ]


def test_bedgraph_joins_neighbours_of_equal_value(tmp_path):
    attribution = make_attribution(
        "AAA", "CC", values=[[1, 1, 2], [2, 2]], records=["a", "a"], starts=[0, 5]
    )
    attribution.to_bedgraph(tmp_path / "a.bedGraph")
    lines = (tmp_path / "a.bedGraph").read_text().splitlines()
    assert lines == ["a\t0\t2\t1.0", "a\t2\t3\t2.0", "a\t5\t7\t2.0"]


def test_bedgraph_of_files_with_the_same_names(tmp_path):
    attribution = make_attribution("A", "C", records=["chr", "chr"], files=["x", "y"])
    with pytest.raises(ValueError, match="write one file each"):
        attribution.to_bedgraph(tmp_path / "a.bedGraph")
    attribution[attribution.files == "y"].to_bedgraph(tmp_path / "a.bedGraph")
    assert (tmp_path / "a.bedGraph").read_text().startswith("chr\t0\t1\t")


def test_bedgraph_of_no_rows(tmp_path):
    make_attribution("A")[[]].to_bedgraph(tmp_path / "a.bedGraph")
    assert (tmp_path / "a.bedGraph").read_text() == ""


def test_most_important_stretches_do_not_overlap():
    values = [[0, 0, 9, 8, 1, 0, 0, 5], [0, 3, 3, 0, 0, 0, 0, 0]]
    attribution = make_attribution(
        "ACGTACGT", "CCCCGGGG", values=values, records=["a", "b"], files=["x", "y"], starts=[100, 0]
    )
    regions = attribution.top(3, length=2)
    assert regions.record.tolist() == ["a", "b", "a"]
    assert regions.start.tolist() == [102, 1, 106]
    assert regions.end.tolist() == [104, 3, 108]
    assert regions.score.tolist() == [8.5, 3, 2.5]
    assert regions.name.tolist() == ["GT", "CC", "GT"]
    assert regions.file.tolist() == ["x", "y", "x"]
    assert regions.details["importance"] == "absolute"


def test_stretches_of_rows_on_the_other_strand():
    attribution = make_attribution("ACGTA", values=[[0, 7, 7, 0, 0]], starts=[10], strands=["-"])
    (region,) = attribution.top(1, length=2).to_frame().itertuples()
    assert (region.start, region.end, region.strand, region.name) == (12, 14, "-", "CG")


def test_rows_on_the_same_bases_give_a_stretch_once():
    attribution = make_attribution(
        "AACC", "ACCG", records=["a", "a"], starts=[0, 1], values=[[0, 0, 5, 5], [0, 4, 4, 0]]
    )
    regions = attribution.top(2, length=2)
    assert regions.start.tolist() == [2, 0]
    apart = make_attribution(
        "AACC", "AACC", files=["x", "y"], records=["a", "a"], values=[[0, 0, 5, 5]] * 2
    )
    assert apart.top(2, length=2).file.tolist() == ["x", "y"]


def test_signed_importance_finds_what_speaks_for_the_target():
    attribution = make_attribution("AAAA", values=[[-9, 0, 1, 0]])
    assert attribution.top(1, length=1).start.tolist() == [0]
    assert attribution.top(1, length=1, kind="observed").start.tolist() == [2]


def test_short_rows_are_one_stretch_and_there_may_be_fewer():
    attribution = make_attribution("ACG", "", "ACGTACGTACGT", values=[[2, 2, 2], [], [1] * 12])
    regions = attribution.top(10, length=10)
    assert regions.end.tolist() == [3, 10]
    assert regions.score.tolist() == [2, 1]
    assert len(attribution[[]].top()) == 0


def test_a_row_of_one_base_is_a_stretch():
    found = make_attribution("A", "", values=[[0.5], []]).top(length=3)
    assert (found.start.tolist(), found.end.tolist(), found.name.tolist()) == ([0], [1], ["A"])


@pytest.mark.parametrize("value", [0, 2.5, "3", None])
@pytest.mark.parametrize("name", ["n", "length"])
def test_stretches_that_make_no_sense(name, value):
    with pytest.raises(ValueError, match=f"{name} must be a whole number, at least 1, not"):
        make_attribution("ACGT").top(**{name: value})


def test_bedgraph_has_no_names_with_blanks(tmp_path):
    with pytest.raises(ValueError, match="cannot hold a record named 'seq 1'"):
        make_attribution("ACGT", records=["seq 1"]).to_bedgraph(tmp_path / "a.bedgraph")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("values", np.zeros((2, 4), np.float32), "parts do not fit each other"),
        ("lengths", np.array([-4]), "parts do not fit each other"),
        ("lengths", np.array([10**15]), "parts do not fit each other"),
        ("codes", np.full(4, 200, np.uint8), "codes must be 0 to 5, found 200"),
        ("lengths", np.int64(4), "a.h5"),
    ],
)
def test_files_whose_parts_do_not_fit(name, content, message, tmp_path):
    path = tmp_path / "a.h5"
    make_attribution("ACGT").to_hdf5(path)
    with h5py.File(path, "r+") as file:
        del file[name]
        file[name] = content
    with pytest.raises(ValueError, match=message) as caught:
        read_attribution(path)
    assert str(path) in str(caught.value)


def test_other_files_are_told(tmp_path):
    (tmp_path / "a.h5").write_text("ACGT")
    with pytest.raises(ValueError, match="a.h5 cannot be read as an attribution file"):
        read_attribution(tmp_path / "a.h5")


def test_stretches_go_to_annotation_files(tmp_path):
    regions = make_attribution("ACGTACGT", records=["chr"]).top(2, length=3)
    regions.to_gff3(tmp_path / "a.gff3")
    regions.to_bed(tmp_path / "a.bed")
    for again in (read_gff3(tmp_path / "a.gff3"), read_bed(tmp_path / "a.bed")):
        assert sorted(again.start) == sorted(regions.start)
        assert set(again.name) == set(regions.name)


@given(st.integers(1, 6), st.integers(1, 5), st.integers(0, 50))
def test_stretches_are_the_best_that_are_left(length, n, seed):
    attribution = make_attribution("ACGTACGTACGT", "GGGTTT", "CC", seed=seed)
    regions = attribution.top(n, length=length)
    importance = attribution.importance().astype(float)
    for record, start, end, score in zip(
        regions.record, regions.start, regions.end, regions.score, strict=True
    ):
        row = int(record.removeprefix("row_"))
        importance_within = importance[row, start:end]
        assert np.isclose(importance_within.mean(), score)
        best = max(
            importance[r, s : s + min(length, size)].mean()
            for r, size in enumerate(attribution.lengths)
            for s in range(max(size - length, 0) + 1)
        )
        assert np.isclose(score, best)
        importance[row, start:end] = -np.inf
