"""`scan`: the answers of `predict_windows` along records, in memory or in a file."""

from __future__ import annotations

import errno
import os

import joblib
import numpy as np
import pytest

import skdeepg
from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    SequenceClassifier,
)
from skdeepg.engine import scanning
from skdeepg.exceptions import InvalidLetterError
from skdeepg.genome import read_states
from skdeepg.genome.scan_log import DiskLog
from skdeepg.sequences import read_sequences, record_groups
from tests.estimators.scans import (
    RECORDS,
    assert_same,
    dump,
    letters,
    of_record,
    small_classifier,
    with_stride,
    write_genome,
)


@pytest.fixture(scope="module")
def clf():
    return small_classifier()


@pytest.fixture
def genome(tmp_path):
    return write_genome(tmp_path)


@pytest.mark.parametrize("stride", [1, 7, 20, 33])
def test_values_are_those_of_predict_windows(clf, genome, stride):
    track = clf.scan(genome, stride=stride)
    sequences = read_sequences([genome])
    other = with_stride(clf, stride)
    forward = other.predict_windows(sequences)
    assert track.names.tolist() == list(RECORDS)
    assert track.padded.tolist() == [False, True, False, False]
    np.testing.assert_array_equal(track.start, forward["start"])
    np.testing.assert_array_equal(track.end, forward["end"])
    np.testing.assert_allclose(track.values[0], forward[["a", "b"]], atol=1e-5)
    flat = other.predict_windows(windows_of_other_strand(track))
    np.testing.assert_allclose(track.values[1], flat[["a", "b"]], atol=1e-5)


def windows_of_other_strand(track):
    rows = []
    for number, name in enumerate(track.names):
        text = RECORDS[name]
        places = slice(track.offsets[number], track.offsets[number + 1])
        ends = zip(track.start[places], track.end[places], strict=True)
        rows += [text[start:end] for start, end in ends]
    return read_sequences(rows).reverse_complement()


def test_every_kind_of_rows(clf, genome):
    expected = clf.scan(genome, stride=10)
    assert_same(clf.scan([genome], stride=10), expected)
    read = read_sequences([genome])
    assert_same(clf.scan(read, stride=10), expected)
    assert_same(clf.scan(FastaWindowTransformer(20).fit_transform(read), stride=10), expected)
    assert_same(clf.scan(read.by_record(), stride=10), expected)
    rows = clf.scan(list(RECORDS.values()), stride=10)
    np.testing.assert_array_equal(rows.values, expected.values)
    assert rows.names.tolist() == ["0", "1", "2", "3"]


@pytest.mark.parametrize(("strands", "index"), [("forward", [0]), ("reverse", [1])])
def test_one_strand(clf, genome, strands, index):
    both, one = clf.scan(genome, stride=10), clf.scan(genome, stride=10, strands=strands)
    assert one.strands == tuple(both.strands[i] for i in index)
    np.testing.assert_array_equal(one.values, both.values[index])


def test_small_blocks_and_groups_change_nothing(clf, genome, monkeypatch):
    expected = clf.scan(genome, stride=3)
    monkeypatch.setattr(scanning, "BLOCK", 50)
    assert_same(clf.scan(genome, stride=3), expected, atol=1e-6)
    monkeypatch.setattr(record_groups, "BASES", 100)
    monkeypatch.setattr(record_groups, "RECORDS", 1)
    assert_same(clf.scan(genome, stride=3), expected, atol=1e-6)


def test_what_answers_fast_is_made_once_for_the_same_weights(sequences):
    X, y = sequences
    clf = SequenceClassifier(LSTMCNN(filters=(2,), pool_size=2), 12, max_epochs=0).fit(X, y)
    made = clf._fast_forward()
    assert clf._fast_forward() is made
    clf.model_.set_weights([2 * each for each in clf.model_.get_weights()])
    assert clf._fast_forward() is not made


class TestOutput:
    def test_file_and_memory(self, clf, genome, tmp_path):
        expected = clf.scan(genome, stride=10)
        written = clf.scan(genome, stride=10, output=tmp_path / "states.h5")
        assert_same(written, expected)
        assert_same(read_states(str(tmp_path / "states.h5")), expected)
        assert written.details["estimator"] == "SequenceClassifier"
        assert sorted(p.name for p in tmp_path.iterdir()) == ["genome.fasta", "states.h5"]

    def test_existing_output(self, clf, genome, tmp_path):
        output = tmp_path / "states.h5"
        output.write_text("mine")
        with pytest.raises(FileExistsError, match=r"states.h5 exists.*overwrite=True"):
            clf.scan(genome, output=output)
        assert output.read_text() == "mine"
        clf.scan(genome, output=output, overwrite=True)
        assert len(read_states(output).names) == 4

    @pytest.mark.parametrize("n_files", [1, 3])
    def test_an_interrupted_scan_goes_on(self, clf, tmp_path, n_files, monkeypatch):
        monkeypatch.setattr(scanning, "BLOCK", 50)
        paths = [tmp_path / f"{i}.fasta" for i in range(n_files)]
        for i, path in enumerate(paths):
            path.write_text(f">a\n{letters(400, i)}\n>b\n{letters(30, i + 3)}\n")
        expected = clf.scan(paths, stride=3, output=tmp_path / "whole.h5")
        keep, kept = DiskLog._keep, []

        def keep_some(log, entry, block):
            if len(kept) == 2:
                raise KeyboardInterrupt
            kept.append(entry)
            keep(log, entry, block)

        output = tmp_path / "states.h5"
        with monkeypatch.context() as patch:
            patch.setattr(DiskLog, "_keep", keep_some)
            with pytest.raises(KeyboardInterrupt):
                clf.scan(paths, stride=3, output=output)
        assert not output.exists()
        with pytest.raises(FileExistsError, match="another scan"):
            clf.scan(paths, stride=4, output=output)
        again = []
        monkeypatch.setattr(
            DiskLog, "_keep", lambda log, entry, block: (again.append(1), keep(log, entry, block))
        )
        assert_same(clf.scan(paths, stride=3, output=output), expected)
        assert len(again) == 3 * n_files - 2
        assert not list(tmp_path.glob("*.unfinished"))

    @pytest.fixture
    def killed(self, clf, genome, tmp_path, monkeypatch):
        """The output of a scan that ended after its first block."""
        monkeypatch.setattr(scanning, "BLOCK", 50)
        keep = DiskLog._keep

        def keep_first(log, entry, block):
            keep(log, entry, block)
            assert not log.entries, "killed"

        with monkeypatch.context() as patch:
            patch.setattr(DiskLog, "_keep", keep_first)
            with pytest.raises(AssertionError, match="killed"):
                clf.scan(genome, stride=3, output=tmp_path / "states.h5")
        return tmp_path / "states.h5"

    def test_a_changed_file_is_another_scan(self, clf, genome, killed):
        os.utime(genome, ns=(1, 1))
        with pytest.raises(FileExistsError, match="of other files"):
            clf.scan(genome, stride=3, output=killed)

    def test_a_file_that_was_broken_is_scanned_once_it_is_mended(self, clf, genome, tmp_path):
        broken, output = tmp_path / "broken.fasta", tmp_path / "states.h5"
        broken.write_text(">a\nMKLVWQ\n")
        with pytest.raises(InvalidLetterError, match=r"'L' at position 2.*broken\.fasta"):
            clf.scan(broken, output=output)
        broken.write_text(f">a\n{letters(60)}\n")
        assert clf.scan(broken, output=output).names.tolist() == ["a"]

    def test_other_layers_of_equal_weights_are_another_scan(self, clf, genome, killed):
        network = LSTMCNN(filters=(3,), kernel_size=4, pool_size=2, padding="causal")
        other = SequenceClassifier(network, 20, max_epochs=0).fit(["ACGT" * 20] * 2, ["a", "b"])
        other.model_.set_weights(clf.model_.get_weights())
        with pytest.raises(FileExistsError, match="another scan"):
            other.scan(genome, stride=3, output=killed)
        again = joblib.load(dump(clf)).scan(genome, stride=3, output=killed)
        assert_same(again, clf.scan(genome, stride=3))

    def test_no_folder(self, clf, tmp_path):
        with pytest.raises(FileNotFoundError, match="output: there is no folder .*no-such"):
            clf.scan(["ACGT" * 9], output=tmp_path / "no-such" / "states.h5")

    def test_a_full_disk(self, clf, genome, tmp_path, monkeypatch):
        """What is done stays, and the scan goes on when there is room."""
        monkeypatch.setattr(scanning, "BLOCK", 50)
        expected = clf.scan(genome, stride=10)
        n_synced, sync = [], os.fsync

        def sync_some(descriptor):
            n_synced.append(1)
            if len(n_synced) == 2:
                raise OSError(errno.ENOSPC, "full")
            sync(descriptor)

        output = tmp_path / "states.h5"
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", sync_some)
            with pytest.raises(OSError, match="No space left.*The 50 windows that are done"):
                clf.scan(genome, stride=10, output=output)
        assert_same(clf.scan(genome, stride=10, output=output), expected, atol=1e-6)


def test_files_side_by_side(clf, genome, tmp_path):
    other = tmp_path / "other.fasta"
    other.write_text(f">long\n{letters(50)}\n")
    expected = clf.scan([genome, other], stride=10)
    with joblib.parallel_config("threading"):
        assert_same(clf.scan([genome, other], stride=10, n_jobs=2), expected)
    assert expected.files.tolist() == [str(genome)] * 4 + [str(other)]


class TestRefine:
    def test_windows_are_added_around_candidates(self, clf, genome):
        coarse = clf.scan(genome, stride=40)
        fine = clf.scan(genome, stride=40, refine={"stride": 5, "classes": ["a"]})
        place = {
            (int(r), int(s)): i
            for i, (r, s) in enumerate(zip(of_record(fine), fine.start, strict=True))
        }
        assert len(place) == len(fine.start) > len(coarse.start)  # each once
        for i, key in enumerate(zip(of_record(coarse), coarse.start, strict=True)):
            np.testing.assert_allclose(
                fine.values[:, place[int(key[0]), int(key[1])]], coarse.values[:, i], atol=1e-6
            )
        assert all(np.diff(fine.start[a:b]).min(initial=1) > 0 for a, b in bounds(fine))
        everything = clf.scan(genome, stride=1)
        at = {
            (int(r), int(s)): i
            for i, (r, s) in enumerate(zip(of_record(everything), everything.start, strict=True))
        }
        chosen = [at[key] for key in place]
        np.testing.assert_allclose(fine.values, everything.values[:, chosen], atol=1e-5)

    def test_where_nothing_is_interesting(self, clf, genome):
        coarse = clf.scan(genome, stride=40)
        assert_same(
            clf.scan(genome, stride=40, refine={"threshold": 0.999999, "classes": ["a"]}), coarse
        )

    def test_only_around_what_is_interesting(self):
        """A window of Ts among As is found by a network that counts Ts."""
        clf = SequenceClassifier(count_ts, 10, max_epochs=0).fit(["ACGT" * 5] * 2, ["no", "t"])
        text = "A" * 500 + "T" * 20 + "A" * 480
        fine = clf.scan([text], stride=20, refine=2, strands="forward")
        spacing = np.diff(fine.start)
        inside = (fine.start[:-1] >= 480) & (fine.start[1:] <= 520)
        assert set(spacing[inside].tolist()) == {2}
        assert set(spacing[fine.start[:-1] < 440].tolist()) == {20}


def count_ts(task):
    import keras

    x = keras.Input(task.input_shapes[0])
    count = keras.layers.GlobalAveragePooling1D()(x)
    kernel = np.array([[10, -10]] * 3 + [[-10, 10]], dtype="float32")
    dense = keras.layers.Dense(2, "softmax", kernel_initializer=keras.initializers.Constant(kernel))
    return keras.Model(x, dense(count))


def bounds(track):
    return zip(track.offsets[:-1], track.offsets[1:], strict=True)


def test_activations_of_a_layer(clf, genome):
    track = clf.scan(genome, stride=20, layer="pool_1")
    assert track.columns == ("unit_0", "unit_1", "unit_2")
    rows = [RECORDS["long"][s : s + 20] for s in range(0, 881, 20)]
    found = skdeepg.NetworkFeatures(frozen(clf), layer="pool_1").fit(rows).transform(rows)
    np.testing.assert_allclose(track.values[0, : len(rows)], found, atol=1e-6)


def frozen(estimator):
    from sklearn.frozen import FrozenEstimator

    return FrozenEstimator(estimator)


def test_a_note_on_strides_that_fit_the_pools(capsys):
    clf = SequenceClassifier(max_epochs=0).fit(["ACGT" * 150] * 2, ["a", "b"])
    clf.scan(["ACGT" * 150], stride=100, verbose=1)
    assert "stride=108 would be faster for this network than stride=100" in capsys.readouterr().err
    for quiet in ({"stride": 108, "verbose": 1}, {"stride": 100}):
        clf.scan(["ACGT" * 150], **quiet)
        assert "would be faster" not in capsys.readouterr().err


def test_many_windows_are_predicted_by_a_folded_network(clf, genome, monkeypatch):
    from skdeepg.estimators import row_answers

    read = read_sequences([genome]).by_record()
    expected = clf.predict_proba(read)
    monkeypatch.setattr(row_answers, "MANY_WINDOWS", 1)
    np.testing.assert_allclose(clf.predict_proba(read), expected, atol=1e-6)
    copy = joblib.load(dump(clf))
    copy.predict_proba(read)
    copy.partial_fit([RECORDS["long"]] * 2, ["a", "b"])
    changed = copy.predict_proba(read)
    assert np.abs(changed - expected).max() > 1e-4  # by the weights of now
    monkeypatch.undo()
    np.testing.assert_allclose(changed, copy.predict_proba(read), atol=1e-6)
