"""Collections are joined row for row."""

from __future__ import annotations

import pytest

from skdeepg.sequences import concatenate_sequences, read_sequences


def test_rows_records_and_repeats(write):
    path = write(">a\nACGT\n>b\nGG\n", "x.fasta")
    parts = [read_sequences([path, "TTT"]), read_sequences(["CC", "AAN"])[[1, 1]]]
    joined = concatenate_sequences(parts)
    assert joined.names.tolist() == ["x.fasta", "1", "1", "1"]
    assert joined.lengths.tolist() == [6, 3, 3, 3]
    assert joined.n_records == 5
    assert joined.records().file.tolist() == [str(path), str(path), "", "", ""]
    assert [joined.sequence(i) for i in (1, 2, 3)] == ["TTT", "AAN", "AAN"]
    assert joined[[0]].by_record().names.tolist() == ["a", "b"]


def test_nothing_and_other_letters():
    assert len(concatenate_sequences([read_sequences(["ACGT"])[[]]])) == 0
    with pytest.raises(ValueError, match="at least one"):
        concatenate_sequences([])
    with pytest.raises(ValueError, match="same `vocabulary`"):
        concatenate_sequences([read_sequences(["AC"]), read_sequences(["AC"], "AC")])
