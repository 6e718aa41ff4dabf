"""Inputs and targets of language models as deepG has them.

Every call of the golden files is compared, or stands in a table with the reason.
"""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from skdeepg.sequences import FastaWindowTransformer, Vocabulary, load_labelled_folders
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.stretches import widen
from skdeepg.sequences.windows import Cut

GOLDEN = Path(__file__).parents[1] / "golden" / "encodings"
AMBIGUOUS = {"zero": "zero", "equal": "uniform", "empirical": "empirical", "discard": "drop"}
KINDS = {
    "target_right": "next",
    "target_middle_lstm": "middle",
    "target_middle_cnn": "middle_cnn",
    "wavenet": "all",
}
SEVERAL_TARGETS = "a stretch has one target"
TWO_ANSWERS = "deepG's generator puts the target of an odd window elsewhere than its encoder"


def read_case(name):
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def split_calls(case, different):
    """Give the calls by label, those to compare, and the others with the reason."""
    calls = {call["label"]: call for call in case["calls"]}
    left_out = {
        label: SEVERAL_TARGETS
        for label, call in calls.items()
        if call["options"].get("target_len", 1) > 1
    }
    left_out |= different
    return calls, [label for label in calls if label not in left_out], left_out


def as_list(value):
    return value if isinstance(value, list) else [value]


def inputs_of(codes, kind, table):
    """What the network sees of our codes: symbol vectors of one input or of two."""
    right = codes.shape[1] // 2 if kind == "middle" else 0
    parts = np.split(codes, [codes.shape[1] - right], axis=1) if right else [codes]
    return [table[part] for part in parts]


def codes_of(vectors):
    """The number of the letter of each target vector of deepG, or -1 if it is no letter."""
    vectors = np.array(vectors, dtype=float)
    return np.where((vectors == 1).any(axis=-1), vectors.argmax(axis=-1), -1)


def assert_equal_split(inputs, y, golden_x, golden_y, kind, table):
    ours, theirs = inputs_of(inputs, kind, table), as_list(golden_x)
    assert len(ours) == len(theirs)
    for x, expected in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(x, np.array(expected["values"], dtype=float), rtol=1e-6)
    np.testing.assert_array_equal(y, codes_of(golden_y["values"]))


# 01b: seq_encoding_lm

ENCODINGS, COMPARED_ENCODINGS, DIFFERENT_ENCODINGS = split_calls(
    read_case("01b_seq_encoding_lm"), {}
)


@pytest.mark.parametrize("label", COMPARED_ENCODINGS)
def test_split_of_encoded_stretches(label):
    options, (golden_x, golden_y) = ENCODINGS[label]["options"], ENCODINGS[label]["output"]
    vocabulary = Vocabulary("".join(options["vocabulary"]))
    kind, length = KINDS[options["output_format"]], options["maxlen"]
    starts = np.array(as_list(options["start_ind"])) - 1
    codes = vocabulary.encode(options["char_sequence"])
    target = LanguageTarget(kind, length, vocabulary)
    stretches = codes[starts[:, np.newaxis] + np.arange(target.stretch_length)]
    shares = options.get("nuc_dist")
    cut = Cut(
        length,
        length,
        ambiguous=AMBIGUOUS[options["ambiguous_nuc"]],
        letter_frequencies=None if shares is None else tuple(shares),
    )
    inputs, y = target.split(stretches)
    assert_equal_split(inputs, y, golden_x, golden_y, kind, cut.symbol_table(vocabulary))


def test_every_encoding_is_compared_or_explained():
    assert len(ENCODINGS) == 26
    assert len(COMPARED_ENCODINGS) == 18
    assert all("target_len 2" in label for label in DIFFERENT_ENCODINGS)


# 04: batches of the generator for language models

CASE = read_case("04_lm")
BATCHES, COMPARED_BATCHES, DIFFERENT_BATCHES = split_calls(
    CASE,
    {
        "maxlen 5 target_len 1 target_middle_lstm": TWO_ANSWERS,
        "maxlen 5 target_len 1 target_middle_cnn": TWO_ANSWERS,
        "padding FALSE target_middle_lstm": TWO_ANSWERS,
    },
)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """The files of the only folder, read as a user would."""
    folder = tmp_path_factory.mktemp("lm")
    for name, content in CASE["files"].items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    return load_labelled_folders({"l": folder / "l"})[0]


def batches_of(rows, options, kind):
    """Our stretches of batch after batch, beginning again at the end, and their symbol table."""
    cutter = FastaWindowTransformer(
        window_length=options["maxlen"],
        stride=options["step"],
        ambiguous=AMBIGUOUS[options.get("ambiguous_nuc", "zero")],
        short="pad" if options["padding"] else "drop",
        tail="drop",
        random_offset=False,
    )
    windows = cutter.fit_transform(rows)
    target = LanguageTarget(kind, options["maxlen"], windows.vocabulary)
    stretches = widen(windows, target)
    grid = stretches._training_grid()
    index = np.arange(grid.n_windows)
    run = grid.run_of(index)
    codes = stretches._gatherer_of(grid).gather(run, grid.starts(index, run))
    endless = itertools.cycle(codes)
    while True:
        drawn = np.stack(list(itertools.islice(endless, options["batch_size"])))
        yield target, drawn, windows.symbol_table()


@pytest.mark.parametrize("label", COMPARED_BATCHES)
def test_batches(rows, label):
    options, batches = BATCHES[label]["options"], BATCHES[label]["batches"]
    kind = KINDS[options["output_format"]]
    assert len(batches) == 2
    for (target, stretches, table), golden in zip(
        batches_of(rows, options, kind), batches, strict=False
    ):
        inputs, y = target.split(stretches)
        assert_equal_split(inputs, y, golden["x"], golden["y"], kind, table)


def test_every_batch_is_compared_or_explained():
    assert len(BATCHES) == 27
    assert len(COMPARED_BATCHES) == 11
    assert sorted(DIFFERENT_BATCHES.values()) == [SEVERAL_TARGETS] * 13 + [TWO_ANSWERS] * 3


@pytest.mark.parametrize("label", [k for k, why in DIFFERENT_BATCHES.items() if why == TWO_ANSWERS])
def test_the_generator_has_the_target_of_an_odd_window_one_base_further_left(rows, label):
    """Moving it there gives what deepG's generator gives: nothing else is different."""
    options, batches = BATCHES[label]["options"], BATCHES[label]["batches"]
    kind = KINDS[options["output_format"]]
    for (target, stretches, table), golden in zip(
        batches_of(rows, options, kind), batches, strict=False
    ):
        place = target.place - 1
        assert place == options["maxlen"] // 2
        right = stretches[:, place + 1 :]
        halves = [stretches[:, :place], right]
        if kind == "middle":
            halves[1] = right[:, ::-1]
        parts = halves if kind == "middle" else [np.concatenate(halves, axis=1)]
        for part, expected in zip(parts, as_list(golden["x"]), strict=True):
            np.testing.assert_array_equal(table[part], expected["values"])
        letters = target.known(stretches[:, place])
        np.testing.assert_array_equal(letters, codes_of(golden["y"]["values"]))
        assert (target.known(stretches[:, target.place]) != letters).any()
