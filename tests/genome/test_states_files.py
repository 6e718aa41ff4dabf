"""States files: ours and deepG's, whole or not there, damaged or foreign."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from skdeepg.genome import file_source, read_states
from skdeepg.genome.states_files import TrackRecord, write_states
from tests.genome.tracks import make_track

GOLDEN = Path(__file__).parents[1] / "golden"
LAYOUT = {"strands": ["+"], "columns": ["16s"], "window_length": 100, "stride": 50}


def record(name="chr", n_windows=2, blocks=None, length=150):
    blocks = [(np.array([0, 50]), np.ones((1, 2, 1), np.float32))] if blocks is None else blocks
    return TrackRecord(name, "a.fasta", length, False, n_windows, blocks)


@pytest.fixture
def track():
    rng = np.random.default_rng(0)
    return make_track(
        ("chr", 170, [0, 50, 70], rng.random((2, 3, 2))),
        ("empty", 0, [], np.empty((2, 0, 2))),
        ("short", 30, [0], rng.random((2, 1, 2))),
        strands="+-",
        columns=["16s", "bäcteria"],
        files=["a.fasta", "a.fasta", "b.fasta"],
        details={"estimator": "SequenceClassifier", "classes": [1, 2]},
    )


def test_round_trip(track, tmp_path):
    track.to_hdf5(tmp_path / "states.h5")
    back = read_states(tmp_path / "states.h5")
    pd.testing.assert_frame_equal(back.to_frame(), track.to_frame())
    for name in ("names", "files", "lengths", "padded", "offsets", "start", "end", "values"):
        np.testing.assert_array_equal(getattr(back, name), getattr(track, name))
    for name in ("strands", "columns", "window_length", "stride", "details"):
        assert getattr(back, name) == getattr(track, name)
    assert {values.dtype for _, values in back.read_windows()} == {back.values.dtype}
    assert (back.start.dtype, back.values.dtype) == (np.int64, np.float32)
    assert back.select(record="short").start.tolist() == [0]
    assert back.select(record="short").values.tolist() == track.values[:, 3:].tolist()
    assert len(list(tmp_path.iterdir())) == 1


def test_columns_are_read_alone(track, tmp_path):
    track.to_hdf5(tmp_path / "states.h5")
    windows = list(read_states(tmp_path / "states.h5").read_windows(["bäcteria"]))
    np.testing.assert_array_equal(windows[0][1][:, :, 0], track.values[:, :3, 1])


def test_large_states_are_read_by_columns(track, tmp_path, monkeypatch):
    monkeypatch.setattr(file_source, "MOST_READ_WHOLE", 0)
    track.to_hdf5(tmp_path / "states.h5")
    back = read_states(tmp_path / "states.h5")
    for column, name in enumerate(track.columns):
        windows = list(back.read_windows([name]))
        found = np.concatenate([values[:, :, 0] for _, values in windows], axis=1)
        np.testing.assert_array_equal(found, track.values[:, :, column])
    with h5py.File(tmp_path / "states.h5", "r+") as file:
        del file["states/entry_1"]
        file["states/entry_1"] = np.zeros((2, 4), dtype=np.float32)
    with pytest.raises(ValueError, match=r"states\.h5 .*damaged"):
        list(back.read_windows(["16s"]))


def test_layout_is_that_of_deepg(track, tmp_path):
    track.to_hdf5(tmp_path / "states.h5")
    with h5py.File(tmp_path / "states.h5") as file:
        assert file["multi_entries"][:].tolist() == [1]
        assert set(file["states"]) == {"entry_1", "entry_3"}
        np.testing.assert_array_equal(file["states/entry_1"], track.values[0, :3].T)
        np.testing.assert_array_equal(file["reverse/states/entry_1"], track.values[1, :3].T)
        assert file["sample_end_position/entry_1"][:].tolist() == [100, 150, 170]
        assert file["reverse/sample_end_position/entry_3"][:].tolist() == [30]
        assert list(file.attrs["classes"]) == ["16s", "bäcteria"]
        assert file.attrs["window_length"] == 100
        versions = json.loads(file.attrs["versions"])
        assert {"skdeepg", "numpy", "h5py"} <= set(versions)
        assert versions["numpy"] == np.__version__


def test_layout_of_one_record(tmp_path):
    make_track(("chr", 150, [0, 50], [[1, 0], [0.5, 0.25]]), strands="+-").to_hdf5(tmp_path / "a")
    with h5py.File(tmp_path / "a") as file:
        assert file["multi_entries"][:].tolist() == [0]
        assert file["states"][:].tolist() == [[1, 0]]
        assert file["reverse/states"][:].tolist() == [[0.5, 0.25]]
        assert file["sample_end_position"][:].tolist() == [100, 150]
        assert file["reverse/sample_end_position"][:].tolist() == [100, 150]


@pytest.mark.parametrize("n_records", [0, 1, 2])
def test_records_without_windows(tmp_path, n_records):
    records = [record(str(i), 0, [], 0) for i in range(n_records)]
    write_states(tmp_path / "a", records=records, n_records=n_records, **LAYOUT)
    track = read_states(tmp_path / "a")
    assert (len(track.names), len(track), track.values.shape) == (n_records, 0, (1, 0, 1))


def test_blocks_are_joined_and_large_ones_fit(tmp_path):
    values = np.random.default_rng(0).random((1, 20_000, 3)).astype(np.float32)
    starts = np.arange(20_000)
    blocks = ((starts[i : i + 7000], values[:, i : i + 7000]) for i in range(0, 20_000, 7000))
    write_states(
        tmp_path / "a",
        records=[record("chr", 20_000, blocks, 20_099)],
        n_records=1,
        **{**LAYOUT, "columns": ["a", "b", "c"], "stride": 1},
    )
    track = read_states(tmp_path / "a")
    np.testing.assert_array_equal(track.values, values)
    np.testing.assert_array_equal(next(track.read_windows(["b"]))[1][0, :, 0], values[0, :, 1])
    np.testing.assert_array_equal(track.start, starts)


def test_many_columns(tmp_path):
    columns = [f"unit_{i}" for i in range(10_000)]
    make_track(("a", 100, [0], np.ones((1, 1, 10_000))), columns=columns).to_hdf5(tmp_path / "a")
    assert read_states(tmp_path / "a").columns == tuple(columns)


def test_a_track_in_a_file_goes_to_other_processes(track, tmp_path):
    track.to_hdf5(tmp_path / "a")
    back = pickle.loads(pickle.dumps(read_states(tmp_path / "a")))
    np.testing.assert_array_equal(back.values, track.values)


def test_existing_files_stay(track, tmp_path):
    path = tmp_path / "a"
    path.write_text("mine")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        track.to_hdf5(path)
    assert path.read_text() == "mine"
    track.to_hdf5(path, overwrite=True)
    assert len(read_states(path)) == len(track)


@pytest.mark.parametrize(
    ("records", "n_records", "message"),
    [
        ([record()], 2, "There are 1 records, not 2"),
        ([record(n_windows=3)], 1, "'chr' has 2 windows, but n_windows is 3"),
        ([record(n_windows=1)], 1, "'chr' has more windows than its n_windows, 1"),
        ([record(blocks=[(np.array([0, 1]), np.ones((1, 2, 3)))])], 1, r"shape \(1, 2, 1\), found"),
    ],
)
def test_what_does_not_add_up_leaves_no_file(tmp_path, records, n_records, message):
    with pytest.raises(ValueError, match=message):
        write_states(tmp_path / "a", records=records, n_records=n_records, **LAYOUT)
    assert not list(tmp_path.iterdir())


def test_failures_of_the_scan_pass_through(tmp_path):
    def records():
        yield record()
        raise ValueError("the genome has changed")

    with pytest.raises(ValueError, match="^the genome has changed$"):
        write_states(tmp_path / "a", records=records(), n_records=2, **LAYOUT)
    assert not list(tmp_path.iterdir())


FULL_DISK = """
import resource, sys
import numpy as np
from tests.genome.tracks import make_track
track = make_track(("a", 400_000, np.arange(300_000), np.ones((1, 300_000))), stride=1)
resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
try:
    track.to_hdf5(sys.argv[1])
except OSError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file sizes are Unix")
def test_a_full_disk(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "states.h5")],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "states.h5 cannot be written" in run.stdout
    assert "is the disk full" in run.stdout
    assert not list(tmp_path.iterdir())


def test_missing_foreign_and_damaged_files(track, tmp_path):
    path = tmp_path / "states.h5"
    with pytest.raises(FileNotFoundError, match="There is no states file"):
        read_states(path)
    path.write_text(">chr\nACGT\n")
    with pytest.raises(ValueError, match="states.h5 cannot be read as a states file"):
        read_states(path)
    with h5py.File(path, "w") as file:
        file["model_weights"], file["optimizer"] = [1], [2]
    with pytest.raises(
        ValueError, match="no states and no sample_end_position, found model_weights, optimizer"
    ):
        read_states(path)
    track.to_hdf5(path, overwrite=True)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(ValueError, match="damaged, incomplete"):
        read_states(path)


def test_files_of_a_newer_version(track, tmp_path):
    track.to_hdf5(tmp_path / "states.h5")
    with h5py.File(tmp_path / "states.h5", "r+") as file:
        assert (file.attrs["format"], file.attrs["format_version"]) == ("skdeepg states", 1)
        file.attrs["format_version"] = 2
    with pytest.raises(
        ValueError, match=r"states\.h5 has version 2 of its format.* update skdeepg"
    ):
        read_states(tmp_path / "states.h5")


def test_a_file_that_changes_behind_a_track(track, tmp_path):
    path = tmp_path / "states.h5"
    track.to_hdf5(path)
    back = read_states(path)
    make_track(
        ("chr", 170, [0, 50], np.ones((2, 2, 2))), strands="+-", columns=["16s", "b"]
    ).to_hdf5(path, overwrite=True)
    with pytest.raises(ValueError, match="states.h5 cannot be read"):
        back.to_frame()
    path.unlink()
    with pytest.raises(FileNotFoundError):
        back.to_frame()


def test_ours_tell_what_deepgs_do_not(track, tmp_path):
    track.to_hdf5(tmp_path / "a")
    with pytest.raises(ValueError, match="^.*a tells its .* for files of deepG only"):
        read_states(tmp_path / "a", window_length=100)


def test_deepg_one_record():
    path = GOLDEN / "deepg" / "predict_region2500_step1.h5"
    track = read_states(path, columns=["16s", "bacteria"])
    assert (track.window_length, track.stride, track.lengths.tolist()) == (500, 1, [2500])
    assert track.files.tolist() == [""]
    np.testing.assert_array_equal(track.start, np.arange(2001))
    np.testing.assert_array_equal(track.end, np.arange(500, 2501))
    with h5py.File(path) as file:
        np.testing.assert_array_equal(track.values[0], file["states"][:].T.astype(np.float32))


def test_deepg_several_records():
    path = GOLDEN / "deepg" / "predict_by_entry_one_file.h5"
    track = read_states(path, record_names=["first", "second", "short"])
    assert track.names.tolist() == ["first", "second", "short"]
    assert track.details == {"written_by": "deepG"}
    assert track.n_windows.tolist() == [11, 2, 0]
    assert track.lengths.tolist() == [1500, 600, 0]
    assert track.start.tolist() == [*range(0, 1001, 100), 0, 100]
    assert track.columns == ("unit_0", "unit_1")
    assert read_states(path).names.tolist() == ["entry_1", "entry_2"]
    with pytest.raises(ValueError, match="record_names has 1 names, but .* has an entry 2"):
        read_states(path, record_names=["first"])
    with pytest.raises(ValueError, match=r"columns has 1 names, but .*\.h5 has 2 values a window"):
        read_states(path, columns=["16s"])


def deepg_calls():
    text = (GOLDEN / "encodings" / "08_predict_model.json").read_text(encoding="utf-8")
    calls = json.loads(text)["calls"]
    kept = [c for c in calls if "output" in c and c["options"].get("mode") != "lm"]
    return [pytest.param(call, id=call["label"]) for call in kept]


def write_as_deepg(path, output):
    """Write what deepG gave as it writes it."""
    is_one = "states" in output
    with h5py.File(path, "w") as file:
        file["multi_entries"] = np.array([not is_one], dtype=np.uint8)
        for name, entry in {"": output}.items() if is_one else output.items():
            place = f"/{name}" if name else ""
            file[f"states{place}"] = np.array(entry["states"]).reshape(-1, 2).T
            file[f"sample_end_position{place}"] = np.ravel(entry["sample_end_position"]).astype(
                float
            )


@pytest.mark.parametrize("call", deepg_calls())
def test_deepg_paddings(call, tmp_path):
    output = call["output"]
    write_as_deepg(tmp_path / "states.h5", output)
    entries = {"entry_1": output} if "states" in output else output
    track = read_states(tmp_path / "states.h5", window_length=7)
    table = track.to_frame()
    for name, entry in entries.items():
        ends = np.ravel(entry["sample_end_position"])
        part = table[table["record"] == name]
        assert part["end"].tolist() == ends.tolist()
        # padding is on the left, and no base of the record
        assert part["start"].tolist() == np.maximum(ends - 7, 0).tolist()
        np.testing.assert_allclose(
            part[["unit_0", "unit_1"]], np.reshape(entry["states"], (-1, 2)), rtol=1e-6
        )
    if call["options"].get("padding") == "maxlen":
        with pytest.raises(ValueError, match=r"s\.h5 does .*padding='maxlen'.*give window_length"):
            read_states(tmp_path / "states.h5")
    if call["label"].startswith("long, step 3 none"):
        assert read_states(tmp_path / "states.h5").window_length == 7
        assert track.stride == 3


@pytest.mark.parametrize(
    ("ends", "stride", "padded"), [([7], 7, False), ([5], 7, True), ([7, 10], 3, False)]
)
def test_what_follows_from_deepgs_ends(tmp_path, ends, stride, padded):
    with h5py.File(tmp_path / "a", "w") as file:
        file["states"] = [[0.5] * len(ends)]
        file["sample_end_position"] = ends
    track = read_states(tmp_path / "a", window_length=7)
    assert (track.stride, track.padded.tolist()) == (stride, [padded])


@pytest.mark.parametrize("places", [[""], ["/entry_1", "/entry_2"]])
def test_deepg_files_with_their_sequences_tell_the_lengths(tmp_path, places):
    with h5py.File(tmp_path / "a", "w") as file:
        for number, place in enumerate(places):
            file[f"states{place}"] = [[0.5, 0.5]]
            file[f"sample_end_position{place}"] = [7.0, 9.0]
            if number == 0:
                file[f"sequence{place}"] = ["ACGTACGTACGT"]
    assert read_states(tmp_path / "a").lengths.tolist() == [12, 9][: len(places)]


@pytest.mark.parametrize("name", ["record_1", "entry_x", "entry_0"])
def test_deepg_entries_have_numbers(tmp_path, name):
    with h5py.File(tmp_path / "a", "w") as file:
        file[f"states/{name}"] = [[0.5]]
        file[f"sample_end_position/{name}"] = [7.0]
    with pytest.raises(ValueError, match=f"entry_1, entry_2 and so on, found '{name}'"):
        read_states(tmp_path / "a")


def test_deepg_records_without_windows(tmp_path):
    with h5py.File(tmp_path / "a", "w") as file:
        for entry, n in ((1, 2), (2, 0)):
            file[f"states/entry_{entry}"] = np.ones((1, n))
            file[f"sample_end_position/entry_{entry}"] = np.arange(n) + 7.0
    track = read_states(tmp_path / "a")
    assert (track.lengths.tolist(), track.n_windows.tolist()) == ([8, 0], [2, 0])
    with h5py.File(tmp_path / "b", "w") as file:
        file.create_group("states")
        file.create_group("sample_end_position")
    empty = read_states(tmp_path / "b", window_length=7, columns=["16s"])
    assert (len(empty.names), empty.columns, len(empty)) == (0, ("16s",), 0)


@pytest.mark.parametrize("ends", [[7.5, 8], [9, 8], [np.nan, 8], [7, 7]])
def test_deepg_ends_that_make_no_sense(tmp_path, ends):
    with h5py.File(tmp_path / "a", "w") as file:
        file["states"] = [[0.1, 0.2]]
        file["sample_end_position"] = ends
    message = "a is damaged: the ends of the windows of the record must be whole numbers"
    with pytest.raises(ValueError, match=message):
        read_states(tmp_path / "a")
