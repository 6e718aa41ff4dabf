"""Paired reads: a row is two files or two sequences, and a pair makes one window."""

import warnings

import numpy as np
import pytest
from Bio.Seq import Seq
from Bio.SeqRecord import SeqRecord
from sklearn.model_selection import cross_val_predict, train_test_split

from skdeepg import (
    FastaWindowTransformer,
    KmerVectorizer,
    SequenceClassifier,
    SequenceLanguageModel,
    cut_windows,
)
from skdeepg.exceptions import LostDataWarning
from skdeepg.sequences import read_sequences
from tests.toys import coin_sequences, linear_network


def texts(windows):
    return [windows.vocabulary.decode(codes) for codes in windows.to_array()]


def cut(X, window_length=8, **options):
    return FastaWindowTransformer(window_length, **options).fit_transform(X)


@pytest.fixture
def files(write):
    """Two pairs of files, of two reads and of one."""
    return [
        (
            write("@a/1\nAACC\n+\nIIII\n@b/1\nGGTT\n+\n+5I!\n", "x_R1.fastq"),
            write("@a/2\nACGT\n+\nIIII\n@b/2\nTTTT\n+\nIIII\n", "x_R2.fastq"),
        ),
        (
            write(">c 1:N:0\nCCCC\n", "y_R1.fasta"),
            write(">c 2:N:0\nGAGA\n", "y_R2.fasta"),
        ),
    ]


@pytest.fixture(params=[False, True], ids=["in memory", "cached"])
def memory(request, tmp_path):
    return tmp_path / "cache" if request.param else None


def test_reads_of_one_number_are_joined(files, memory):
    windows = cut(files, memory=memory)
    assert texts(windows) == ["AACCACGT", "GGTTTTTT", "CCCCGAGA"]
    assert windows.groups.tolist() == [0, 0, 1]
    assert windows.sequences.names.tolist() == ["x_R1.fastq", "y_R1.fasta"]
    assert windows.coordinates()["record"].tolist() == ["a/1", "b/1", "c"]
    assert texts(windows[[1]]) == ["CCCCGAGA"]
    assert windows.sequences.pair_length == 8


def test_pairs_of_sequences():
    records = (SeqRecord(Seq("ACGT"), "a"), SeqRecord(Seq("TTTT"), "b"))
    assert texts(cut([("AACC", b"ggtt"), (Seq("NNNN"), "ACGT"), records])) == [
        "AACCGGTT",
        "NNNNACGT",
        "ACGTTTTT",
    ]


@pytest.mark.parametrize(
    ("short", "expected"),
    [("pad", ["__AC_GGT", "AACCTTTT"]), ("repeat", ["ACACGGTG", "AACCTTTT"])],
)
def test_each_read_is_brought_to_half_a_window(short, expected, memory, write):
    pairs = [
        (write(">a\nAC\n>b\nAACCG\n", "1.fasta"), write(">a\nGGT\n>b\nTTTTC\n", "2.fasta")),
    ]
    with pytest.warns(LostDataWarning) as caught:
        assert texts(cut(pairs, short=short, memory=memory)) == expected
    assert "1 of 2 reads are longer than half a window of 8 bases (the longest has 5)" in str(
        caught[0].message
    )


def test_of_an_odd_window_the_first_read_gets_more():
    assert texts(cut([("AACC", "GGT")], 7)) == ["AACCGGT"]


def test_no_warning_if_reads_fit():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cut([("AACC", "GG")])


def test_qualities_stay_with_their_bases(files, memory):
    windows = cut(files[:1], quality=True, memory=memory)
    vectors = windows.symbol_table()[windows.to_array()]
    np.testing.assert_allclose(vectors[1, :3].max(axis=1), [0.9, 0.99, 0.9999], rtol=1e-6)
    np.testing.assert_allclose(vectors[1, 3], [1 / 3, 1 / 3, 1 / 3, 0], rtol=1e-6)
    np.testing.assert_allclose(vectors[:, 4:].max(axis=2), 0.9999, rtol=1e-6)


def test_other_strand_is_that_of_the_joined_window(files):
    assert texts(cut(files[1:]).reverse_complement()) == ["TCTCGGGG"]


def test_pairs_are_rows_of_estimators_and_of_model_selection(tmp_path):
    rows, y = coin_sequences(24, seed=3, shortest=8, longest=8)
    pairs = [(row[:4], row[4:]) for row in rows]
    model = SequenceClassifier(linear_network, 8, max_epochs=3, random_state=0)
    windows = FastaWindowTransformer(8, stride=8, random_offset=False)
    of_pairs = model.set_params(windows=windows).fit(pairs, y).predict_proba(pairs)
    np.testing.assert_array_equal(of_pairs, model.fit(rows, y).predict_proba(rows))
    assert len(cross_val_predict(model, pairs, y, cv=2)) == len(rows)
    train, test, y_train, _ = train_test_split(pairs, y, random_state=0)
    assert len(model.fit(train, y_train).predict(test)) == len(test)
    assert cut_windows(pairs, windows=8)[0].shape == (24, 8)


class TestErrors:
    """Rows that are no pairs, or not for pairs."""

    def test_different_numbers_of_reads(self, files, write, memory):
        longer = write(">c\nCCCC\n>d\nA\n", "z.fasta")
        with pytest.raises(ValueError, match=r"row 1 are no pair: z\.fasta has 2 reads.*has 1\."):
            cut([files[0], (longer, files[1][1])], memory=memory)

    def test_different_names(self, files, write):
        other = write(">a/2\nACGT\n>c/2\nTTTT\n", "other.fasta")
        with pytest.raises(ValueError, match=r"read 1 .* is 'b/1' in .*R1.* 'c/2' in .*other"):
            cut([files[1], (files[0][0], other)])

    @pytest.mark.parametrize("other", ["ACGT", ("ACGT",), ("A", "C", "G"), ("A", 1)])
    def test_not_all_are_pairs(self, other):
        with pytest.raises(ValueError, match="Row 1 of X .* where other rows are pairs"):
            cut([("ACGT", "ACGT"), other])

    def test_short_reads(self):
        with pytest.raises(ValueError, match=r"1 reads are shorter than half a window \(4 bases\)"):
            cut([("ACGT", "ACGT"), ("ACGT", "AC")], short="error")
        with pytest.raises(ValueError, match="short='drop' is not for pairs"):
            cut([("ACGT", "ACGT")], short="drop")

    def test_window_without_room(self):
        with pytest.raises(ValueError, match="window_length=1 has no room"):
            cut([("A", "C")], 1)

    def test_other_window_length(self):
        windows = cut([("ACGT", "ACGT")])
        with pytest.raises(ValueError, match="joined for windows of 8 bases, not 6"):
            FastaWindowTransformer(6).fit(windows)

    def test_where_there_are_no_windows(self):
        with pytest.raises(TypeError, match="Row 0 of X is a pair of reads"):
            read_sequences([("ACGT", "ACGT")])
        with pytest.raises(TypeError, match="Row 0 of X is a pair of reads"):
            KmerVectorizer(2).fit_transform([("ACGT", "ACGT")])

    def test_language_models(self):
        model = SequenceLanguageModel(windows=8, max_epochs=1)
        with pytest.raises(ValueError, match="Pairs of reads are for classifiers"):
            model.fit([("ACGT", "ACGT")] * 4)
