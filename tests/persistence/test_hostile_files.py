"""Files that are damaged, or made to harm: our errors only, no crash, no hang, no code run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

import skdeepg
from skdeepg.exceptions import InvalidModelFileError
from tests.persistence.hostile import (
    OTHER,
    SAVED,
    forge_hdf5,
    forge_json,
    large_layer,
    must_be_refused,
    mutate,
    read_content,
)

ROOT = Path(__file__).parents[2]
MUTATED = ("classifier", "own_network", "multilabel", "next", "wavenet", "markov", "pipeline")


def load_all(folder: Path) -> dict[str, str]:
    """Load the files of a folder in a process of its own; return what became of each."""
    with h5py.File(folder / OTHER, "w") as other:
        other["kernel"] = np.zeros((3, 4, 2), dtype=np.float32)
    result = folder / "result.json"
    command = [sys.executable, "-m", "tests.persistence.load_many", str(folder), str(result)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    outcomes, events = json.loads(result.read_text())
    assert done.returncode == 0, (list(outcomes.items())[-1:], done.stderr[-2000:])
    assert events == []
    assert not (folder / "PWNED").exists()
    assert max(seconds for _, seconds in outcomes.values()) < 30
    return {name: outcome for name, (outcome, _) in outcomes.items()}


def content_of_numbers(file: h5py.File) -> None:
    """Put numbers in place of the JSON."""
    del file["content"]
    file["content"] = np.zeros(10, dtype=np.float32)


def check_refused(files: list, folder: Path) -> None:
    labels = {}
    for number, (label, forge) in enumerate(files):
        labels[f"{number:04d}.h5"] = label
        forge(folder / f"{number:04d}.h5")
    outcomes = load_all(folder)
    assert set(outcomes) == set(labels)
    wrong = {labels[name]: out for name, out in outcomes.items() if not out.startswith("refused")}
    assert wrong == {}


def test_some_hostile_files(tmp_path):
    check_refused(list(must_be_refused())[::80], tmp_path)


def changed(kind, *way, to):
    """Forge a good file with one value of its JSON changed."""
    content = read_content(kind)
    place = content["estimator"]
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = to
    return lambda target: forge_json(target, kind, content)


@pytest.mark.parametrize(
    ("forge", "message"),
    [
        (
            large_layer("InputLayer", batch_shape=[None, 7, 4])[1],
            r"has the shapes \[\(7, 4\), \(2,\)\], not \[\(8, 4\), \(2,\)\]",
        ),
        (changed("classifier", "network", "layers", to="conv"), "layers are no list of texts"),
        (changed("classifier", "network", "variables", to={}), "variables of the network are no l"),
        (
            changed("classifier", "requests", to={"steal": {}}),
            "There is no method 'steal' to route to",
        ),
        (
            lambda target: forge_hdf5(target, "markov", content_of_numbers),
            "Its 'content' is no text",
        ),
    ],
)
def test_what_is_wrong_is_said(forge, message, tmp_path):
    forge(tmp_path / "model.h5")
    with pytest.raises(InvalidModelFileError, match=message):
        skdeepg.load(tmp_path / "model.h5")


@pytest.mark.slow
def test_all_hostile_files(tmp_path):
    files = list(must_be_refused())
    assert len(files) > 300
    check_refused(files, tmp_path)


@pytest.mark.slow
def test_mutated_files(tmp_path):
    """Whatever is changed in the JSON, a file is refused or makes sense."""
    random = np.random.default_rng(0)
    for number in range(400):
        kind = MUTATED[number % len(MUTATED)]
        content = mutate(read_content(kind), random)
        forge_json(tmp_path / f"{number:04d}.h5", kind, content)
    outcomes = load_all(tmp_path)
    assert len(outcomes) == 400
    assert {out for out in outcomes.values() if not out.startswith(("refused", "loaded"))} == set()
    assert sum(out.startswith("refused") for out in outcomes.values()) > 200


def damaged(data: bytes, random: np.random.Generator) -> bytes:
    """Cut a file, lengthen it, or change some of its bytes."""
    kind = random.integers(4)
    if kind == 0:
        return data[: random.integers(len(data))]
    if kind == 1:
        return data + random.bytes(random.integers(1, 100))
    changed = bytearray(data)
    for place in random.integers(len(data), size=1 if kind == 2 else 20):
        changed[place] ^= 1 << random.integers(8)
    return bytes(changed)


def damaged_classifier(random: np.random.Generator) -> bytes:
    data = (SAVED / "classifier.h5").read_bytes()
    changed = damaged(data, random)
    return changed if changed != data else data[:-1]


def test_damaged_files_are_refused_by_their_checksum(tmp_path):
    random = np.random.default_rng(50)
    path = tmp_path / "model.h5"
    for _ in range(50):
        path.write_bytes(damaged_classifier(random))
        for function in (skdeepg.load, skdeepg.describe_file):
            with pytest.raises(InvalidModelFileError):
                function(path)


@pytest.mark.slow
def test_a_thousand_damaged_files(tmp_path):
    random = np.random.default_rng(1000)
    contents = [damaged_classifier(random) for _ in range(1_000)]
    check_refused(
        [(f"number {i}", lambda path, i=i: path.write_bytes(contents[i])) for i in range(1_000)],
        tmp_path,
    )


def test_damage_in_each_part_of_the_first_block_is_found(tmp_path):
    data = (SAVED / "unfitted.h5").read_bytes()
    path = tmp_path / "model.h5"
    for place in range(520):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(InvalidModelFileError):
            skdeepg.load(path)
