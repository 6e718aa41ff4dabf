"""Records come in groups, from files and from memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from Bio.Seq import Seq
from Bio.SeqRecord import SeqRecord

from skdeepg.exceptions import ChangedFileError, InvalidSequenceFileError, LostDataWarning
from skdeepg.sequences import read_sequences, record_groups
from skdeepg.sequences.record_groups import RecordSource, list_sources
from skdeepg.sequences.vocabulary import get_vocabulary

DNA = get_vocabulary("ACGT")


def records(X, **options):
    groups = [group for source in list_sources(X, DNA, **options) for group in source.groups(DNA)]
    return [(str(g.names[i]), g.sequence(i)) for g in groups for i in range(len(g))]


def test_files_and_their_records(write):
    paths = [write(">a x\nAC\nGT\n>b\nGG\n", "1.fasta"), write("@a\nTTT\n+\nIII\n", "2.fastq")]
    assert records(paths) == [("a", "ACGT"), ("b", "GG"), ("a", "TTT")]
    assert records(paths[0]) == records([str(paths[0])], input="filename")
    assert records(str(paths[0]), input="filename") == [("a", "ACGT"), ("b", "GG")]


def test_rows_in_memory(write):
    path = write(">a\nACGT\n>b\nGG\n")
    read = read_sequences([path, write(">c\nTT\n", "c.fasta")])
    assert records(read) == [("a", "ACGT"), ("b", "GG"), ("c", "TT")]
    assert records(read[[1]]) == [("c", "TT")]
    assert records(["ACG", b"TT"]) == [("0", "ACG"), ("1", "TT")]


def test_a_source_of_nothing():
    nothing = RecordSource()
    assert list(nothing.groups(DNA)) == []
    assert (nothing.identity(), nothing.n_bytes) == ("", 0)


def test_groups_are_of_limited_size(write, monkeypatch):
    monkeypatch.setattr(record_groups, "BASES", 10)
    monkeypatch.setattr(record_groups, "RECORDS", 3)
    lengths = [4, 4, 4, 25, 1, 1, 1, 1]
    path = write("".join(f">r{i}\n{'A' * n}\n" for i, n in enumerate(lengths)))
    for X in (path, read_sequences([path])):
        (source,) = list_sources(X, DNA)
        groups = [group.lengths.tolist() for group in source.groups(DNA)]
        assert [n for group in groups for n in group] == lengths
        assert groups == [[4, 4], [4], [25], [1, 1, 1], [1]]


def test_a_long_record_comes_in_one_piece(write, monkeypatch):
    monkeypatch.setattr(record_groups, "PIECE", 100)
    letters = "ACGTTGCA" * 100
    path = write(f">a\n{letters}\n>b\nN{letters}\n")
    assert records(path) == [("a", letters), ("b", f"N{letters}")]


def test_one_name_twice(write):
    again = ">a\nACGT\n>a\nACGT\n"
    with pytest.raises(ValueError, match="has two records named 'a'"):
        records(write(again))
    path = write(again, "twice.fasta")
    with pytest.raises(ValueError, match=r"twice\.fasta has two records named 'a'"):
        records(read_sequences([path]))
    with pytest.raises(ValueError, match="^X has two records named 'a'"):
        records(read_sequences([SeqRecord(Seq("ACGT"), id="a")] * 2))
    one = ">a\nACGT\n"
    assert len(records([write(one, "1.fasta"), write(one, "2.fasta")])) == 2


def test_empty_records_are_told(write):
    with pytest.warns(LostDataWarning, match="no sequence"):
        assert records(write(">a\n>b\nACGT\n>c\n")) == [("b", "ACGT")]


def test_bad_input(write):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        records([Path("nowhere.fasta")])
    with pytest.raises(InvalidSequenceFileError, match="is empty"):
        records(write("", "empty.fasta"))
    with pytest.raises(ValueError, match="give either"):
        records([write(">a\nACGT\n"), "ACGT"])
    with pytest.raises(ValueError, match="position 105 .* of record 'a' of"):
        records(write(">a\n" + "ACGTT" * 21 + "!\n"))


@pytest.mark.parametrize("change", ["touch", "remove"])
def test_a_file_that_changes_meanwhile(write, change, monkeypatch):
    monkeypatch.setattr(record_groups, "RECORDS", 1)
    path = write(">a\nACGT\n>b\nACGT\n")
    (source,) = list_sources(path, DNA)
    identity = source.identity()
    groups = source.groups(DNA)
    next(groups)
    if change == "touch":
        os.utime(path, ns=(1, 1))
        assert source.identity() != identity
    else:
        path.unlink()
    with pytest.raises(ChangedFileError, match="has changed|is gone"):
        list(groups)
