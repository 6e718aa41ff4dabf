"""The fast reader of FASTA gives what the careful one gives, or says that it cannot."""

import io
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skdeepg.exceptions import InvalidLetterError, InvalidSequenceFileError, LostDataWarning
from skdeepg.sequences import Vocabulary, plain_fasta, read_records
from skdeepg.sequences.file_codes import write_codes
from skdeepg.sequences.plain_fasta import UnusualFastaError, read_plain_fasta

DNA = Vocabulary("ACGT")

# all that has a meaning in FASTA, and letters around it
TEXTS = st.lists(
    st.sampled_from([">", "\n", "\n>", "\r\n", "\r", " ", "\t", "a", "ACGT", "GN", "b c", "n-"]),
    max_size=30,
).map("".join)


def careful(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LostDataWarning)
        try:
            found = [(r.name, DNA.encode(r.sequence).tolist()) for r in read_records(path)]
        except (InvalidLetterError, InvalidSequenceFileError) as error:
            return type(error)
    return found


def cached(path, target):
    with target.open("w+b", buffering=0) as handle:
        try:
            content = write_codes(path, DNA, handle)
        except (InvalidLetterError, InvalidSequenceFileError) as error:
            return type(error)
    codes = np.split(np.fromfile(target, dtype=np.uint8), np.cumsum(content.lengths))
    return [(name, each.tolist()) for name, each in zip(content.names, codes, strict=False)]


@settings(max_examples=300)
@given(text=TEXTS, begin=st.sampled_from([">", "", "junk\n>", "junk\r>"]))
def test_entries_hold_what_is_read(tmp_path_factory, text, begin):
    path = tmp_path_factory.getbasetemp() / "any.fasta"
    path.write_bytes((begin + text).encode())
    assert cached(path, path.with_suffix(".codes")) == careful(path)


@pytest.mark.parametrize("block", [1, 2, 3, 5, 1000])
def test_blocks_may_end_anywhere(monkeypatch, block):
    monkeypatch.setattr(plain_fasta, "BLOCK", block)
    text = b">a b\nAC\nGT\n>b>c\n>d\r\nG\r\n>\nGG\n>last"
    found = [[], []]
    for name, codes in read_plain_fasta(io.BytesIO(text), DNA):
        if name is not None:
            found[0].append(name)
            found[1].append([])
        found[1][-1] += list(codes)
    assert found == [["a", "b>c", "d", "", "last"], [[0, 1, 2, 3], [], [2], [2, 2], []]]


@pytest.mark.parametrize(
    "text", [b">a\nAC!T\n", b">a\rACGT\n", b"ACGT\n", b"x\r>a\nAC\n>b\nGG\n", b">a\nAC\r>b\rGG\n"]
)
def test_unusual_text_is_left_to_the_careful_reader(text):
    with pytest.raises(UnusualFastaError):
        list(read_plain_fasta(io.BytesIO(text), DNA))
