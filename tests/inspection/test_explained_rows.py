"""Where the bases that a network reads are in their rows: windows, and windows around targets."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg.inspection.explained_rows import (
    RowSums,
    pad_right,
    rows_of_targets,
    rows_of_windows,
    slid_targets,
)
from skdeepg.sequences import FastaWindowTransformer, Vocabulary, read_sequences
from skdeepg.sequences.language_targets import LanguageTarget

DNA = Vocabulary("ACGT")
ALL = slice(None)


def stretches(X, target):
    cutter = FastaWindowTransformer(target.stretch_length, stride=1)
    return cutter.fit(X).transform(X)


def test_rows_are_records_with_name_and_file(tmp_path):
    path = tmp_path / "a.fasta"
    path.write_text(">x\nACGTA\n>y\nGG\n")
    rows = rows_of_windows(FastaWindowTransformer(4).fit([path, "T"]).transform([path, "T"]))
    assert rows.records.tolist()[:2] == ["x", "y"]
    assert rows.files.tolist() == [str(path), str(path), ""]
    assert (rows.source.tolist(), rows.lengths.tolist()) == ([0, 0, 1], [5, 2, 1])
    assert rows.row_codes.tolist() == [[0, 1, 2, 3, 0], [2, 2, 5, 5, 5], [3, 5, 5, 5, 5]]
    assert rows.places(ALL).tolist() == [
        *([0, 1, 2, 3], [1, 2, 3, 4], [-1, -1, 0, 1], [-1, -1, -1, 0]),
    ]
    assert rows.output.dtype == np.int64


@pytest.mark.parametrize(
    ("kind", "length", "codes", "order", "places"),
    [
        (
            "next",
            3,
            [[0, 1, 2], [1, 2, 3], [2, 3, 0]],
            [0, 1, 2],
            [[0, 1, 2], [1, 2, 3], [2, 3, 4]],
        ),
        ("middle", 4, [[0, 1, 3, 0], [1, 2, 0, 1]], [0, 1, 3, 2], [[0, 1, 3, 4], [1, 2, 4, 5]]),
        ("middle_cnn", 4, [[0, 1, 3, 0], [1, 2, 0, 1]], [0, 1, 2, 3], [[0, 1, 3, 4], [1, 2, 4, 5]]),
    ],
)
def test_targets_are_taken_out_of_stretches(kind, length, codes, order, places):
    target = LanguageTarget(kind, length, DNA)
    rows = slid_targets(stretches(["ACGTAC"], target), target)
    assert rows.codes.tolist() == codes
    assert rows.order.tolist() == order
    assert rows.places(ALL).tolist() == places
    sums = RowSums(rows)
    sums.add(ALL, np.ones((*rows.codes.shape, 4)))
    assert sums.n_unseen == 0
    seen = np.isin(np.arange(6), places)
    np.testing.assert_array_equal(sums.means()[0, :, 0], seen)


def test_one_answer_a_row_from_the_bases_before():
    sequences = read_sequences(["ACGTAC", "GG"])
    target = LanguageTarget("next", 3, DNA)
    rows = rows_of_targets(sequences, np.array([0, 0, 1]), np.array([6, 2, 1]), target)
    assert rows.codes.tolist() == [[3, 0, 1], [5, 0, 1], [5, 5, 2]]
    assert rows.row_codes.tolist() == [[3, 0, 1], [0, 1, 5], [2, 5, 5]]
    assert (rows.starts.tolist(), rows.lengths.tolist()) == ([3, 0, 0], [3, 2, 1])
    assert (rows.row.tolist(), rows.source.tolist()) == ([0, 1, 2], [0, 0, 1])
    assert rows.places(ALL).tolist() == [[0, 1, 2], [-1, 0, 1], [-1, -1, 0]]


def test_one_answer_a_row_from_the_bases_around():
    sequences = read_sequences(["ACGTAC"])
    target = LanguageTarget("middle", 4, DNA)
    rows = rows_of_targets(sequences, np.array([0, 0]), np.array([2, 5]), target)
    assert rows.codes.tolist() == [[0, 1, 3, 0], [3, 0, 5, 5]]
    # the target is a base of the row, though not of the window
    assert rows.row_codes.tolist() == [[0, 1, 2, 3, 0], [3, 0, 1, 5, 5]]
    assert rows.places(ALL).tolist() == [[0, 1, 3, 4], [0, 1, -1, -1]]


def test_padding_goes_behind_the_bases_for_causal_networks():
    target = LanguageTarget("next", 3, DNA)
    sequences = read_sequences(["ACGTAC", "GG"])
    rows = rows_of_targets(sequences, np.array([0, 0, 1]), np.array([6, 2, 1]), target)
    right = pad_right(rows)
    assert right.codes.tolist() == [[3, 0, 1], [0, 1, 5], [2, 5, 5]]
    assert right.output.tolist() == [2, 1, 0]
    assert right.places(ALL).tolist() == [[0, 1, 2], [0, 1, -1], [0, -1, -1]]
    assert rows.codes.tolist() == [[3, 0, 1], [5, 0, 1], [5, 5, 2]]
