"""Where stretches and their targets are, and the context of single bases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skdeepg.sequences import FastaWindowTransformer, Vocabulary, read_sequences
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.stretches import (
    context_codes,
    last_places,
    middle_places,
    row_ends,
    target_positions,
    widen,
)

ACGT = Vocabulary("ACGT")
ONE_TARGET = ["next", "middle", "middle_cnn"]


@pytest.fixture
def several(write):
    """Three rows: a file of records AACCG, T and GGTA, a sequence ACG, a file of one record."""
    one = write(">a\nAACCG\n>b\nT\n>c\nGGTA\n", "one.fasta")
    other = write(">d\nTTTTTTC\n", "other.fasta")
    return read_sequences([one, "ACG", other])


def cut(rows, kind="next", window_length=4, **parameters):
    cutter = FastaWindowTransformer(window_length, **{"stride": 1, **parameters})
    windows = cutter.fit_transform(rows)
    return widen(windows, target_of(kind, window_length))


def target_of(kind, window_length=4):
    return LanguageTarget(kind, window_length, ACGT)


def positions_of(rows, kind="next", window_length=4, **parameters):
    stretches = cut(rows, kind, window_length, **parameters)
    repeats = stretches.cut.short == "repeat"
    return target_positions(stretches.grid(), target_of(kind, window_length), repeats)


class TestWiden:
    def test_stretches_are_longer_by_the_target_and_keep_the_stride(self):
        stretches = cut(["AACCGTA"], stride=2)
        assert (stretches.cut.window_length, stretches.cut.stride) == (5, 2)
        assert [ACGT.decode(row) for row in stretches.to_array()] == ["AACCG", "CCGTA"]

    def test_short_records_are_padded_to_the_stretch(self):
        assert [ACGT.decode(row) for row in cut(["ACGT", "AC"]).to_array()] == ["_ACGT", "___AC"]

    def test_records_without_room_for_the_target_are_errors_where_asked(self):
        assert len(cut(["ACGTA"], short="error")) == 1
        with pytest.raises(ValueError, match=r"1 records are shorter than window_length \+ 1=5"):
            cut(["ACGT"], short="error")

    def test_the_window_that_was_given_stays_as_it_is(self):
        windows = FastaWindowTransformer(4, stride=1).fit_transform(["AACCGTA"])
        widen(windows, target_of("next"))
        assert windows.cut.window_length == 4


class TestTargetPositions:
    def test_along_records(self, several):
        record, position = positions_of(several)
        # the records of 5, 1, 4, 3 and 7 bases have 1 stretch each and the last 3
        assert record.tolist() == [0, 1, 2, 3, 4, 4, 4]
        assert position.tolist() == [4, 0, 3, 2, 4, 5, 6]

    def test_in_the_middle(self, several):
        for kind in ("middle", "middle_cnn"):
            record, position = positions_of(several, kind)
            assert record.tolist() == [0, 1, 2, 3, 4, 4, 4]
            assert position.tolist() == [2, -2, 1, 0, 2, 3, 4]  # below 0: in the padding

    def test_in_the_middle_of_an_odd_window(self):
        assert positions_of(["AACCGTA"], "middle", 5)[1].tolist() == [3, 4]

    def test_strides_and_the_window_at_the_end(self):
        assert positions_of(["AACCGTACGT"], stride=3)[1].tolist() == [4, 7, 9]
        assert positions_of(["AACCGTACGT"], stride=3, tail="drop")[1].tolist() == [4, 7]

    def test_repeated_records(self):
        # ACA|C|A: the base at 4 of the stretch is that at 0 of the record
        record, position = positions_of(["AC", "A", "ACGTACG"], short="repeat")
        assert record.tolist() == [0, 1, 2, 2, 2]
        assert position.tolist() == [0, 0, 4, 5, 6]

    @pytest.mark.parametrize("kind", ONE_TARGET)
    @pytest.mark.parametrize("window_length", [2, 3, 7, 8])
    def test_the_shortest_record_that_has_a_target_and_others(self, kind, window_length):
        shortest = target_of(kind, window_length).shortest_record
        for length in range(1, window_length + 3):
            _, position = positions_of(["A" * length], kind, window_length)
            has_target = position[0] >= 0 and length > 1
            assert has_target == (length >= shortest)

    @pytest.mark.parametrize("short", ["pad", "repeat", "drop"])
    @pytest.mark.parametrize("kind", ONE_TARGET)
    @given(
        rows=st.lists(st.text("ACGTN", min_size=1, max_size=14), min_size=1, max_size=4),
        window_length=st.integers(2, 6),
        stride=st.integers(1, 4),
    )
    def test_the_target_is_the_base_at_that_place(self, kind, short, rows, window_length, stride):
        stretches = cut(rows, kind, window_length, stride=stride, short=short)
        target = target_of(kind, window_length)
        _, y = target.split(stretches.to_array())
        record, position = target_positions(stretches.grid(), target, short == "repeat")
        table = stretches.sequences.records()
        expected = [
            target.known(stretches.sequences.codes[table.start[i] + p]) if p >= 0 else -1
            for i, p in zip(record, position, strict=True)
        ]
        np.testing.assert_array_equal(y, expected)


class TestPlaces:
    def test_last(self, several):
        record, position = last_places(several)
        assert record.tolist() == [2, 3, 4]
        assert position.tolist() == [4, 3, 7]

    def test_middle(self, several):
        record, position = middle_places(several)
        # 10 bases: the base at 5 is T, the only one of record b; 3 bases: at 1; 7 bases: at 3
        assert record.tolist() == [1, 3, 4]
        assert position.tolist() == [0, 1, 3]

    def test_of_a_slice_in_another_order(self, several):
        chosen = several[[2, 0, 0]]
        assert [a.tolist() for a in last_places(chosen)] == [[0, 3, 6], [7, 4, 4]]
        assert [a.tolist() for a in middle_places(chosen)] == [[0, 2, 5], [3, 0, 0]]

    def test_of_a_row_of_one_base(self):
        rows = read_sequences(["A"])
        assert [a.tolist() for a in last_places(rows)] == [[0], [1]]
        assert [a.tolist() for a in middle_places(rows)] == [[0], [0]]

    def test_of_no_rows(self, several):
        for find in (last_places, middle_places):
            record, position = find(several[[]])
            assert len(record) == len(position) == 0

    @given(st.lists(st.text("ACGT", min_size=1, max_size=9), min_size=1, max_size=5))
    def test_middle_is_that_of_the_joined_records(self, records):
        rows = read_sequences(["G" * 3, "".join(records)])
        record, position = middle_places(rows)
        text = rows.sequence(1)
        start = rows.records().start[record[1]]
        assert ACGT.decode(rows.codes[start + position[1] :][:1]) == text[len(text) // 2]


class TestContext:
    def context(self, rows, record, position, kind="next", window_length=4):
        places = np.array(record), np.array(position)
        target = target_of(kind, window_length)
        codes = context_codes(rows, rows.records(), *places, target)
        assert codes.dtype == np.uint8
        return [ACGT.decode(row) for row in codes]

    def test_inside_and_at_the_ends_of_a_record(self):
        rows = read_sequences(["GGG", "AACCGTA", "TTT"])
        found = self.context(rows, [1, 1, 1, 1], [0, 2, 5, 7])
        assert found == ["____A", "__AAC", "ACCGT", "CGTA_"]

    def test_around_the_target(self):
        rows = read_sequences(["GGG", "AACCGTA", "TTT"])
        found = self.context(rows, [1, 1, 1], [0, 3, 6], "middle")
        assert found == ["__AAC", "ACCGT", "GTA__"]
        assert self.context(rows, [1, 1], [0, 6], "middle_cnn", 5) == ["___AAC", "CGTA__"]

    def test_never_of_other_records(self, several):
        found = self.context(several, [0, 1, 1, 2], [5, 0, 1, 0], "middle")
        assert found == ["CG___", "__T__", "_T___", "__GGT"]

    def test_at_the_very_ends_of_the_buffer(self):
        rows = read_sequences(["AC", "GT"])
        assert self.context(rows, [0, 1], [0, 2], "next") == ["____A", "__GT_"]
        assert self.context(rows, [0, 1], [0, 1], "middle") == ["__AC_", "_GT__"]

    def test_of_a_slice(self, several):
        assert self.context(several[[1]], [0], [3]) == ["_ACG_"]

    @given(st.text("ACGTN", min_size=5, max_size=12), st.sampled_from(ONE_TARGET))
    def test_is_the_stretch_of_training_where_there_is_one(self, row, kind):
        stretches, target = cut([row], kind), target_of(kind)
        record, position = target_positions(stretches.grid(), target, repeats=False)
        rows = stretches.sequences
        codes = context_codes(rows, rows.records(), record, position, target)
        np.testing.assert_array_equal(codes, stretches.to_array())


class TestRowEnds:
    def test_last_bases_padded_on_the_right(self, several):
        codes, length = row_ends(several, 5)
        assert [ACGT.decode(row) for row in codes] == ["GGTA_", "ACG__", "TTTTC"]
        assert length.tolist() == [4, 3, 5]

    def test_of_no_rows(self, several):
        codes, length = row_ends(several[[]], 5)
        assert (codes.shape, length.shape) == ((0, 5), (0,))
