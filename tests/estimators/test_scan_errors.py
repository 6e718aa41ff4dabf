"""`scan`: what is refused, and in which words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from Bio.Seq import Seq
from Bio.SeqRecord import SeqRecord

import skdeepg
from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    SequenceClassifier,
    SequenceLanguageModel,
)
from skdeepg.engine import scanning
from skdeepg.exceptions import ChangedFileError, LostDataWarning
from skdeepg.sequences import read_sequences, record_groups
from tests.estimators.scans import (
    letters,
    small_classifier,
    write_genome,
)


@pytest.fixture(scope="module")
def clf():
    return small_classifier()


@pytest.fixture
def genome(tmp_path):
    return write_genome(tmp_path)


class TestHardInput:
    def test_an_output_that_is_a_folder(self, clf, genome, tmp_path):
        with pytest.raises(IsADirectoryError, match="is a folder; name a file in it"):
            clf.scan(genome, output=tmp_path, overwrite=True)

    def test_a_file_twice(self, clf, genome):
        with pytest.raises(ValueError, match=r"genome.fasta comes twice"):
            clf.scan([genome, genome])

    def test_empty_records_are_told(self, clf, tmp_path):
        path = tmp_path / "a.fasta"
        path.write_text(f">a\n>b\n{letters(50, 1)}\n")
        with pytest.warns(LostDataWarning, match="no sequence"):
            assert clf.scan(path).names.tolist() == ["b"]

    def test_many_tiny_contigs(self, clf, tmp_path):
        path = tmp_path / "contigs.fasta"
        text = letters(3000)
        path.write_text("".join(f">c{i}\n{text[i : i + 5 + i % 40]}\n" for i in range(2000)))
        track = clf.scan(path, output=tmp_path / "states.h5")
        assert len(track.names) == 2000
        assert (np.diff(track.offsets) >= 1).all()
        assert np.isfinite(track.values).all()

    def test_sequences_of_other_letters(self, clf):
        with pytest.raises(ValueError, match="'TGCA'.*'ACGT'"):
            clf.scan(read_sequences(["ACGT" * 10], vocabulary="TGCA"))

    def test_one_name_twice(self, clf, tmp_path):
        path = tmp_path / "a.fasta"
        path.write_text(">a\nACGT\n>a\nACGT\n")
        with pytest.raises(ValueError, match="two records named 'a'"):
            clf.scan(path)

    def test_a_file_that_is_removed_meanwhile(self, clf, tmp_path, monkeypatch):
        monkeypatch.setattr(record_groups, "RECORDS", 1)
        path = tmp_path / "a.fasta"
        path.write_text(f">a\n{letters(50)}\n>b\n{letters(50, 1)}\n")
        answer = scanning.WindowScanner._answer

        def answer_and_remove(*args):
            path.unlink(missing_ok=True)
            return answer(*args)

        monkeypatch.setattr(scanning.WindowScanner, "_answer", answer_and_remove)
        with pytest.raises(ChangedFileError, match="is gone"):
            clf.scan(path, output=tmp_path / "states.h5")
        assert not (tmp_path / "states.h5").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"stride": 0}, "stride must be a whole number of bases, at least 1, not 0"),
        ({"stride": 2.5}, "stride must be a whole number"),
        ({"strands": "+"}, "strands must be one of 'both', 'forward', 'reverse', not '\\+'"),
        ({"precision": "half"}, "precision must be one of None"),
        ({"layer": "no"}, "layer='no' is none of the network's layers"),
        ({"refine": 100}, "refine looks again at a smaller stride"),
        ({"refine": {"step": 1}}, "refine has the keys 'stride', .*, not 'step'"),
        ({"refine": {"classes": ["c"]}}, "must be one of 'a', 'b', not 'c'"),
        ({"refine": {"threshold": 1}}, "from 0 to below 1"),
        ({"refine": {"threshold": float("nan")}}, "from 0 to below 1, not nan"),
        ({"refine": {"classes": []}}, r"refine\['classes'\] is empty"),
        ({"refine": {"classes": 3}}, "must be one of 'a', 'b', not '3'"),
        ({"output": ""}, "output is an empty string"),
        ({"refine": 10, "layer": "pool_1"}, "not for layers or likelihoods"),
    ],
)
def test_bad_parameters(clf, arguments, message):
    with pytest.raises(ValueError, match=message):
        clf.scan(["ACGT" * 30], **arguments)


def test_qualities_are_not_scanned():
    rows = [
        SeqRecord(Seq(letters(30, seed)), letter_annotations={"phred_quality": [30] * 30})
        for seed in range(2)
    ]
    cutter = FastaWindowTransformer(12, quality=True)
    network = LSTMCNN(filters=(2,), pool_size=2)
    clf = SequenceClassifier(network, cutter, max_epochs=0).fit(rows, [0, 1])
    with pytest.raises(ValueError, match="scan reads letters only, .* fitted with quality=True"):
        clf.scan(["ACGT" * 9])


def test_what_cannot_be_scanned(clf, tmp_path):
    with pytest.raises(TypeError, match="X must be a list .* of sequences or paths, not 5"):
        clf.scan(5)
    with pytest.raises(TypeError, match="output must be the path of a file, not 3"):
        clf.scan(["ACGT" * 9], output=3)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        clf.scan(Path("nowhere.fasta"))
    with pytest.raises(skdeepg.exceptions.InvalidLetterError, match="looks like a path|letter"):
        clf.scan(["ACGT!"])
    from sklearn.exceptions import NotFittedError

    with pytest.raises(NotFittedError):
        SequenceClassifier().scan(["ACGT"])
    stateful = LSTMCNN(filters=None, lstm_units=2, stateful=True)
    model = SequenceLanguageModel(stateful, windows=5, max_epochs=0).fit(["ACGT" * 9] * 2)
    with pytest.raises(ValueError, match="carries its state"):
        model.scan(["ACGT" * 9])
