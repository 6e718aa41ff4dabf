"""KmerVectorizer: counts with known answers, laws, files read in pieces, parameters and errors."""

from __future__ import annotations

import gzip
import re
import tracemalloc
from collections import Counter

import numpy as np
import pytest
from Bio.Seq import Seq
from Bio.SeqRecord import SeqRecord
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from skdeepg import FastaWindowTransformer, KmerVectorizer
from skdeepg.exceptions import InvalidLetterError, InvalidSequenceFileError, LostDataWarning
from skdeepg.sequences import Sequences, Vocabulary, kmer_counts, read_sequences
from skdeepg.sequences.builder import SequencesBuilder
from tests.toys import random_sequences

DNA = Vocabulary("ACGT")


def counts(X, **parameters) -> list[dict[str, int]]:
    """Count; give the k-mers of each row that occur."""
    vectorizer = KmerVectorizer(**parameters)
    names = vectorizer.get_feature_names_out()
    table = vectorizer.transform(X).toarray()
    return [{names[i]: int(row[i]) for i in np.flatnonzero(row)} for row in table]


def expected_counts(records: list[str], pattern: str, canonical: bool) -> dict[str, int]:
    """Count one by one, on strings."""
    found: Counter[str] = Counter()
    for record in records:
        for start in range(len(record) - len(pattern) + 1):
            stretch = record[start : start + len(pattern)]
            word = "".join(a if b == "1" else "." for a, b in zip(stretch, pattern, strict=True))
            if set(word) <= set("ACGT."):
                found[min(word, DNA.reverse_complement(word)) if canonical else word] += 1
    return dict(found)


def as_rows(rows: list[list[str]]) -> Sequences:
    """Make rows of several records each."""
    builder = SequencesBuilder(DNA)
    for number, records in enumerate(rows):
        for record in records:
            builder.add_record(record, "record", "", "a test")
        builder.end_row(str(number))
    return builder.build()


class TestKnownAnswers:
    @pytest.mark.parametrize(
        ("sequence", "k", "expected"),
        [
            ("ACGTN", 1, {"A": 2, "C": 2}),
            ("ACGT", 2, {"AC": 2, "CG": 1}),
            ("AAATTT", 3, {"AAA": 2, "AAT": 2}),
            ("ACGTACGT", 4, {"ACGT": 2, "CGTA": 2, "GTAC": 1}),
            ("GGGGGG", 6, {"CCCCCC": 1}),
            ("ACGT", 5, {}),
        ],
    )
    @pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning")
    def test_both_strands_together(self, sequence, k, expected):
        assert counts([sequence], k=k) == [expected]

    def test_one_strand(self):
        assert counts(["ACGTAC"], k=2, canonical=False) == [{"AC": 2, "CG": 1, "GT": 1, "TA": 1}]

    @pytest.mark.parametrize(("k", "n"), [(1, 2), (2, 10), (3, 32), (4, 136), (5, 512), (6, 2080)])
    def test_number_of_columns(self, k, n):
        names = KmerVectorizer(k=k).get_feature_names_out()
        assert len(names) == n
        assert names.tolist() == sorted(set(names))
        assert all(name <= DNA.reverse_complement(name) for name in names)
        assert KmerVectorizer(k=k).transform(["ACGTACGT"]).shape == (1, n)

    def test_names(self):
        names = KmerVectorizer(k=2).get_feature_names_out()
        assert names.tolist() == ["AA", "AC", "AG", "AT", "CA", "CC", "CG", "GA", "GC", "TA"]
        assert names.dtype == object
        one_strand = KmerVectorizer(k=2, canonical=False).get_feature_names_out()
        assert one_strand.tolist() == [a + b for a in "ACGT" for b in "ACGT"]

    def test_letters(self):
        same = ["acgtt", "ACGUU", b"ACGTT", Seq("ACGTT"), SeqRecord(Seq("ACGTT"))]
        assert counts(same, k=3) == [{"ACG": 2, "AAC": 1}] * 5

    @pytest.mark.parametrize("letter", ["N", "R", "-", ".", "n"])
    def test_kmers_over_other_letters_are_skipped(self, letter):
        assert counts([f"AC{letter}GT{letter}A{letter}{letter}CCC"], k=2) == [{"AC": 2, "CC": 2}]

    def test_spaced_seeds(self):
        assert counts(["ACGT"], pattern="101", canonical=False) == [{"A.G": 1, "C.T": 1}]
        assert counts(["ACGT"], pattern="101") == [{"A.G": 2}]
        assert counts(["ACGTT"], pattern="1101", canonical=False) == [{"AC.T": 1, "CG.T": 1}]
        # stretches TTTAACC, TTAACCC and TAACCCG
        found = counts(["TTTAACCCG"], pattern="1101011", canonical=False)
        assert found == [{"TT.A.CC": 2, "TA.C.CG": 1}]

    def test_letters_at_the_zeros_may_be_any(self):
        assert counts(["ANG-A"], pattern="101", canonical=False) == [{"A.G": 1, "G.A": 1}]

    def test_records_do_not_run_into_each_other(self, write):
        path = write(">a\nAC\n>b\nGT\n")
        expected = [{"AC": 2}]
        assert counts([path], k=2) == expected
        assert counts(read_sequences([path]), k=2) == expected

    def test_codes(self):
        codes = np.array([[5, 5, 0, 1, 2, 3], [0, 1, 4, 2, 3, 5]])
        assert counts(codes, k=2) == [{"AC": 2, "CG": 1}, {"AC": 2}]

    def test_windows_count_the_bases_of_a_row_once(self):
        windows = FastaWindowTransformer(window_length=4, stride=1).fit_transform(["ACGTAC", "GG"])
        assert counts(windows, k=2) == counts(["ACGTAC", "GG"], k=2)

    def test_other_vocabularies(self):
        assert counts(["ACGU"], k=2, vocabulary="ACGU") == [{"AC": 2, "CG": 1}]
        assert counts(["LPXPL"], k=2, vocabulary="LP", canonical=False) == [{"LP": 1, "PL": 1}]
        # by the order of the vocabulary, T before A
        assert KmerVectorizer(k=1, vocabulary="TCAG").get_feature_names_out().tolist() == ["T", "C"]
        assert counts(["ANNT"], k=3, vocabulary="ACGTN") == [{"ANN": 2}]

    def test_twelve_letters(self):
        row = random_sequences([2_000])[0]
        matrix = KmerVectorizer(k=12, canonical=False).transform([row, row[:100]])
        number = [int(w.translate(str.maketrans("ACGT", "0123")), 4) for w in words(row, 12)]
        assert matrix.shape == (2, 4**12)
        assert matrix[[0]].indices.tolist() == sorted(set(number))
        assert matrix[[1]].indices.tolist() == sorted(set(number[:89]))

    def test_twelve_letters_of_both_strands(self):
        rows = random_sequences([150] * 600)
        X = [*rows, *(DNA.reverse_complement(row) for row in rows)]
        matrix = KmerVectorizer(k=12).transform(X)
        assert matrix.shape == (1200, (4**12 + 4**6) // 2)
        assert (matrix[:600] != matrix[600:]).nnz == 0
        assert matrix.sum() == 1200 * 139


def words(sequence: str, k: int) -> list[str]:
    return [sequence[start : start + k] for start in range(len(sequence) - k + 1)]


class TestAsCountVectorizer:
    @pytest.mark.parametrize("k", [1, 4, 6])
    def test_equal_counts(self, k):
        rows = random_sequences([3_000, 20, 150, 150, 70_000, 6])
        peer = CountVectorizer(analyzer="char", ngram_range=(k, k), lowercase=False)
        expected = peer.fit_transform(rows)
        ours = KmerVectorizer(k=k, canonical=False, dtype=np.int64)
        found = ours.fit_transform(rows)
        assert set(peer.vocabulary_) == set(ours.get_feature_names_out())
        assert found.dtype == expected.dtype
        assert (found != expected).nnz == 0
        assert found.sum() == expected.sum() == sum(len(row) - k + 1 for row in rows)


LETTERS = st.text(alphabet="ACGTN", min_size=1, max_size=60)
ROWS = st.lists(st.lists(LETTERS, min_size=1, max_size=4), min_size=1, max_size=8)
PATTERNS = st.sampled_from(["1", "11", "111", "1111", "11111", "101", "11011", "1001001"])


@pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning")
class TestLaws:
    @given(ROWS, PATTERNS, st.booleans())
    def test_as_counted_one_by_one(self, rows, pattern, canonical):
        expected = [expected_counts(records, pattern, canonical) for records in rows]
        assert counts(as_rows(rows), pattern=pattern, canonical=canonical) == expected

    @given(ROWS, PATTERNS, st.integers(1, 50), st.sampled_from([0, 4, 1000]), st.booleans())
    def test_borders_of_chunks_and_ways_to_count_make_no_difference(
        self, rows, pattern, chunk, spare, side_by_side
    ):
        vectorizer = KmerVectorizer(pattern=pattern)
        firsts = [records[0] for records in rows]
        expected = [vectorizer.transform(X).toarray() for X in (as_rows(rows), firsts)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(kmer_counts, "CHUNK", chunk)
            patch.setattr(kmer_counts, "MOST_SPARE", spare)
            patch.setattr(kmer_counts, "MOST_PADDING", 1000 if side_by_side else 0)
            found = [vectorizer.transform(X) for X in (as_rows(rows), firsts)]
        for one, other in zip(found, expected, strict=True):
            assert one.toarray().tolist() == other.tolist()
            assert one.has_canonical_format
            assert (one.data > 0).all()

    @given(LETTERS, PATTERNS)
    def test_strands_have_equal_counts(self, sequence, pattern):
        one, other = counts([sequence, DNA.reverse_complement(sequence)], pattern=pattern)
        assert one == other

    @given(LETTERS, st.integers(1, 6), st.booleans())
    def test_all_clean_kmers_count(self, sequence, k, canonical):
        clean = sum(max(len(run) - k + 1, 0) for run in re.findall("[ACGT]+", sequence))
        assert sum(counts([sequence], k=k, canonical=canonical)[0].values()) == clean

    @given(st.lists(LETTERS, min_size=1, max_size=6), st.integers(1, 5))
    def test_counts_of_records_add_up(self, records, k):
        vectorizer = KmerVectorizer(k=k)
        together = vectorizer.transform(as_rows([records])).toarray()[0]
        alone = vectorizer.transform(records).toarray()
        assert together.tolist() == alone.sum(axis=0).tolist()

    @given(st.lists(LETTERS, min_size=1, max_size=12), st.data())
    def test_chosen_rows(self, rows, data):
        X = read_sequences(rows)
        chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=9))
        all_rows = counts(X, k=2)
        assert counts(X[chosen], k=2) == [all_rows[row] for row in chosen]


class TestFiles:
    """Pieces are of 7 letters here, so that every border is met."""

    @pytest.fixture(autouse=True)
    def small_chunks(self, monkeypatch):
        monkeypatch.setattr(kmer_counts, "CHUNK", 7)

    SEQUENCES = random_sequences([50, 3, 7, 14, 21, 100])

    def fasta(self, width: int, end: str = "\n") -> str:
        lines = []
        for number, sequence in enumerate(self.SEQUENCES):
            lines.append(f">r{number} a header longer than a piece")
            lines += [sequence[i : i + width] for i in range(0, len(sequence), width)]
        return end.join(lines) + end

    @pytest.mark.parametrize("width", [1, 5, 7, 60, 1000])
    @pytest.mark.parametrize("end", ["\n", "\r\n", " \n\n"])
    @pytest.mark.parametrize("compress", [False, True])
    def test_a_file_counts_as_its_records(self, write, width, end, compress):
        path = write(self.fasta(width, end), compress=compress)
        expected = [expected_counts(self.SEQUENCES, "111", canonical=True)]
        assert counts([path], k=3) == expected
        assert counts([str(path)], k=3, input="filename") == expected

    def test_no_newline_at_the_end(self, write):
        assert counts([write(">a\nACGTACGTAC")], k=2) == counts(["ACGTACGTAC"], k=2)

    def test_fastq(self, write):
        text = "".join(f"@r\n{row}\n+\n{'>' * len(row)}\n" for row in self.SEQUENCES)
        expected = [expected_counts(self.SEQUENCES, "111", canonical=True)]
        assert counts([write(text, "reads.fastq")], k=3) == expected

    def test_rows_keep_their_order_among_strings(self, write):
        path = write(">a\nCCCCCCCCCC\n")
        found = counts(["AAAA", "AAA", path, "AA", b"AAAAA", path, "AAAAAAAAAA"], k=2)
        assert found == [
            {"AA": 3},
            {"AA": 2},
            {"CC": 9},
            {"AA": 1},
            {"AA": 4},
            {"CC": 9},
            {"AA": 9},
        ]

    def test_invalid_letters_are_found_in_place(self, write):
        path = write(f">a\nACGT\n>b one\n{'ACGTA' * 10}AC!T\n")
        with pytest.raises(
            InvalidLetterError, match=r"'!' at position 52 .* record 'b' of .*reads"
        ):
            KmerVectorizer().transform([path])
        with pytest.raises(InvalidLetterError, match=r"'!' at position 2 .* of row 3 of X"):
            KmerVectorizer().transform(["ACG", "T", "A", "AC!T", "A"])
        with pytest.raises(InvalidLetterError, match=r"'>' at position 7 "):  # no header there
            KmerVectorizer().transform([write(">a\nACGTACG>TT\n")])

    def test_records_without_a_sequence(self, write):
        path = write(">a\n>b\nACGTACGTACGT\n>c\n  \n>d\n")
        with pytest.warns(LostDataWarning, match=r"3 of 4 records have no sequence .*first: 'a'"):
            assert counts([path], pattern="100000000001") == [{"A..........T": 1}]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (">a\n>b\n", "2 headers .* but no sequence"),
            ("", "is empty"),
            ("ACGT\n", "not FASTA, FASTQ, GenBank or EMBL"),
            (
                gzip.compress(b">a\n" + b"ACGTTGCA" * 40, mtime=0)[:-12],
                "cannot be unpacked by gzip",
            ),
            ("@r\nACGT\n+\nII\n", "is not valid FASTQ"),
        ],
    )
    def test_bad_files(self, write, content, message):
        with pytest.raises(InvalidSequenceFileError, match=message):
            KmerVectorizer().transform([write(content)])

    def test_text_before_the_first_header(self, write):
        with pytest.warns(LostDataWarning, match="text before the first '>' is ignored"):
            assert counts([write("a long comment\n\n>a\nACGT\n")], k=4) == [{"ACGT": 1}]

    def test_missing_files(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="There is no file"):
            KmerVectorizer().transform([tmp_path / "none.fasta"])


@pytest.mark.parametrize("width", [80, 2_000_000])
def test_memory_does_not_grow_with_the_file(write, width):
    line = (random_sequences([1_000])[0] * (width // 1_000 + 1))[:width] + "\n"
    path = write(">one record\n" + line * (2_000_000 // width))
    KmerVectorizer().transform(["ACGTACGT"])
    tracemalloc.start()
    KmerVectorizer().transform([path])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000  # bytes; in memory the record and its codes are twice that


def test_rows_without_kmers_are_named(write):
    records = [SeqRecord(Seq("ACG"), id="short"), SeqRecord(Seq("ACGT"), id="long")]
    with pytest.warns(LostDataWarning, match=r"1 of 2 rows have no k-mer .* \('short'\): .* 4 b"):
        matrix = KmerVectorizer().transform(records)
    assert matrix.toarray().sum(axis=1).tolist() == [0, 1]
    with pytest.warns(LostDataWarning, match=r"5 of 5 rows .* \('0', '1', '2', ...\)"):
        KmerVectorizer().transform(["NNNNN"] * 5)
    with pytest.warns(LostDataWarning, match=r"1 of 1 rows .* \('none.fasta'\)"):
        KmerVectorizer().transform([write(">a\nACG\n>b\nTTT\n", "none.fasta")])
    with pytest.warns(LostDataWarning, match=r"1 of 2 rows .* \('1'\)"):
        KmerVectorizer(k=2).transform(np.array([[0, 1], [5, 1]]))
