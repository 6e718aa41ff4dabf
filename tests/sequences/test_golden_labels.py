"""Batches as deepG's label_header and label_csv generators give them.

Its windows walk through the labelled records in order, files in byte order, and begin again at
the end. Every call is compared, or stands in a table with the reason.
"""

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skdeepg.exceptions import LostDataWarning
from skdeepg.sequences import (
    FastaWindowTransformer,
    Vocabulary,
    cut_windows,
    load_labelled_csv,
    load_labelled_headers,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "encodings"
HEADERS = json.loads((GOLDEN / "03a_label_header.json").read_text(encoding="utf-8"))
TABLES = json.loads((GOLDEN / "03b_label_csv.json").read_text(encoding="utf-8"))
HEADER_CALLS = {call["label"]: call for call in HEADERS["calls"]}
TABLE_CALLS = {call["label"]: call for call in TABLES["calls"]}

# These have a test of their own below.
HEADERS_DIFFERENT = {
    "no header is a known label": "an error in both; ours names headers",
    "labels with a space": "an error in deepG",
}
TABLES_DIFFERENT = {
    "header column instead of file": "an error in both; the header loader does it",
    "concat_seq": "records are never joined: windows never cross them",
}
HEADERS_COMPARED = [label for label in HEADER_CALLS if label not in HEADERS_DIFFERENT]
TABLES_COMPARED = [label for label in TABLE_CALLS if label not in TABLES_DIFFERENT]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("labels")
    for name, content in {**HEADERS["files"], **TABLES["files"]}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    return folder


def cutter_of(options):
    return FastaWindowTransformer(
        window_length=options["maxlen"],
        stride=options["step"],
        ambiguous={"zero": "zero", "discard": "drop"}[options.get("ambiguous_nuc", "zero")],
        short="pad" if options["padding"] else "drop",
        tail="drop",
        random_offset=False,
    )


def batches_of(X, y, options):
    """Batch after batch: our codes, and the target of each window's row."""
    codes, targets, _ = cut_windows(X, y, windows=cutter_of(options))
    numbers = itertools.cycle(range(len(codes)))
    while True:
        batch = list(itertools.islice(numbers, options["batch_size"]))
        yield codes[batch], targets[batch]


def inputs_of(codes, options):
    """What the network sees of our codes; a list of two with the other strand."""
    table = np.vstack([np.eye(4), np.zeros((2, 4))])  # nothing for N and padding
    if options.get("reverse_complement_encoding"):
        return [table[codes], table[Vocabulary().reverse_complement(codes)]]
    return [table[codes]]


def arrays(values):
    return [
        np.array(x["values"], float) for x in (values if isinstance(values, list) else [values])
    ]


def assert_equal_batches(X, y, call, target_columns=None):
    """Compare with deepG; `target_columns` are those of each array of a split target."""
    options = call["options"]
    assert call["batches"]
    for (codes, targets), golden in zip(batches_of(X, y, options), call["batches"], strict=False):
        for ours, theirs in zip(inputs_of(codes, options), arrays(golden["x"]), strict=True):
            np.testing.assert_array_equal(ours, theirs)
        split = [targets] if target_columns is None else [targets[:, c] for c in target_columns]
        for ours, theirs in zip(split, arrays(golden["y"]), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def header_is(*labels):
    """Our label function for deepG's rule: the header, trimmed and in lower case, is a label."""
    known = {label.lower(): label for label in labels}
    return lambda header: known.get(header.strip().lower())


@pytest.mark.filterwarnings("ignore:.*rows give no window:UserWarning")
@pytest.mark.parametrize("label", HEADERS_COMPARED)
def test_headers(folder, label):
    call = HEADER_CALLS[label]
    labels = call["options"]["vocabulary_label"]
    # deepG leaves the other records out without a word.
    with pytest.warns(LostDataWarning) as caught:
        X, y, names = load_labelled_headers(folder / "h", header_is(*labels))
    assert "5 of 9 records get no label" in str(caught[0].message)
    assert str(caught[0].message).endswith("three.fasta'.")
    assert names.tolist() == ["Bact", "virus", "VIRUS", "archaea"]
    columns = np.array([labels.index(one) for one in y])
    assert_equal_batches(X, np.eye(len(labels))[columns], call)


@pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning")
def test_headers_by_a_regular_expression(folder):
    """It finds the same records; labels stay as they are written."""
    exact = load_labelled_headers(folder / "h", header_is("virus", "Bact", "archaea"))
    search = load_labelled_headers(folder / "h", r"(?i)^\s*(virus|bact|archaea)\s*$")
    assert search[2].tolist() == exact[2].tolist()
    assert search[1].tolist() == ["Bact", "virus", "VIRUS", "archaea"]
    assert exact[1].tolist() == ["Bact", "virus", "virus", "archaea"]


def test_headers_without_a_known_label(folder):
    call = HEADER_CALLS["no header is a known label"]
    assert "Can not extract enough samples" in call["error"]
    with pytest.raises(ValueError, match=r"None of the 9 records of 3 files gets a label.*'Bact'"):
        load_labelled_headers(folder / "h", header_is(*call["options"]["vocabulary_label"]))


def test_headers_with_a_blank_in_the_label(tmp_path):
    call = HEADER_CALLS["labels with a space"]
    assert "out of bounds" in call["error"]
    path = tmp_path / "s.fasta"
    path.write_text(">class one\nACGTACG\n")
    _, y, _ = load_labelled_headers(path, header_is(*call["options"]["vocabulary_label"]))
    assert y.tolist() == ["class one"]


def table_of(folder, call):
    """The table as the loader takes it: rows without a file removed, files in byte order."""
    frame = pd.read_csv(folder / call["options"]["target_from_csv"], sep=None, engine="python")
    return frame[frame["file"] != "nofile.fasta"].sort_values("file")


@pytest.mark.filterwarnings("ignore:.*rows give no window:UserWarning")
@pytest.mark.parametrize("label", TABLES_COMPARED)
def test_tables(folder, label):
    call = TABLE_CALLS[label]
    frame = table_of(folder, call)
    columns = [column for column in frame.columns if column != "file"]
    # deepG leaves files without a row out without a word, and takes any number as a target: here
    # a single column may be any, several are indicators.
    with pytest.warns(LostDataWarning, match="1 files of sequences beside those of the table"):
        loaded = [load_labelled_csv(frame, folder / "c", label=column) for column in columns]
    X, _, names = loaded[0]
    assert names.tolist() == sorted(names)
    split = call["options"].get("target_split")
    target_columns = split and [[columns.index(name) for name in part] for part in split]
    assert_equal_batches(X, np.column_stack([y for _, y, _ in loaded]), call, target_columns)


@pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning")
def test_a_table_of_indicators_has_the_targets_of_deepg(folder):
    call = TABLE_CALLS["semicolon csv"]
    X, y, names = load_labelled_csv(folder / "lab2.csv", folder / "c", label=None)
    # Rows stay in the order of the table; deepG sorts files.
    assert names.tolist() == ["f3.fasta", "f1.fasta"]
    order = np.argsort(names)
    assert_equal_batches(X[order], y[order], call)
    turned = load_labelled_csv(folder / "lab2.csv", folder / "c", label=["x", "w"])[1]
    np.testing.assert_array_equal(turned, y[:, ::-1])


def test_rows_without_a_file_and_other_numbers_are_errors(folder):
    with pytest.raises(FileNotFoundError, match=r"1 of the 3 files .* do not exist: .*nofile"):
        load_labelled_csv(folder / "lab.csv", folder / "c", label=None)
    frame = table_of(folder, TABLE_CALLS["comma csv, padding TRUE"])
    with pytest.raises(ValueError, match=r"f2\.fasta has 0\.25 in the column 'w'"):
        load_labelled_csv(frame, folder / "c", label=None)


def test_a_table_of_headers_is_for_the_header_loader(folder):
    call = TABLE_CALLS["header column instead of file"]
    assert "not found" in call["error"]
    with pytest.raises(ValueError, match=r"file='file' is no column .* 'header', 'w', 'x'\."):
        load_labelled_csv(folder / "lab3.csv", folder / "c", label=None)
    labels = pd.read_csv(folder / "lab3.csv", index_col="header").idxmax(axis="columns")
    with pytest.warns(LostDataWarning, match="2 of 4 records"):
        _, y, names = load_labelled_headers(folder / "c", labels.get)
    assert (y.tolist(), names.tolist()) == (["w", "x"], ["p", "q"])


def test_windows_never_cross_records(folder):
    """What deepG's concat_seq makes of f1.fasta is ours of records joined by hand."""
    call = TABLE_CALLS["concat_seq"]
    frame = table_of(folder, call)
    joined = ["ACGTACGTA" + "AC" + "GG", "TTTTTTGG"]
    assert_equal_batches(joined, frame[["w", "x", "y"]].to_numpy(), call)


def test_every_call_is_compared_or_explained():
    assert (len(HEADER_CALLS), len(TABLE_CALLS)) == (len(HEADERS["calls"]), len(TABLES["calls"]))
    assert (len(HEADER_CALLS), len(TABLE_CALLS)) == (7, 8)
    assert set(HEADERS_DIFFERENT) < set(HEADER_CALLS)
    assert set(TABLES_DIFFERENT) < set(TABLE_CALLS)
