"""Whole batches as deepG's label_folder generator gives them.

deepG walks windows class by class in order and begins again at the end; tails and random offsets
are switched off for the comparison. Every call is compared, or stands in a table with the reason.
"""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from skdeepg.sequences import (
    FastaWindowTransformer,
    Vocabulary,
    cut_windows,
    load_labelled_folders,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "encodings" / "02_label_folder.json"
CASE = json.loads(GOLDEN.read_text(encoding="utf-8"))
CALLS = {call["label"]: call for call in CASE["calls"]}
AMBIGUOUS = {"zero": "zero", "equal": "uniform", "empirical": "empirical", "discard": "drop"}

WITHOUT_PEER = {
    "concat_seq": "records are never joined: windows never cross them",
    "skip_amb_nuc 0.1": "no record is left out for its ambiguous letters, only windows",
    "proportion_entries NULL, file_limit 1": "whoever wants fewer files gives fewer",
}
# These have a test of their own below.
DIFFERENT = {
    "ambiguous empirical": "letter shares of the training rows, not of the current file",
    "empirical, a file without one of the letters": "the same; deepG gives NA or 0",
    "max_samples 2, seed 1": "windows are drawn at random, not consecutive",
    "max_samples 2, seed 2": "windows are drawn at random, not consecutive",
    "max_samples 2, seed 3": "windows are drawn at random, not consecutive",
    "maxlen longer than every record, padding FALSE": "an error in both",
    "vocabulary order A,C,T,G with reverse_complement_encoding": "deepG's other strand is wrong",
}
COMPARED = [label for label in CALLS if label not in {*WITHOUT_PEER, *DIFFERENT}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("label_folder")
    for name, content in CASE["files"].items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    return folder


def as_list(value):
    return value if isinstance(value, list) else [value]


def classes_of(folder, options):
    """The rows of each class: the files of a folder, or one file."""
    paths = as_list(options["path"])
    letters = "".join(options.get("vocabulary", "ACGT"))
    X, y, _ = load_labelled_folders({path: folder / path for path in paths}, vocabulary=letters)
    return [X[y == path] for path in paths]


def one_a_class(value, n_classes):
    """Split a batch size or a step; a single batch size is rounded up and shared."""
    return value if isinstance(value, list) else [value] * n_classes


def cutter_of(options, step, **settings):
    return FastaWindowTransformer(
        window_length=options["maxlen"],
        stride=step,
        ambiguous=AMBIGUOUS[options.get("ambiguous_nuc", "zero")],
        short="pad" if options["padding"] else "drop",
        tail="drop",
        max_windows=options.get("max_samples"),
        random_offset=False,
        vocabulary="".join(options.get("vocabulary", "ACGT")),
        **settings,
    )


def table_of(options, X):
    return cutter_of(options, None).fit_transform(X).symbol_table()


def batches_of(folder, options):
    """Our codes of batch after batch, and the number of each window's class."""
    classes = classes_of(folder, options)
    steps = one_a_class(options.get("step"), len(classes))
    share = options["batch_size"]
    sizes = share if isinstance(share, list) else [-(-share // len(classes))] * len(classes)
    endless = [
        itertools.cycle(cut_windows(X, windows=cutter_of(options, step))[0])
        for X, step in zip(classes, steps, strict=True)
    ]
    while True:
        drawn = [
            list(itertools.islice(windows, size))
            for windows, size in zip(endless, sizes, strict=True)
        ]
        yield np.concatenate(drawn), np.repeat(np.arange(len(classes)), sizes)


def arrays(values):
    """The inputs of a batch as arrays, NA as nan."""
    return [np.array(x["values"], dtype=float) for x in as_list(values)]


def inputs_of(codes, options, table):
    """What the network sees of our codes, under the options of deepG."""
    vocabulary = Vocabulary("".join(options.get("vocabulary", "ACGT")))
    if options.get("return_int"):  # padding is 0 there and the last code here
        return [(codes.astype(int) + 1) % (vocabulary.padding_code + 1)]
    if options.get("reverse_complement_encoding"):
        # Of codes, so left padding becomes right padding as in deepG.
        return [table[codes], table[vocabulary.reverse_complement(codes)]]
    return [table[codes]]


@pytest.mark.filterwarnings("ignore:.*rows give no window:UserWarning")
@pytest.mark.parametrize("label", COMPARED)
def test_batches(folder, label):
    options, batches = CALLS[label]["options"], CALLS[label]["batches"]
    table = table_of(options, classes_of(folder, options)[0])
    assert batches
    for (codes, classes), golden in zip(batches_of(folder, options), batches, strict=False):
        ours, theirs = inputs_of(codes, options, table), arrays(golden["x"])
        assert len(ours) == len(theirs)
        for x, expected in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(x, expected, rtol=1e-6)
        np.testing.assert_array_equal(np.eye(classes.max() + 1)[classes], golden["y"]["values"])


def test_every_call_is_compared_or_explained():
    assert len(CALLS) == len(CASE["calls"]) == 28
    assert len(COMPARED) + len(WITHOUT_PEER) + len(DIFFERENT) == len(CALLS)
    assert set(WITHOUT_PEER) | set(DIFFERENT) < set(CALLS)


def test_windows_longer_than_every_record_without_padding_are_an_error_in_both(folder):
    call = CALLS["maxlen longer than every record, padding FALSE"]
    assert "Can not extract enough samples" in call["error"]
    with pytest.raises(ValueError, match="No window is left of 2 rows"):
        next(batches_of(folder, call["options"]))


def test_empirical_shares_are_those_of_a_file_where_the_file_is_the_training_row(folder):
    """Fitted to each file alone, our vectors are deepG's, wherever deepG knows its shares."""
    call = CALLS["ambiguous empirical"]
    options = call["options"]
    windows_of_classes = []
    for X in classes_of(folder, options):
        vectors = []
        for row in X:
            cutter = cutter_of(options, options["step"])
            codes = cutter.fit_transform(row).to_array()
            vectors.extend(cutter.fit_transform(row).symbol_table()[codes])
        windows_of_classes.append(itertools.cycle(vectors))
    unknown = 0
    for golden in call["batches"]:
        [theirs] = arrays(golden["x"])
        drawn = [list(itertools.islice(windows, 3)) for windows in windows_of_classes]
        ours = np.concatenate(drawn)
        known = ~np.isnan(theirs)
        np.testing.assert_allclose(ours[known], theirs[known], rtol=1e-6)
        unknown += (~known).any(axis=(1, 2)).sum()
    # A file without G: deepG has NA for its N.
    assert unknown == 1


def test_empirical_shares_of_a_file_without_one_of_the_letters(folder):
    call = CALLS["empirical, a file without one of the letters"]
    options = call["options"]
    [X] = classes_of(folder, options)
    table = table_of(options, X)
    np.testing.assert_allclose(table[4], [1 / 3, 1 / 3, 0, 1 / 3], rtol=1e-6)
    for (codes, _), golden in zip(batches_of(folder, options), call["batches"], strict=False):
        [theirs] = arrays(golden["x"])
        clean = codes != 4
        np.testing.assert_array_equal(table[codes][clean], theirs[clean])
        assert not np.nan_to_num(theirs[~clean]).any()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_limited_windows_are_as_many_of_the_same(folder, seed):
    call = CALLS[f"max_samples 2, seed {seed}"]
    options = call["options"]
    unlimited = {**options, "max_samples": None}
    table = table_of(options, classes_of(folder, options)[0])
    every = [
        {table[window].tobytes() for window in cut_windows(X, windows=cutter_of(unlimited, 1))[0]}
        for X in classes_of(folder, options)
    ]
    for golden in call["batches"]:
        [theirs] = arrays(golden["x"])
        for number, window in enumerate(theirs.astype(np.float32)):
            assert window.tobytes() in every[number // 3]
    for X, windows in zip(classes_of(folder, options), every, strict=True):
        codes, _, groups = cut_windows(X, windows=cutter_of(options, 1, random_state=seed))
        assert np.bincount(groups).tolist() == [2] * len(X)
        assert {table[window].tobytes() for window in codes} <= windows


def test_other_strand_in_any_order_of_letters(folder):
    wrong = CALLS["vocabulary order A,C,T,G with reverse_complement_encoding"]
    right = CALLS["vocabulary order T,G,C,A with reverse_complement_encoding"]
    codes, _ = next(batches_of(folder, wrong["options"]))
    vocabulary = Vocabulary("ACTG")
    forward, backward = (
        [vocabulary.decode(window).replace("_", "0").replace("N", "0") for window in windows]
        for windows in (codes, vocabulary.reverse_complement(codes))
    )
    assert forward == wrong["batches"][0]["x"][0]["text"]
    assert backward == right["batches"][0]["x"][1]["text"]
    assert backward != wrong["batches"][0]["x"][1]["text"]
