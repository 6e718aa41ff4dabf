"""Whole collections: their other strand, their letters, tables of codes without padding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skdeepg.sequences import FastaWindowTransformer, Vocabulary, read_sequences
from skdeepg.sequences.code_rows import sequences_from_padded_codes

ACGT = Vocabulary("ACGT")


@pytest.fixture
def several(write):
    """A file of records AACCG and T, a sequence ACG, a file of one record."""
    one = write(">a\nAACCG\n>b\nT\n", "one.fasta")
    return read_sequences([one, "ACG", write(">d\nTTTTNTC\n", "other.fasta")])


def records_of(X):
    table = X.records()
    bounds = zip(table.start, table.end, strict=True)
    return [X.vocabulary.decode(X.codes[start:end]) for start, end in bounds]


class TestReverseComplement:
    def test_of_each_record_in_its_place(self, several):
        other = several.reverse_complement()
        assert records_of(other) == ["CGGTT", "A", "CGT", "GANAAAA"]
        for name in ("row", "length", "name", "file"):
            one, two = (getattr(X.records(), name).tolist() for X in (several, other))
            assert one == two
        assert other.names.tolist() == several.names.tolist()
        assert records_of(several) == ["AACCG", "T", "ACG", "TTTTNTC"]

    def test_of_a_slice_in_another_order(self, several):
        assert records_of(several[[2, 0, 0]].reverse_complement()) == [
            *["GANAAAA", "CGGTT", "A", "CGGTT", "A"]
        ]
        assert len(several[[]].reverse_complement()) == 0

    @given(st.lists(st.text("ACGTN", min_size=1, max_size=20), min_size=1, max_size=5))
    def test_twice_is_the_same(self, rows):
        X = read_sequences(rows)
        assert records_of(X.reverse_complement().reverse_complement()) == rows

    def test_windows_are_cut_alike(self, several):
        windows = FastaWindowTransformer(3, stride=2).fit_transform(several)
        other = windows.reverse_complement()
        assert other.cut == windows.cut
        expected = FastaWindowTransformer(3, stride=2).fit_transform(several.reverse_complement())
        np.testing.assert_array_equal(other.to_array(), expected.to_array())

    def test_of_letters_without_a_complement(self):
        X = read_sequences(["MKV"], "ACDEFGHIKLMNPQRSTVWY")
        with pytest.raises(ValueError, match="has no reverse complement"):
            X.reverse_complement()


class TestCountLetters:
    def test_of_all_rows(self, several):
        assert several.count_letters().tolist() == [3, 4, 2, 6]
        assert several[[1, 1]].count_letters().tolist() == [2, 2, 2, 0]
        assert several[[]].count_letters().tolist() == [0, 0, 0, 0]

    @given(st.lists(st.text("ACGTN", min_size=1, max_size=20), min_size=1, max_size=5))
    def test_are_those_of_the_text(self, rows):
        text = "".join(rows)
        counts = read_sequences(rows).count_letters()
        assert counts.tolist() == [text.count(letter) for letter in "ACGT"]


class TestPaddedCodes:
    def test_records_begin_with_their_first_base(self):
        codes = np.array([[5, 5, 0, 1], [0, 1, 2, 4], [3, 5, 5, 5]], dtype=np.uint8)
        X = sequences_from_padded_codes(codes, ACGT)
        assert records_of(X) == ["AC", "ACGN", "T"]
        assert X.names.tolist() == ["0", "1", "2"]
        assert codes[0, 0] == 5

    def test_a_row_of_padding_stays_a_row(self):
        X = sequences_from_padded_codes(np.full((2, 3), 5, dtype=np.uint8), ACGT)
        assert records_of(X) == ["_", "_"]

    @given(st.lists(st.text("ACGTN", min_size=1, max_size=9), min_size=1, max_size=5))
    def test_undo_padding(self, rows):
        codes = FastaWindowTransformer(9).fit_transform(rows).to_array()
        assert records_of(sequences_from_padded_codes(codes, ACGT)) == rows
