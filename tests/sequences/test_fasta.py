"""FASTA and FASTQ files: what is understood, what is warned of, what is refused."""

import bz2
import gzip
import io
import lzma
import random
import warnings
import zipfile
from pathlib import Path

import pytest

from skdeepg.exceptions import InvalidSequenceFileError, LostDataWarning
from skdeepg.sequences import Record, read_records
from skdeepg.sequences.fasta import has_sequence_suffix


def read(path):
    """All records; every warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return [tuple(record) for record in read_records(path)]


def random_bases(n, seed=0):
    return "".join(random.Random(seed).choices("ACGT", k=n))


TWO = [("a", "a first", "ACGTAC"), ("b", "b", "GG")]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(">a first\nACGTAC\n>b\nGG\n", id="plain"),
        pytest.param(">a first\nACG\nTA\nC\n>b\nG\nG\n", id="several lines"),
        pytest.param(">a first\r\nACG\r\nTAC\r\n>b\r\nGG\r\n", id="Windows"),
        pytest.param(">a first\rACG\rTAC\r>b\rGG\r", id="old Mac"),
        pytest.param("\n\n>a first\n\nACG\n\nTAC\n\n>b\nGG\n\n\n", id="blank lines"),
        pytest.param(">a first\nAC G\n  TAC  \n>b\n G G\n", id="blanks in lines"),
        pytest.param(">a first\nACGTAC\n>b\nGG", id="no final newline"),
        pytest.param(b"\xef\xbb\xbf>a first\nACGTAC\n>b\nGG\n", id="byte order mark"),
        pytest.param("@a first\nACGTAC\n+\nIIIIII\n@b\nGG\n+b\n@@\n", id="FASTQ"),
        pytest.param("@a first\nACG\nTAC\n+\n@II\n+II\n@b\nGG\n+\nII\n", id="FASTQ in lines"),
        pytest.param(
            "@a first\r\nACGTAC\r\n+\r\nIIIIII\r\n@b\r\nGG\r\n+\r\nII", id="FASTQ Windows"
        ),
        pytest.param("@a first\nACGTAC\n+\nIIIIII\n\n@b\nGG\n+\nII\n\n", id="FASTQ blank lines"),
        pytest.param(b"\xef\xbb\xbf@a first\nACGTAC\n+\nIIIIII\n@b\nGG\n+\nII\n", id="FASTQ mark"),
    ],
)
@pytest.mark.parametrize("compress", [False, True], ids=["", "gzip"])
@pytest.mark.parametrize("name", ["x.fasta", "x.fastq.gz", "x"])
def test_content_tells_format_and_compression(write, content, compress, name):
    assert read(write(content, name, compress)) == TWO


def test_letters_stay_as_they_are(write):
    assert read(write(">a\nacGTnN*-.\n"))[0] == ("a", "a", "acGTnN*-.")


@pytest.mark.parametrize(
    ("header", "name", "description"),
    [
        ("a b\tc", "a", "a b\tc"),
        ("a\tb", "a", "a\tb"),
        ("a >b @c", "a", "a >b @c"),
        (" a", "a", " a"),
        ("", "", ""),
        ("gi|12|gb|X.1| E. coli", "gi|12|gb|X.1|", "gi|12|gb|X.1| E. coli"),
        ("Bär", "Bär", "Bär"),
    ],
)
def test_names_and_descriptions(write, header, name, description):
    assert read(write(f">{header}\nACGT\n")) == [(name, description, "ACGT")]


def test_header_bytes_of_any_encoding_can_be_printed(write):
    [record] = read_records(write(b">caf\xe9 \xff\nACGT\n"))
    assert record.description == r"caf\xe9 \xff"
    assert record.name.encode("utf-8")
    assert record.sequence == "ACGT"


def test_gzip_files_of_several_members(write):
    content = gzip.compress(b">a first\nACG\nT") + gzip.compress(b"AC\n>b\nGG\n")
    assert read(write(content)) == TWO


def test_paths_may_be_strings(write):
    path = write(">a\nACGT\n")
    assert list(read_records(str(path))) == [Record("a", "a", "ACGT")]


def test_long_records_come_whole(write):
    bases = random_bases(200_000)
    wrapped = "\n".join(bases[i : i + 60] for i in range(0, len(bases), 60))
    for compress in (False, True):
        assert read(write(f">a\n{wrapped}\n>b\nGG\n", compress=compress)) == [
            ("a", "a", bases),
            ("b", "b", "GG"),
        ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; remove it or put sequences into it"),
        (b"\n \r\n\t\n", "is empty; remove it"),
        (b"\xef\xbb\xbf", "is empty; remove it"),
        (gzip.compress(b"", mtime=0), "is empty; remove it"),
        (b">a description\n", r"has 1 headers \(first: 'a'\) but no sequence"),
        (b">a\n\n>b\n  \n>c", r"has 3 headers \(first: 'a'\) but no sequence"),
        (
            b"hello\nworld\n",
            r"is not FASTA, FASTQ, GenBank or EMBL: it begins with 'hello', where '>' \(FASTA\), "
            r"'@' \(FASTQ\), 'LOCUS ' \(GenBank\) or 'ID   ' \(EMBL\) is expected",
        ),
        (b"ACGTACGT\n", "is not FASTA, FASTQ, GenBank or EMBL: it begins with 'ACGTACGT'"),
        (
            b"PNG\0\x01\x02",
            r"is a binary file \(a zero byte at 3\), not FASTA, FASTQ, GenBank or EMBL text",
        ),
        (b">a\nAC\0GT\n", r"is a binary file \(a zero byte at 5\)"),
        (gzip.compress(b"hello\n", mtime=0), "is not FASTA, FASTQ, .*: it begins with 'hello'"),
        (gzip.compress(b"\0\0", mtime=0), "is a binary file"),
        (bz2.compress(b">a\nACGT\n"), "is compressed by bzip2; use gzip or unpack it"),
        (lzma.compress(b">a\nACGT\n"), "is compressed by xz; use gzip or unpack it"),
        (b"\x1f\x8b", "cannot be unpacked by gzip .*Fetch it again"),
        (b"\x1f\x8bno gzip", "cannot be unpacked by gzip"),
        (b"@a\nACGT\n+\nII\n", "is not valid FASTQ: .*differs for a"),
        (b"@a\nACGT\n", "is not valid FASTQ: .*quality"),
        (b"@a\n", "is not valid FASTQ: .*end of file"),
        (b"@a\nACGT\n+b\nIIII\n", "is not valid FASTQ: .*caption"),
        (b"@a\nACGT\n+\nIIII\n>b\nACGT\n", r"is not valid FASTQ: .* \(record 1\)"),
        (b"@a\nACGT\n+\nIIII\n@b\nACGT\n", r"is not valid FASTQ: .* \(record 2\)"),
    ],
)
def test_files_that_are_refused(write, content, message):
    path = write(content, "some.fasta")
    with pytest.raises(InvalidSequenceFileError, match=message) as error:
        list(read_records(path))
    assert str(error.value).startswith(str(path))


def test_zip_archives_are_refused(write):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.fasta", ">a\nACGT\n")
    with pytest.raises(InvalidSequenceFileError, match="is compressed by zip"):
        list(read_records(write(archive.getvalue())))


def test_missing_paths_and_folders(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file .*absent.fasta. Check the spelling"):
        list(read_records(tmp_path / "absent.fasta"))
    with pytest.raises(IsADirectoryError, match="is a folder where a FASTA, .*List its files"):
        list(read_records(tmp_path))


def damaged(kind):
    whole = gzip.compress(f">a\n{random_bases(100_000)}\n>b\nGG\n".encode(), 1)
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 0xFF
    checksum = bytearray(whole)
    checksum[-6] ^= 0xFF
    return {
        "cut short": whole[:-100],
        "cut within the trailer": whole[:-3],
        "changed": bytes(changed),
        "wrong checksum": bytes(checksum),
        "garbage behind": whole + b"garbage",
    }[kind]


@pytest.mark.parametrize(
    "kind", ["cut short", "cut within the trailer", "changed", "wrong checksum", "garbage behind"]
)
def test_damaged_gzip_files(write, kind):
    path = write(damaged(kind), "reads.fasta.gz")
    with pytest.raises(
        InvalidSequenceFileError, match=r"reads.fasta.gz cannot be unpacked by gzip"
    ):
        list(read_records(path))


def test_text_before_the_first_record_is_warned_of(write):
    path = write("; a comment\nmore\n>a\nACGT\n")
    with pytest.warns(LostDataWarning, match="before the first '>' .* begins with '; a comment'"):
        records = list(read_records(path))
    assert records == [Record("a", "a", "ACGT")]


@pytest.mark.parametrize(
    "content",
    [
        ">a\nACGT\n>empty one\n>b\nGG\n>c\n\n",
        "@a\nACGT\n+\nIIII\n@empty one\n\n+\n\n@b\nGG\n+\nII\n@c\n\n+\n\n",
    ],
    ids=["FASTA", "FASTQ"],
)
def test_records_without_sequence_are_counted_in_a_warning(write, content):
    with pytest.warns(LostDataWarning) as caught:
        records = list(read_records(write(content)))
    assert [record.name for record in records] == ["a", "b"]
    [warning] = caught
    assert "2 of 4 records have no sequence and are left out (first: 'empty')" in str(
        warning.message
    )
    assert Path(warning.filename) == Path(__file__)


def test_reading_is_lazy(write):
    # What is wrong with the rest of the file shows only when it is read.
    records = read_records(write("@a\nACGT\n+\nIIII\n@b\nACGT\n+\nII\n"))
    assert next(records).name == "a"
    with pytest.raises(InvalidSequenceFileError, match="not valid FASTQ"):
        next(records)


def test_unpacking_is_lazy(write):
    content = gzip.compress(f">a\nACGT\n>b\n{random_bases(400_000)}\n".encode(), 1)
    records = read_records(write(content[: len(content) // 2]))
    assert next(records) == Record("a", "a", "ACGT")
    with pytest.raises(InvalidSequenceFileError, match="cannot be unpacked"):
        next(records)


def test_leaving_early_closes_the_file(write, monkeypatch):
    opened = []
    path = write(">a\nACGT\n>b\nGG\n")
    open_path = Path.open
    monkeypatch.setattr(Path, "open", lambda *args: opened.append(open_path(*args)) or opened[-1])
    records = read_records(path)
    next(records)
    assert [file.closed for file in opened] == [False]
    records.close()
    assert [file.closed for file in opened] == [True]


@pytest.mark.parametrize(
    "name",
    "a.fasta a.fa a.fna a.ffn a.frn a.faa a.fas a.fastq a.fq a.fa.gz a.FASTA a.Fq.GZ b.fna a.gbk "
    "a.gb a.gbff a.genbank a.embl a.EMBL.gz".split(),
)
def test_names_of_sequence_files(name):
    assert has_sequence_suffix(Path("some.txt") / name)


@pytest.mark.parametrize(
    "name", "a.txt a.gz a.fasta.bz2 a.fasta.txt fasta a.gff .fasta .hidden.fa a.fasta~ fa".split()
)
def test_names_of_other_files(name):
    assert not has_sequence_suffix(Path("some.fasta") / name)
