"""X, y and names from the headers of records."""

import re
import warnings
from pathlib import Path

import pytest

import skdeepg
from skdeepg.exceptions import InvalidLetterError, InvalidSequenceFileError, LostDataWarning
from skdeepg.sequences import Sequences, load_labelled_headers, read_sequences

READS = ">a phylum=Firmicutes\nACGT\n>b phylum=Chlamydiae x\nGG\nC\n>c\tphylum=Firmicutes\nTTT\n"


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error", LostDataWarning)
        yield


def letters(X):
    return [X.sequence(i) for i in range(len(X))]


def load(path, label=r"phylum=(\w+)", **settings):
    X, y, names = load_labelled_headers(path, label, **settings)
    return letters(X), y.tolist(), names.tolist()


def test_a_row_a_record(write):
    X, y, names = load_labelled_headers(write(READS), r"phylum=(\w+)")
    assert type(X) is Sequences
    assert letters(X) == ["ACGT", "GGC", "TTT"]
    assert y.dtype == names.dtype == object
    assert y.tolist() == ["Firmicutes", "Chlamydiae", "Firmicutes"]
    assert names.tolist() == X.names.tolist() == ["a", "b", "c"]
    assert X.n_records == 3


@pytest.mark.parametrize(
    ("label", "found"),
    [
        (r"\w+micu", "Firmicu"),  # no group: the match
        (r"(\w+)=(\w+)", "phylum"),  # the first group
        (r"(\w+)=(?P<label>\w+)", "Firmicutes"),  # the group named label
        (r"(?P<rank>\w+)=(\w+)", "phylum"),
        (re.compile(r"PHYLUM=(\w+)", re.I), "Firmicutes"),
        (r"^a phylum=Firmicutes$", "a phylum=Firmicutes"),  # the whole header is searched
        (lambda header: header.split("=")[1].lower(), "firmicutes"),
        (len, 19),
        (lambda header: False, False),
        ({"a": 0}.get, None),
        ({"a phylum=Firmicutes": 0}.get, 0),
    ],
)
def test_labels(write, label, found):
    path = write(READS.split(">b", maxsplit=1)[0])
    if found is None:
        with pytest.raises(ValueError, match="label function"):
            load(path, label)
    else:
        [y] = load_labelled_headers(path, label)[1]
        assert (y, type(y)) == (found, type(found))


def test_files_folders_and_lists_of_them(write, tmp_path):
    for name in ("k/b.fa", "k/a.fa.gz", "z.txt"):
        write(f">{name} phylum=x\nACGT\n", name, compress=name.endswith("gz"))
    assert load(str(tmp_path / "k"))[2] == ["k/a.fa.gz", "k/b.fa"]
    assert load(tmp_path / "z.txt")[2] == ["z.txt"]
    assert load([tmp_path / "z.txt", tmp_path / "k"])[2] == ["z.txt", "k/a.fa.gz", "k/b.fa"]
    assert load(path for path in [tmp_path / "k" / "b.fa"])[2] == ["k/b.fa"]
    X, _, _ = load_labelled_headers(tmp_path / "k", "phylum")
    assert X.to_frame()["file"].tolist() == [
        str(tmp_path / "k" / name) for name in ("a.fa.gz", "b.fa")
    ]


def test_fastq_headers(write):
    path = write("@r1 phylum=x\nACGT\n+\nIIII\n", "r.fastq")
    assert load(path, r"^r1 phylum=(x)") == (["ACGT"], ["x"], ["r1"])


def test_names_may_repeat_in_different_files_and_among_records_left_out(write, tmp_path):
    write(">r phylum=x\nA\n>s\nC\n>s\nC\n", "k/1.fa")
    write(">r phylum=y\nC\n", "k/2.fa")
    with pytest.warns(LostDataWarning, match="2 of 4 records"):
        assert load(tmp_path / "k") == (["A", "C"], ["x", "y"], ["r", "r"])
    write(">r phylum=z\nC\n>r phylum=x\nA\n", "k/3.fa")
    with pytest.raises(
        ValueError, match=r"3\.fa has two labelled records named 'r'.* as in '>r_2'"
    ):
        load(tmp_path / "k")


def test_records_without_a_label_are_counted_in_a_warning(write, tmp_path):
    write(READS + ">d nothing\nAAA\n>e phylum=\nAAA\n", "k/1.fa")
    write("".join(f">f{i} none\nAAA\n" for i in range(3)), "k/2.fa")
    with pytest.warns(LostDataWarning) as caught:
        _, y, names = load_labelled_headers(tmp_path / "k", r"phylum=(\w*)")
    assert names.tolist() == ["a", "b", "c"]
    assert "" not in y
    [warning] = caught
    assert str(warning.message) == (
        "5 of 8 records get no label from their headers and are left out: 'd nothing', "
        "'e phylum=', 'f0 none', .... Files without any label (1): "
        f"'{tmp_path / 'k' / '2.fa'}'."
    )
    assert Path(warning.filename) == Path(__file__)


@pytest.mark.parametrize("nothing", [None, float("nan"), ""])
def test_functions_leave_records_out(write, nothing):
    with pytest.warns(LostDataWarning, match="2 of 3 records .* 'b phylum=Chlamydiae x', 'c"):
        found = load(write(READS), lambda header: 7 if header[0] == "a" else nothing)
    assert found == (["ACGT"], [7], ["a"])


def test_a_group_that_takes_no_part_is_no_label(write):
    with pytest.warns(LostDataWarning, match="1 of 3 records"):
        assert load(write(READS), "Firm(icutes)|Chlam")[1] == ["icutes", "icutes"]


def test_records_left_out_cost_nothing_and_may_hold_any_letters(write):
    path = write(READS + f">protein\n{'LEF' * 1000}\n")
    with pytest.warns(LostDataWarning, match="1 of 4 records"):
        X, _, _ = load_labelled_headers(path, "phylum")
    assert len(X.codes) == X.n_bases == 10
    with pytest.raises(InvalidLetterError, match=r"'protein' of .*reads\.fasta"):
        load(path, ".+")
    assert len(load(path, "protein|phylum", vocabulary="ACDEFGHIKLMNPQRSTVWY")[0]) == 4


def test_bases_are_those_of_the_other_loaders(write):
    path = write(">a x\nacgU\nNNRA\n")
    X, _, _ = load_labelled_headers(path, "x")
    assert X.codes.tolist() == read_sequences([path]).codes.tolist()


def test_no_label_at_all(write, tmp_path):
    write(READS, "k/1.fa")
    write(READS, "k/2.fa")
    expected = (
        "None of the 6 records of 2 files gets a label from the regular expression 'genus=(.*)'; "
        "headers are 'a phylum=Firmicutes', 'b phylum=Chlamydiae x', 'c\\tphylum=Firmicutes', ...."
    )
    for label in ("genus=(.*)", re.compile("genus=(.*)")):
        with pytest.raises(ValueError, match=re.escape(expected)):
            load(tmp_path / "k", label)
    with pytest.raises(ValueError, match="from the label function"):
        load(tmp_path / "k", lambda header: None)


def test_a_function_that_fails_is_reported_with_file_and_record(write):
    path = write(READS + ">d\nA\n")
    with pytest.raises(
        ValueError,
        match=r"fails for the record 'd' of .*reads\.fasta \(header 'd'\): IndexError: list",
    ) as caught:
        load(path, lambda header: header.split("=")[1])
    assert isinstance(caught.value.__cause__, IndexError)


@pytest.mark.parametrize("several", [["x", "y"], ("x",), {"x"}])
def test_a_function_gives_one_label(write, several):
    with pytest.raises(
        TypeError, match=r"returns the \w+ .*'x'.* for the record 'a' of .*one label"
    ):
        load(write(READS), lambda header: several)


def test_what_is_no_label(write):
    path = write(READS)
    with pytest.raises(ValueError, match=r"label='\(' is no regular expression: missing \)"):
        load(path, "(")
    for label in (re.compile(b"x"), None, ["phylum"], 3):
        with pytest.raises(TypeError, match="must be a regular expression for the header or a fu"):
            load(path, label)
    with pytest.raises(TypeError, match=r"of a dict d use lambda header: d\.get\(header\)"):
        load(path, {"a": 1})


def test_what_are_no_paths(write, tmp_path):
    path = write(READS, "k/1.fa")
    with pytest.raises(ValueError, match="paths is empty"):
        load([])
    with pytest.raises(ValueError, match=r"1\.fa is given twice"):
        load([path, tmp_path / "k"])
    with pytest.raises(FileNotFoundError, match=r"There is no file .*2\.fa\. Check"):
        load(tmp_path / "2.fa")
    with pytest.raises(FileNotFoundError, match="There is no folder .*absent"):
        load([path, tmp_path / "absent"])
    with pytest.raises(InvalidSequenceFileError, match=r"2\.fa is empty"):
        load([path, write("", "k/2.fa")])


def test_other_files_of_a_folder_are_counted_in_a_warning(write, tmp_path):
    write(READS, "k/1.fa")
    write(READS, "k/notes.txt")
    with pytest.warns(LostDataWarning, match="1 of 2 entries .*'notes.txt'") as caught:
        load_labelled_headers([tmp_path / "k"], "phylum")
    assert Path(caught[0].filename) == Path(__file__)


def test_loader_is_public(write):
    X, _, _ = skdeepg.load_labelled_headers(write(READS), "phylum")
    assert isinstance(X, skdeepg.Sequences)
