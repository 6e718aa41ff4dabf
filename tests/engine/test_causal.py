"""Causal networks along records: pieces give what one pass over the whole record gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skdeepg.engine import causal
from skdeepg.engine.causal import (
    CausalForward,
    answer_ends,
    lay_pieces,
    mean_of_rows,
    score_records,
)
from skdeepg.engine.compiled import Encoder
from skdeepg.sequences import read_sequences
from tests.toys import causal_network, random_sequences

TABLE = np.vstack([np.eye(4), np.full((1, 4), 0.25), np.zeros((1, 4))]).astype(np.float32)
REACH = 7  # bases that an output of the toy network depends on


def forward_of(length=None, reach=REACH):
    return CausalForward(causal_network(length, reach), Encoder(TABLE))


@pytest.fixture(scope="module")
def forward():
    return forward_of()


class Recorder:
    """Notes the shape of every call."""

    def __init__(self, forward):
        self._forward = forward
        self.fixed_length = forward.fixed_length
        self.shapes, self.fast = [], []

    def __call__(self, codes, fast=False):
        self.shapes.append(codes.shape)
        self.fast.append(fast)
        return self._forward(codes, fast)


def scores_of(forward, rows, context=REACH - 1):
    """Give row, record, position, true and probabilities of all bases, each as one array."""
    blocks = list(score_records(forward, rows, context))
    names = ("row", "record", "position", "true", "probabilities")
    return [np.concatenate([getattr(block, name) for block in blocks]) for name in names]


def assert_is_one_pass(forward, whole, rows, context=REACH - 1):
    """Compare with the whole record in one call of a network of open length."""
    row, record, position, true, probabilities = scores_of(forward, rows, context)
    table = rows.records()
    expected = []
    for i, (start, end) in enumerate(zip(table.start, table.end, strict=True)):
        codes = rows.codes[start:end]
        mine = record == i
        np.testing.assert_array_equal(position[mine], np.arange(1, end - start))
        np.testing.assert_array_equal(true[mine], codes[1:])
        assert (row[mine] == table.row[i]).all()
        expected.append(whole(codes[np.newaxis])[0, :-1])
    np.testing.assert_allclose(probabilities, np.concatenate(expected), rtol=1e-5, atol=1e-6)
    assert (np.diff(record) >= 0).all()


LENGTHS = [1, 2, 300, 17, 16, 1, 65, 8, 33, 128, 15, 3]


@pytest.fixture
def several(tmp_path):
    """Sequences of many lengths, and a file of records of 1, 40 and 2 bases."""
    records = random_sequences([1, 40, 2], seed=1)
    path = tmp_path / "records.fasta"
    path.write_text("".join(f">{i}\n{record}\n" for i, record in enumerate(records)))
    return read_sequences([*random_sequences(LENGTHS, letters="ACGTN"), path])


class TestPieces:
    def test_by_hand(self):
        pieces = lay_pieces(np.array([5, 0, 8]), context=3, piece_length=4)
        assert pieces.record.tolist() == [0, 0, 2, 2]
        assert pieces.begin.tolist() == [0, 1, 0, 1]
        assert pieces.first.tolist() == [0, 4, 0, 4]
        assert pieces.last.tolist() == [4, 5, 4, 8]
        assert pieces.length.tolist() == [4, 4, 4, 7]

    @given(
        n_outputs=st.lists(st.integers(0, 40), max_size=6),
        context=st.integers(0, 12),
        piece_length=st.integers(1, 15),
    )
    def test_each_output_once_and_with_its_context(self, n_outputs, context, piece_length):
        pieces = lay_pieces(np.array(n_outputs, dtype=np.int64), context, piece_length)
        covered = [
            (record, place)
            for record, first, last in zip(pieces.record, pieces.first, pieces.last, strict=True)
            for place in range(first, last)
        ]
        assert covered == [(i, place) for i, n in enumerate(n_outputs) for place in range(n)]
        assert (pieces.begin == np.maximum(pieces.first - context, 0)).all()
        assert (pieces.last - pieces.first <= piece_length).all()


class TestScores:
    def test_records_of_many_lengths(self, forward, several):
        assert_is_one_pass(forward, forward, several)

    @pytest.mark.parametrize(("piece", "call"), [(16, 64), (16, 1), (1, 40), (7, 10_000)])
    def test_short_pieces(self, forward, several, monkeypatch, piece, call):
        monkeypatch.setattr(causal, "BASES_PER_CALL", call)
        monkeypatch.setattr(causal, "_sizes", lambda context, fixed: (context, piece))
        assert_is_one_pass(forward, forward, several)

    def test_too_little_context_would_show(self, forward, several, monkeypatch):
        monkeypatch.setattr(causal, "_sizes", lambda context, fixed: (context, 16))
        with pytest.raises(AssertionError, match="Not equal to tolerance"):
            assert_is_one_pass(forward, forward, several, context=REACH - 2)

    def test_pieces_of_the_real_length(self, forward):
        rows = read_sequences(random_sequences([40_000, 10, 16_385]))
        recorder = Recorder(forward)
        assert_is_one_pass(recorder, forward, rows)
        assert max(shape[1] for shape in recorder.shapes) == causal.PIECE_LENGTH + REACH - 1
        assert not any(recorder.fast)

    def test_compiled_by_xla_in_one_shape(self, forward, monkeypatch):
        monkeypatch.setattr(causal, "BASES_WORTH_XLA", 100)
        monkeypatch.setattr(causal, "BASES_PER_CALL", 100)
        monkeypatch.setattr(causal, "_sizes", lambda context, fixed: (context, 20))
        rows = read_sequences(random_sequences([300, 240, 2]))
        recorder = Recorder(forward)
        assert_is_one_pass(recorder, forward, rows)
        assert all(recorder.fast)
        assert set(recorder.shapes) == {(100 // (20 + REACH - 1), 20 + REACH - 1)}

    def test_no_constant_shape_where_most_of_it_would_be_padding(self, forward, monkeypatch):
        monkeypatch.setattr(causal, "BASES_WORTH_XLA", 100)
        recorder = Recorder(forward)
        rows = read_sequences(random_sequences([200] + [3] * 50))
        assert_is_one_pass(recorder, forward, rows)
        assert not any(recorder.fast)

    @pytest.mark.parametrize("length", [13, 14, 30])
    def test_a_network_of_fixed_length(self, several, length):
        """Half of its length is enough for all of the context."""
        fixed, whole = forward_of(length), forward_of()
        assert fixed.fixed_length == length
        assert_is_one_pass(fixed, whole, several)

    def test_a_network_of_fixed_length_has_at_least_half_of_it_as_context(self):
        rows = read_sequences(random_sequences([50]))
        _, _, position, _, probabilities = scores_of(forward_of(10, reach=9), rows, context=8)
        whole = forward_of(reach=9)
        assert position.tolist() == list(range(1, 50))
        for place in (0, 3, 4, 5, 9, 10, 14, 30):
            # the first output of a later piece sees 5 bases before its own
            piece = place // 5
            begin = max(5 * piece - 5, 0)
            codes = rows.codes[np.newaxis, begin : place + 1]
            np.testing.assert_allclose(probabilities[place], whole(codes)[0, -1], rtol=1e-5)

    @pytest.mark.parametrize("length", [None, 30])
    def test_calls_are_bounded_and_full(self, monkeypatch, length):
        monkeypatch.setattr(causal, "BASES_PER_CALL", 150)
        monkeypatch.setattr(causal, "_sizes", lambda context, fixed: (context, 24))
        recorder = Recorder(forward_of(length))
        rows = read_sequences(random_sequences([5] * 60 + [200, 100] + [9] * 10))
        assert_is_one_pass(recorder, forward_of(), rows)
        sizes = [n_rows * width for n_rows, width in recorder.shapes]
        assert max(sizes) <= 150
        assert np.mean(sizes) > 100

    def test_a_long_context_has_pieces_that_are_worth_it(self):
        context, piece = causal._sizes(5_000, None)
        assert piece >= 16 * context

    def test_records_of_one_base_have_nothing_to_score(self, forward):
        assert list(score_records(forward, read_sequences(["A", "C"]), REACH - 1)) == []

    def test_no_rows(self, forward, several):
        assert list(score_records(forward, several[[]], REACH - 1)) == []

    def test_a_slice_in_another_order(self, forward, several):
        assert_is_one_pass(forward, forward, several[[-1, 2, 2, 0]])


class TestMeans:
    @pytest.mark.parametrize("length", [None, 16])
    def test_over_all_bases_of_a_row(self, several, monkeypatch, length):
        monkeypatch.setattr(causal, "BASES_PER_CALL", 100)
        whole = forward_of()
        found = mean_of_rows(forward_of(length), several, REACH - 1, 4)
        table = several.records()
        outputs = [
            whole(several.codes[np.newaxis, a:b])[0]
            for a, b in zip(table.start, table.end, strict=True)
        ]
        expected = [
            np.concatenate([outputs[i] for i in np.flatnonzero(table.row == row)]).mean(axis=0)
            for row in range(len(several))
        ]
        np.testing.assert_allclose(found, expected, rtol=1e-5)
        assert found.dtype == np.float32

    def test_a_row_in_several_pieces_and_calls(self, forward, monkeypatch):
        rows = read_sequences(random_sequences([3, 200, 5]))
        expected = mean_of_rows(forward, rows, REACH - 1, 4)
        monkeypatch.setattr(causal, "_sizes", lambda context, fixed: (context, 9))
        monkeypatch.setattr(causal, "BASES_PER_CALL", 40)
        np.testing.assert_allclose(mean_of_rows(forward, rows, REACH - 1, 4), expected, rtol=1e-5)

    def test_no_rows(self, forward, several):
        assert mean_of_rows(forward, several[[]], REACH - 1, 4).shape == (0, 4)


class TestEnds:
    @pytest.mark.parametrize("call", [131_072, 30, 1])
    def test_are_the_last_outputs_of_a_whole_pass(self, forward, monkeypatch, call):
        monkeypatch.setattr(causal, "BASES_PER_CALL", call)
        length = np.array([12, 1, 5, 11])
        codes = np.full((4, 12), 5, dtype=np.uint8)
        for row, n_bases in enumerate(length):
            codes[row, :n_bases] = np.random.default_rng(row).integers(0, 5, n_bases)
        found = answer_ends(forward, codes, length)
        expected = [forward(codes[i : i + 1, :n])[0, -1] for i, n in enumerate(length)]
        np.testing.assert_allclose(found, expected, rtol=1e-5)

    def test_no_rows(self, forward):
        found = answer_ends(forward, np.zeros((0, 6), dtype=np.uint8), np.zeros(0, dtype=np.int64))
        assert found.shape == (0, 4)
