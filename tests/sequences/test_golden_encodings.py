"""Codes, window starts, files and records as deepG has them.

Every call of the golden files is compared, or stands in a table with what is different. Whole
batches are in test_golden_batches.py.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from skdeepg.exceptions import InvalidLetterError, LostDataWarning
from skdeepg.sequences import (
    FastaWindowTransformer,
    Vocabulary,
    load_labelled_folders,
    read_records,
)
from skdeepg.sequences.windows import Cut

GOLDEN = Path(__file__).parents[1] / "golden" / "encodings"
AMBIGUOUS = {"zero": "zero", "equal": "uniform", "empirical": "empirical", "discard": "drop"}


def calls_of(case):
    return json.loads((GOLDEN / f"{case}.json").read_text(encoding="utf-8"))["calls"]


def by_label(case):
    return {call["label"]: call for call in calls_of(case)}


def as_list(value):
    return value if isinstance(value, list) else [value]


# 01a: seq_encoding_label

ENCODINGS = by_label("01a_seq_encoding_label")
ENCODINGS_WITHOUT_PEER = {
    "start too far right": "windows are laid by us, so a start outside the sequence cannot be given"
}
COMPARED_ENCODINGS = [label for label in ENCODINGS if label not in ENCODINGS_WITHOUT_PEER]


def from_deepg_integers(integers, vocabulary):
    """Padding is 0 there and the last code here; letters and ambiguity are one less."""
    return (np.array(integers) - 1) % (vocabulary.padding_code + 1)


def cut_as_asked(options, vocabulary):
    """The codes of each window: deepG counts starts from 1."""
    if "char_sequence" in options:
        # Behind the last window are Z and X: zeros to deepG, an error to us.
        codes = vocabulary.encode(options["char_sequence"][:15])
    else:
        codes = from_deepg_integers(options["sequence"], vocabulary)
    starts = np.array(as_list(options["start_ind"])) - 1
    if options.get("adjust_start_ind"):
        starts = starts - starts[0]
    return codes[starts[:, np.newaxis] + np.arange(options["maxlen"])]


@pytest.mark.parametrize("label", COMPARED_ENCODINGS)
def test_encoding(label):
    options, output = ENCODINGS[label]["options"], ENCODINGS[label]["output"]
    vocabulary = Vocabulary("".join(options["vocabulary"]))
    codes = cut_as_asked(options, vocabulary)
    if options.get("return_int"):
        np.testing.assert_array_equal(codes, from_deepg_integers(output["values"], vocabulary))
        return
    shares = options.get("nuc_dist")
    cut = Cut(
        window_length=options["maxlen"],
        stride=1,
        ambiguous=AMBIGUOUS[options.get("ambiguous_nuc", "zero")],
        letter_frequencies=shares and tuple(shares),
    )
    vectors = cut.symbol_table(vocabulary)[codes]
    np.testing.assert_allclose(vectors, output["values"], rtol=1e-6)


def test_table_of_encodings_is_of_calls_that_deepg_refused_too():
    assert len(COMPARED_ENCODINGS) == 14
    for label in ENCODINGS_WITHOUT_PEER:
        assert "error" in ENCODINGS[label]


def test_unknown_letters_are_an_error_where_deepg_has_zeros():
    sequence = ENCODINGS["char acgt zero"]["options"]["char_sequence"]
    with pytest.raises(InvalidLetterError, match="The letter 'Z' at position 15"):
        Vocabulary("ACGT").encode(sequence)


# 02b: files of a folder

FILE_ORDER = by_label("02b_file_order")
FILE_ORDERS_WITHOUT_PEER = {
    "LC_COLLATE C.UTF-8": "R sorts without regard to case there; the order of bytes is ours always"
}


def test_order_of_files(write, tmp_path):
    assert set(FILE_ORDER) - set(FILE_ORDERS_WITHOUT_PEER) == {"LC_COLLATE C"}
    golden = json.loads((GOLDEN / "02b_file_order.json").read_text(encoding="utf-8"))
    for name, content in golden["files"].items():
        write(content, name)
    with pytest.warns(LostDataWarning, match=r"1 of 8 entries .*'skip.txt'"):
        X, _, names = load_labelled_folders([tmp_path / "k"])
    # deepG reads *.fasta only; we read every suffix of FASTA, so other.fa is a row more.
    assert names.tolist()[-1] == "other.fa"
    windows = FastaWindowTransformer(6, stride=100, tail="drop").fit_transform(X[:-1])
    vectors = windows.symbol_table()[windows.to_array()]
    [batch] = FILE_ORDER["LC_COLLATE C"]["batches"]
    np.testing.assert_array_equal(vectors, batch["x"]["values"])


# 06: get_start_ind

STARTS = calls_of("06_get_start_ind")


def our_starts(write, options):
    """Starts in the concatenation of all records, counted from 1 as in deepG."""
    sequences = options.get("seq_vector", ["A" * n for n in as_list(options["length_vector"])])
    # A zero is a clean letter to deepG; our records have no padding inside.
    records = [sequence.replace("0", "A") for sequence in as_list(sequences)]
    path = write("".join(f">{i}\n{record}\n" for i, record in enumerate(records)))
    cutter = FastaWindowTransformer(
        # A language model's window is a letter longer: its target.
        window_length=options["maxlen"] + (options["train_mode"] == "lm"),
        stride=options["step"],
        ambiguous="drop" if options["discard_amb_nuc"] else "zero",
        short="drop",
        tail="drop",
        random_offset=False,
    )
    grid = cutter.fit_transform([path])._training_grid()
    return (grid.starts(np.arange(grid.n_windows)) + 1).tolist()


def test_starts(write):
    compared = [call for call in STARTS if "output" in call]
    for call in compared:
        assert our_starts(write, call["options"]) == as_list(call["output"]), call["options"]
    assert len(compared) == 60


def test_starts_where_deepg_stops_at_a_record_that_is_too_short(write):
    # deepG's generator skips such records, and so do we; only get_start_ind alone stops.
    refused = [call for call in STARTS if "error" in call]
    for call in refused:
        options = call["options"]
        needed = options["maxlen"] + (options["train_mode"] == "lm")
        lengths = np.array(as_list(options["length_vector"]))
        assert lengths.min() < needed
        begins = np.cumsum(lengths) - lengths + 1
        found = our_starts(write, options)
        of_record = np.searchsorted(begins, found, side="right") - 1
        assert (lengths[of_record] >= needed).all()
    assert len(refused) + 60 == len(STARTS)


def test_starts_in_a_long_record_behind_one_that_deepg_refuses(write):
    options = {"length_vector": [4, 10], "maxlen": 5, "step": 3, "discard_amb_nuc": False}
    assert our_starts(write, {**options, "train_mode": "label"}) == [5, 8]
    assert our_starts(write, {**options, "train_mode": "lm"}) == [5, 8]


# 10: reader

READER = by_label("10_fasta_reader")


@pytest.mark.parametrize("label", ["crlf", "no_final_newline"])
def test_reader(write, label):
    records = list(read_records(write(READER[label]["text"])))
    output = READER[label]["output"]
    assert [record.description for record in records] == as_list(output["Header"])
    assert [record.sequence for record in records] == as_list(output["Sequence"])


def test_blanks_inside_lines_are_removed_where_deepg_keeps_them(write):
    records = list(read_records(write(READER["basic"]["text"])))
    assert [record.description for record in records] == READER["basic"]["output"]["Header"]
    assert READER["basic"]["output"]["Sequence"] == ["ACGTac gt", "TTTTNN"]
    assert [record.sequence for record in records] == ["ACGTacgt", "TTTTNN"]


def test_text_before_the_first_record_is_warned_of(write):
    with pytest.warns(LostDataWarning, match="before the first '>'"):
        records = list(read_records(write(READER["text_before"]["text"])))
    assert [record.sequence for record in records] == as_list(
        READER["text_before"]["output"]["Sequence"]
    )


@pytest.mark.parametrize(
    ("label", "deepg", "kept"),
    [("empty_record", ">b>a", ["b", "c"]), ("last_empty", None, ["a"])],
)
def test_records_without_sequence_are_left_out_with_a_warning(write, label, deepg, kept):
    # deepG gives them other headers as sequence, or NA.
    output = READER[label]["output"]
    assert deepg in output["Sequence"]
    with pytest.warns(LostDataWarning, match="1 of . records have no sequence"):
        records = list(read_records(write(READER[label]["text"])))
    assert [record.name for record in records] == kept
    expected = dict(zip(output["Header"], output["Sequence"], strict=True))
    assert [record.sequence for record in records] == [expected[name] for name in kept]


def test_all_calls_of_the_reader_are_looked_at():
    assert set(READER) == {
        *("crlf", "no_final_newline", "basic"),
        *("text_before", "empty_record", "last_empty"),
    }
