"""Formats of sequence files: GenBank, EMBL, and one of others."""

import importlib
import pickle
import warnings

import numpy as np
import pytest

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    KmerVectorizer,
    SequenceClassifier,
    load_labelled_csv,
    load_labelled_folders,
    load_labelled_headers,
)
from skdeepg.exceptions import InvalidLetterError, InvalidSequenceFileError, LostDataWarning
from skdeepg.genome import read_genbank
from skdeepg.sequences import Record, read_records, read_sequences, register_format
from skdeepg.sequences.fasta import has_sequence_suffix
from skdeepg.sequences.formats.registry import known_formats, take_formats

LETTERS = "ACGTACGTACGTACGTACGTACGTACGTACGTACGTNACGTACGTACGTACGTACGTACGTACGAC"

GENBANK = """\
LOCUS       NC_1                      66 bp    DNA     circular BCT 01-JAN-2000
DEFINITION  Some genome.
ACCESSION   NC_1
VERSION     NC_1.2
FEATURES             Location/Qualifiers
     rRNA            complement(11..20)
                     /product="16S ribosomal RNA"
ORIGIN
        1 acgtacgtac gtacgtacgt acgtacgtac gtacgtnacg tacgtacgta cgtacgtacg
       61 tacgac
//
"""
EMBL = """\
ID   X56734; SV 1; linear; mRNA; STD; PLN; 24 BP.
XX
AC   X56734;
XX
DE   Some gene
XX
SQ   Sequence 24 BP; 6 A; 6 C; 6 G; 6 T; 0 other;
     acgtacgtac gtacgtacgt acgt                                               24
//
"""
CONTIG = GENBANK[: GENBANK.index("ORIGIN")] + "CONTIG      join(X:1..66)\n//\n"
COLUMNS = "a\tACGTAC\nb\tGGNN\n"


@pytest.fixture
def columns(write):
    """What importing the module does, and a file; tests forget it."""
    importlib.reload(importlib.import_module("tests.own_format"))
    return write(COLUMNS, "some.columns")


@pytest.mark.parametrize("compress", [False, True], ids=["", "gzip"])
@pytest.mark.parametrize("name", ["x.gbk", "x.embl", "x.fasta.gz", "x"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (GENBANK, Record("NC_1.2", "NC_1.2 Some genome", LETTERS)),
        (EMBL, Record("X56734.1", "X56734.1 Some gene", "ACGT" * 6)),
        (EMBL.replace("\n", "\r\n"), Record("X56734.1", "X56734.1 Some gene", "ACGT" * 6)),
    ],
    ids=["GenBank", "EMBL", "EMBL Windows"],
)
def test_genbank_and_embl(write, content, expected, name, compress):
    [record] = read_records(write(content, name, compress))
    assert record == expected


def test_genbank_is_fasta_with_the_names_of_its_features(write):
    path = write(GENBANK, "genome.gbk")
    X = read_sequences([path, write(f">NC_1.2\n{LETTERS}\n", "genome.fna")])
    assert X.records().name.tolist() == ["NC_1.2", "NC_1.2"]
    np.testing.assert_array_equal(X[[0]].codes, X[[1]].codes)
    assert read_genbank(path, kind="rRNA").record.tolist() == ["NC_1.2"]


def read_letters(path):
    [record] = read_records(path)
    return record.sequence


def test_several_records(write):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        records = list(read_records(write(GENBANK + GENBANK.replace("NC_1", "NC_2"))))
    assert [record.name for record in records] == ["NC_1.2", "NC_2.2"]


def test_genbank_without_letters(write):
    with pytest.raises(InvalidSequenceFileError, match="has 1 headers .*'NC_1.2'. but no sequence"):
        list(read_records(write(CONTIG)))
    with pytest.warns(LostDataWarning, match=r"1 of 2 records have no sequence .* 'NC_1.2'"):
        assert len(list(read_records(write(CONTIG + GENBANK)))) == 1


@pytest.mark.filterwarnings("ignore::Bio.BiopythonParserWarning")
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            GENBANK[:-20],
            r"is not valid GenBank: the record does not end .* \(line 10\) \(record 1\)",
        ),
        (GENBANK[:-4], r"the record does not end with '//' \(line 11\) \(record 1\)"),
        (GENBANK[:200], r"is not valid GenBank: Premature end .* \(line 7\) \(record 1\)"),
        (GENBANK + GENBANK[:-20], r"the record does not end with '//' .* \(record 2\)"),
        (
            GENBANK.replace("66 bp", "67 bp"),
            r"has 66 letters, not the 67 that its first line tells .*line 11. .record 1.",
        ),
        (EMBL[:-4], r"is not valid EMBL: Premature end of file .* \(record 1\)"),
        (EMBL.replace("24 BP.", "25 BP."), "has 24 letters, not the 25"),
    ],
)
def test_damaged_genbank_and_embl(write, content, message):
    path = write(content, "genome.gbk")
    with pytest.raises(InvalidSequenceFileError, match=message) as error:
        list(read_records(path))
    assert str(error.value).startswith(f"{path} is not valid ")


def test_genbank_letters_are_checked(write):
    path = write(GENBANK.replace("ORIGIN\n        1 acgt", "ORIGIN\n        1 acgj"), "genome.gbk")
    with pytest.raises(InvalidLetterError, match=r"'J' at position 3 .*record 'NC_1.2' of"):
        read_sequences([path])


def test_own_format_everywhere(columns, tmp_path):
    assert list(read_records(columns)) == [Record("a", "a", "ACGTAC"), Record("b", "b", "GGNN")]
    for memory in (None, tmp_path / "cache", tmp_path / "cache"):
        X = read_sequences([columns], memory=memory, by="record")
        assert [X.sequence(i) for i in range(2)] == ["ACGTAC", "GGNN"]
        assert X.names.tolist() == ["a", "b"]
    windows = FastaWindowTransformer(4).fit_transform([columns])
    assert len(windows) == 1
    assert KmerVectorizer(2).fit_transform([columns]).sum() == 5 + 1


def test_own_format_in_loaders(columns, write):
    write(COLUMNS, "one/x.columns.gz", compress=True)
    write(">c\nGGG\n", "two/y.fasta")
    X, y, names = load_labelled_folders([columns.parent / "one", columns.parent / "two"])
    assert (X.lengths.tolist(), y.tolist()) == ([10, 3], ["one", "two"])
    assert names.tolist() == ["x.columns.gz", "y.fasta"]
    _, y, _ = load_labelled_headers(columns.parent / "one", r"(\w)")
    assert y.tolist() == ["a", "b"]
    table = write("file,label\nsome.columns,x\n", "labels.csv")
    write(COLUMNS, "other.columns")
    with pytest.warns(LostDataWarning, match="1 files of sequences beside .*other.columns"):
        X, _, _ = load_labelled_csv(table, label="label", file="file")
    assert X.lengths.tolist() == [10]


def test_own_format_in_messages(columns, write):
    with pytest.raises(
        InvalidSequenceFileError, match=r"two columns: line 2 has no tab .record 2."
    ):
        list(read_records(write("a\tACGT\nb ACGT\n")))
    path = write("a\tAC!T\n", "bad.columns")
    for memory in (None, path.parent / "cache"):
        with pytest.raises(InvalidLetterError, match="'!' at position 2 .*record 'a' of .*bad.col"):
            read_sequences([path], memory=memory)
    with pytest.raises(InvalidSequenceFileError, match=r"'\[\^>@\\t\\n\]\+\\t' \(two columns\) is"):
        list(read_records(write("hello", "x.columns")))
    (path.parent / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match=r"no FASTA, .*two columns file .*\.columns, plain"):
        load_labelled_folders([path.parent / "empty"])
    with pytest.warns(LostDataWarning, match="1 of 2 records have no sequence"):
        assert len(list(read_records(write("a\tACGT\nb\t\n")))) == 1


def test_formats_are_told_by_content_then_by_name(columns, write):
    assert read_letters(write("a\tACGT\n", "x.fasta")) == "ACGT"
    assert read_letters(write(">a\tb\nACGT\n", "x.columns")) == "ACGT"

    @register_format("PIR", suffixes=[".pir"], start=">")
    def read_pir(handle):
        yield "pir", "GG", ""

    assert read_letters(write(">P1;a\nACGT\n", "x.pir.gz", compress=True)) == "GG"
    assert read_letters(write(">P1;a\nACGT\n", "x.fa")) == "ACGT"


def test_workers_take_what_is_known(columns, monkeypatch):
    sent = pickle.dumps(known_formats())
    own = known_formats()[-1]
    from skdeepg.sequences.formats import registry

    monkeypatch.delitem(registry._FORMATS, own.name)
    assert not has_sequence_suffix(columns)
    take_formats(pickle.loads(sent))
    assert known_formats()[-1] == own
    assert has_sequence_suffix(columns)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"suffixes": ".tsv"}, TypeError, r"must be a list such as \['.tsv'\]"),
        ({"suffixes": ["tsv"]}, ValueError, "must be such as '.tsv', .* not 'tsv'"),
        ({"suffixes": [".TSV"]}, ValueError, "in lower case"),
        ({"suffixes": [".gz"]}, ValueError, "without '.gz'"),
        ({"suffixes": []}, ValueError, "not 'none'"),
        ({"start": ""}, ValueError, "start='' of the format 'new' fits any file"),
        ({"start": ".*"}, ValueError, "fits any file"),
    ],
)
def test_what_can_be_registered(arguments, error, message):
    with pytest.raises(error, match=message):
        register_format("new", **{"suffixes": [".tsv"], "start": "x", **arguments})
    with pytest.raises(ValueError, match="There is a format 'FASTA' already"):
        register_format("FASTA", suffixes=[".x"], start="x")(lambda handle: [])


@pytest.mark.parametrize("n_jobs", [None, pytest.param(2, marks=pytest.mark.slow)])
def test_scan_of_any_format(columns, tmp_path, n_jobs):
    genome = "ACGTTGCA" * 12
    files = {
        "x.columns": f"genome\t{genome}\nother\tACGTACGT\n",
        "x.fasta": f">genome\n{genome}\n>other\nACGTACGT\n",
        "y.columns": f"second\t{genome[5:]}\n",
        "y.fasta": f">second\n{genome[5:]}\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    model = SequenceClassifier(LSTMCNN(filters=2), windows=8, max_epochs=0, random_state=0).fit(
        ["ACGT", "GG"], [0, 1]
    )
    tracks = [
        model.scan([tmp_path / f"{stem}.{kind}" for stem in "xy"], stride=4, n_jobs=n_jobs)
        for kind in ("columns", "fasta")
    ]
    ours, fasta = (track.to_frame().drop(columns="file") for track in tracks)
    assert ours.equals(fasta)
