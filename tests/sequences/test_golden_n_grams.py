"""n-grams as deepG counts them and predicts by them: every call of the golden file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from skdeepg import MarkovLanguageModel
from skdeepg.sequences import read_records

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden" / "encodings" / "09_n_gram.json").read_text("utf-8")
)
CALLS = {
    f"{number} {call['function']}": call
    for number, call in enumerate(GOLDEN["calls"])
    if "output" in call
}
DISTRIBUTIONS = [name for name in CALLS if name.endswith("n_gram_dist")]
PREDICTIONS = [name for name in CALLS if name.endswith("predict_with_n_gram")]


@pytest.fixture
def folder(write, tmp_path):
    """The golden files; deepG recognises no lower case, so these letters become N."""
    for name, content in GOLDEN["files"].items():
        write(re.sub("[acgt]", "N", content), name)
    return tmp_path


def files_of(folder: Path, name: str) -> list[Path]:
    path = folder / name
    return sorted(path.iterdir()) if path.is_dir() else [path]


def fit(folder: Path, name: str, n: int, step: int) -> MarkovLanguageModel:
    model = MarkovLanguageModel(order=n, smoothing=0, backoff=False, stride=step)
    return model.fit(files_of(folder, name))


def fit_as_asked(folder: Path, distribution: str) -> MarkovLanguageModel:
    """From a text such as "n_gram_dist of g n 2 step 1"."""
    name, n, step = re.fullmatch(r"n_gram_dist of (\S+) n (\d) step (\d)", distribution).groups()
    return fit(folder, name, int(n), int(step))


def grams_of(n: int) -> list[str]:
    """In deepG's order: the first letter changes fastest."""
    grams = [""]
    for _ in range(n):
        grams = [gram + letter for letter in "ACGT" for gram in grams]
    return grams


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_distribution(name, folder):
    options, output = CALLS[name]["options"], CALLS[name]["output"]
    n = options["n"]
    counts = fit(folder, options["path_input"], n, options["step"]).counts()
    places = [sum("ACGT".index(c) * 4**i for i, c in enumerate(gram[::-1])) for gram in grams_of(n)]
    assert output["grams"] == grams_of(n)
    assert output["columns"] == list("ACGT")
    counts = counts[places]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    np.testing.assert_allclose(shares, output["dist"], atol=1e-12)


def whole_grams(path: Path, n: int, step: int) -> list[tuple[str, int, str, int]]:
    """Record, place in it, gram and place in all records (from 1) of each base to predict."""
    found, n_before = [], 0
    for record in read_records(path):
        for position in range(n, len(record.sequence), step):
            gram = record.sequence[position - n : position]
            if set(gram + record.sequence[position]) <= set("ACGT"):
                found.append((record.name, position, gram, n_before + position + 1))
        n_before += len(record.sequence)
    return found


@pytest.mark.parametrize("name", PREDICTIONS)
def test_prediction(name, folder):
    options, output = CALLS[name]["options"], CALLS[name]["output"]
    model = fit_as_asked(folder, options["distribution"])
    replaced = replaced_by_default(model)
    for path, expected in zip(files_of(folder, options["path_input"]), output, strict=True):
        table = model.predict_windows([path]).set_index(["record", "position"])
        bases = whole_grams(path, model.order_, options["step"])
        places = [(record, position) for record, position, _, _ in bases]
        assert [gram for *_, gram, _ in bases] == expected["gram"]
        assert [place for *_, place in bases] == expected["target_pos"]
        assert table.loc[places, "base"].tolist() == expected["true"]
        predicted = model.classes_[table.loc[places, list("ACGT")].to_numpy().argmax(axis=1)]
        for gram, ours, theirs in zip(expected["gram"], predicted, expected["pred"], strict=True):
            assert theirs == (options["default_pred"] if gram in replaced else ours)
        if not replaced & set(expected["gram"]):
            right = predicted == np.array(expected["true"])
            assert right.mean() == pytest.approx(expected["accuracy"])


def replaced_by_default(model: MarkovLanguageModel) -> set[str]:
    """Grams whose prediction deepG replaces by `default_pred`.

    It looks for letters that were never a target, and replaces the predictions of the grams with
    the same numbers, seen or not; a gram that does not occur predicts the first letter.
    """
    never = np.flatnonzero(model.counts().sum(axis=0) == 0)
    return {grams_of(model.order_)[number] for number in never}


def test_default_prediction_is_compared_where_it_acts(folder):
    acting = [
        name
        for name in PREDICTIONS
        if CALLS[name]["options"]["default_pred"] == "C"
        and replaced_by_default(fit_as_asked(folder, CALLS[name]["options"]["distribution"]))
    ]
    assert acting == ["8 predict_with_n_gram", "11 predict_with_n_gram"]


def test_lower_case_counts_where_deepg_leaves_it_out(write):
    path = write(GOLDEN["files"]["g/a.fasta"])
    model = MarkovLanguageModel(order=2, smoothing=0, backoff=False).fit([path])
    assert model.counts()[0b0110, 3] == 1  # cg, then t
    assert model.counts(0).sum() == 17 + 15 - 1  # all but the N


def test_all_calls_are_compared():
    assert len(GOLDEN["calls"]) == len(CALLS) == len(DISTRIBUTIONS) + len(PREDICTIONS) == 13
