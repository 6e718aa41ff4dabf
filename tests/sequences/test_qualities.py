"""Qualities of FASTQ as input, as deepG has them (its golden case 05), and where there are none."""

import json
import pickle
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pytest
from Bio import SeqIO
from Bio.Seq import Seq
from Bio.SeqRecord import SeqRecord

from skdeepg import FastaWindowTransformer, SequenceLanguageModel
from skdeepg.sequences import Vocabulary, read_sequences
from skdeepg.sequences.builder import SequencesBuilder
from skdeepg.sequences.qualities import QualityCodes

GOLDEN = Path(__file__).parents[1] / "golden" / "encodings" / "05_quality.json"
CASE = json.loads(GOLDEN.read_text(encoding="utf-8"))
CALLS = {call["label"]: call for call in CASE["calls"]}
LANGUAGE = "quality, lm target_right"  # our language models predict letters and see letters
COMPARED = [label for label in CALLS if label != LANGUAGE]
DNA = Vocabulary("ACGT")
TOLERANCE = 1e-6  # the error of quality 62, from which on a base is certain here


def vectors(windows, reverse=False):
    grid = windows.grid()
    index = np.arange(grid.n_windows)
    run = grid.run_of(index)
    flip = np.full(len(index), reverse)
    codes = windows._gatherer_of(grid).gather(run, grid.starts(index, run), flip)
    return windows.symbol_table()[codes]


@pytest.fixture
def reads(write):
    [(name, content)] = CASE["files"].items()
    return write(content, name)


@pytest.fixture(params=[False, True], ids=["in memory", "cached"])
def memory(request, tmp_path):
    return tmp_path / "cache" if request.param else None


@pytest.mark.parametrize("label", COMPARED)
def test_vectors_are_those_of_deepg(reads, memory, label):
    options = CALLS[label]["options"]
    cutter = FastaWindowTransformer(
        options["maxlen"],
        stride=options["step"],
        tail="drop",
        ambiguous="uniform" if options.get("ambiguous_nuc") == "equal" else "zero",
        quality=options["use_quality_score"],
        memory=memory,
    )
    windows = cutter.fit_transform([reads])
    long = np.ones(windows.n_windows, dtype=bool)
    if not options["padding"]:  # such records are left out of deepG's batches
        long = (windows.symbol_table()[windows.to_array()].sum(axis=2) > 0)[:, 0]
    ours = cycle(vectors(windows)[long])
    for batch in CALLS[label]["batches"]:
        golden = batch["x"][0] if isinstance(batch["x"], list) else batch["x"]
        expected = np.array(golden["values"])
        found = list(islice(ours, len(expected)))
        np.testing.assert_allclose(found, expected, atol=TOLERANCE)


def test_other_strand_is_that_of_deepg(reads, memory):
    """Qualities turn with their bases; we pad both strands on the left, deepG this one right."""
    [batch] = CALLS["quality, reverse_complement_encoding"]["batches"]
    expected = np.array(batch["x"][1]["values"])
    cutter = FastaWindowTransformer(5, stride=2, tail="drop", quality=True, memory=memory)
    windows = cutter.fit_transform([reads])
    expected[2] = np.roll(expected[2], 2, axis=0)
    np.testing.assert_allclose(vectors(windows, reverse=True), expected, atol=TOLERANCE)


def test_other_strand_of_records(reads, memory):
    windows = FastaWindowTransformer(5, stride=1, quality=True, memory=memory).fit_transform(
        [reads]
    )
    n_windows = 4  # of the first record, which has 8 bases
    strand = vectors(windows.reverse_complement())[:n_windows]
    np.testing.assert_array_equal(strand, vectors(windows, reverse=True)[:n_windows][::-1])


def test_example_of_the_documentation():
    table = QualityCodes(DNA).table(np.eye(6, 4, dtype=np.float32))
    quality = -10 * np.log10(0.03)
    codes = QualityCodes(DNA).join(np.array([0], np.uint8), np.array([16], np.uint8))
    np.testing.assert_allclose(table[codes[0]], [0.97, 0.01, 0.01, 0.01], atol=0.002)
    assert round(quality) == 15


def test_every_code_is_a_distribution():
    table = QualityCodes(DNA).table(np.eye(6, 4, dtype=np.float32))
    np.testing.assert_allclose(table[6:].sum(axis=1), 1, rtol=1e-6)
    assert len(table) == 254
    codes = np.tile(np.arange(6, dtype=np.uint8), (256, 1))
    levels = np.broadcast_to(np.arange(256, dtype=np.uint8)[:, np.newaxis], codes.shape)
    joined = QualityCodes(DNA).join(codes, levels)
    assert joined.max() < len(table)
    assert (joined[:, 4:] == [4, 5]).all()  # ambiguous letters and padding have no quality
    assert (joined[0] == np.arange(6)).all()
    assert (joined[63:] == np.arange(6)).all()
    assert len(np.unique(joined[1:63, :4])) == 62 * 4


def test_biopython_records_have_qualities(reads):
    records = list(SeqIO.parse(reads, "fastq"))
    cutter = FastaWindowTransformer(5, stride=2, quality=True)
    of_records = vectors(cutter.fit_transform(records))
    np.testing.assert_array_equal(of_records, vectors(cutter.fit_transform([reads])))


def test_rows_without_qualities_are_certain(reads, write, memory):
    fasta = write(">x\nACGTA\n", "x.fasta")
    cutter = FastaWindowTransformer(5, quality=True, memory=memory).fit([reads, fasta])
    expected = np.eye(4)[[0, 1, 2, 3, 0]]
    for row in (fasta, "ACGTA", SeqRecord(Seq("ACGTA"))):
        np.testing.assert_array_equal(vectors(cutter.transform([row]))[0], expected)
    mixed = cutter.transform(["ACGTA", reads, fasta])
    np.testing.assert_array_equal(vectors(mixed)[[0, -1]], [expected, expected])
    np.testing.assert_array_equal(vectors(mixed)[1:-1], vectors(cutter.transform([reads])))
    assert mixed.sequences.has_qualities
    for rows in (read_sequences([fasta], quality=True, memory=memory), read_sequences([reads])):
        assert not rows.has_qualities


def test_codes_among_records_with_qualities_are_certain():
    builder = SequencesBuilder(DNA, quality=True)
    builder.add_record("AC", "a", "", "row 0", qualities=bytes([10, 20]))
    builder.add_codes(DNA.encode("GGT"), "b", "")
    builder.add_record("T", "c", "", "row 0", qualities=bytes([30]))
    builder.end_row("r")
    store = builder.build()._store
    assert store.qualities.tolist() == [10, 20, 0, 0, 0, 30]
    assert DNA.decode(store.codes) == "ACGGTT"


def test_slices_and_pickles_keep_qualities(reads, write, memory):
    other = write("@x\nACGTACGT\n+\nIIIIIIII\n", "other.fastq")
    X = read_sequences([reads, other], quality=True, memory=memory)
    cutter = FastaWindowTransformer(8, quality=True)
    expected = vectors(cutter.fit_transform(X[[1]]))
    for rows in (pickle.loads(pickle.dumps(X))[[1]], pickle.loads(pickle.dumps(X[[1]]))):
        np.testing.assert_array_equal(vectors(cutter.fit_transform(rows)), expected)
    assert expected[0, 0, 0] == np.float32(0.9999)


class TestErrors:
    """What cannot be read with qualities."""

    def test_no_row_has_any(self, memory, write):
        path = write(">x\nACGT\n")
        with pytest.raises(ValueError, match="none of the 2 rows of X has qualities"):
            FastaWindowTransformer(4, quality=True, memory=memory).fit([path, "ACGT"])

    def test_rows_read_without_them(self, reads):
        cutter = FastaWindowTransformer(4, quality=True).fit([reads])
        with pytest.raises(ValueError, match="X was read without qualities"):
            cutter.transform(read_sequences([reads]))

    def test_codes(self):
        with pytest.raises(ValueError, match="2-D array of codes has no qualities"):
            FastaWindowTransformer(quality=True).fit(np.zeros((2, 4), dtype=int))

    def test_large_vocabulary(self):
        with pytest.raises(ValueError, match="a vocabulary of at most 5 letters"):
            FastaWindowTransformer(quality=True, vocabulary="ACDEFG").fit(["ACDE"])

    def test_language_models(self, reads):
        windows = FastaWindowTransformer(3, quality=True)
        with pytest.raises(ValueError, match="quality=True is for classifiers"):
            SequenceLanguageModel(windows=windows, max_epochs=1).fit([reads])
