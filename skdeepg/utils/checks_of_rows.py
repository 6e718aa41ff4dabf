"""Checks of what an estimator reads, and that it answers each row for itself."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from Bio.Seq import Seq
from Bio.SeqRecord import SeqRecord

from skdeepg.sequences import read_sequences
from skdeepg.utils.checking import (
    answer,
    assert_same,
    fit,
    seeded_clone,
    toy_labels,
    toy_rows,
    vocabulary_of,
)

__all__ = [
    "check_containers",
    "check_every_row_is_answered",
    "check_files",
    "check_invalid_rows_are_refused",
    "check_letters",
    "check_permuted_rows",
    "check_rows_are_independent",
    "check_slices_of_sequences",
]

CONTAINERS: dict[str, Callable[[list[str]], Any]] = {
    "tuple": tuple,
    "array of objects": lambda rows: np.array(rows, dtype=object),
    "array of strings": np.array,
    "array of shape (n, 1)": lambda rows: np.array(rows, dtype=object)[:, np.newaxis],
    "Series": lambda rows: pd.Series(rows, index=range(7, 7 + len(rows))),
    "DataFrame of one column": lambda rows: pd.DataFrame({"sequence": rows}),
    "list of bytes": lambda rows: [row.encode() for row in rows],
    "list of Bio.Seq": lambda rows: [Seq(row) for row in rows],
    "list of SeqRecord": lambda rows: [SeqRecord(Seq(row), id="same") for row in rows],
}


def check_containers(estimator: Any) -> None:
    """Check that rows in any container teach alike and are answered alike."""
    rows = toy_rows()
    fitted = fit(seeded_clone(estimator), rows)
    expected = answer(fitted, rows)
    letters = vocabulary_of(estimator)
    convert: dict[str, Callable[[list[str]], Any]] = {
        **CONTAINERS,
        "Sequences": lambda rows: read_sequences(rows, letters),
    }
    if hasattr(fitted, "windows_"):
        convert["SequenceWindows"] = fitted.windows_.transform
    for name, converted in ((name, make(rows)) for name, make in convert.items()):
        assert_same(answer(fitted, converted), expected, f"answers to a {name}")
        again = fit(seeded_clone(estimator), converted)
        assert_same(answer(again, rows), expected, f"answers after fit on a {name}")


def check_files(estimator: Any) -> None:
    """Check that paths of FASTA files are read as the sequences in them; a file is one row."""
    rows = toy_rows()
    with tempfile.TemporaryDirectory() as folder:
        paths = _write_files(rows, Path(folder))
        fitted = fit(seeded_clone(estimator), paths)
        expected = answer(fit(seeded_clone(estimator), rows), rows)
        assert_same(answer(fitted, rows), expected, "answers after fit on files")
        assert_same(answer(fitted, paths), expected, "answers to files")
        several = Path(folder, "several.fasta")
        several.write_text(f">one\n{rows[0]}\n>two\n{rows[1]}\n", encoding="ascii")
        answer(fitted, [several, paths[0]])


def _write_files(rows: list[str], folder: Path) -> list[Path]:
    """Write a file a row: plain or compressed in turn, in lines of 30 bases."""
    paths = []
    for number, row in enumerate(rows):
        lines = "\n".join(row[first : first + 30] for first in range(0, len(row), 30))
        text = f">row{number} of a check\n{lines}\n".encode("ascii")
        path = folder / f"{number}.fasta{'.gz' if number % 2 else ''}"
        path.write_bytes(gzip.compress(text) if number % 2 else text)
        paths.append(path)
    return paths


def check_letters(estimator: Any) -> None:
    """Check that lower case reads as upper case, U as T, and other IUPAC letters as N."""
    rows = [row[:5] + "N" + row[6:] for row in toy_rows()]
    fitted = fit(seeded_clone(estimator), rows)
    expected = answer(fitted, rows)
    variants = {
        "lower case": [row.lower() for row in rows],
        "RNA": [row.replace("T", "U") for row in rows],
    }
    if not {"N", "R"} & set(vocabulary_of(estimator)):
        variants["R for N"] = [row.replace("N", "R") for row in rows]
    for name, changed in variants.items():
        assert_same(answer(fitted, changed), expected, f"answers to {name}")
        again = fit(seeded_clone(estimator), changed)
        assert_same(answer(again, rows), expected, f"answers after fit on {name}")


def check_slices_of_sequences(estimator: Any) -> None:
    """Check that rows chosen from Sequences count as the same rows in a list."""
    rows = toy_rows()
    X = read_sequences(rows, vocabulary_of(estimator))
    fitted = fit(seeded_clone(estimator), rows)
    numbers = np.arange(len(rows))
    for key in (slice(2, 7), slice(None, None, -1), numbers % 3 == 0, [3, 3, 0, -1], [5]):
        expected = answer(fitted, [rows[number] for number in numbers[key]])
        assert_same(answer(fitted, X[key]), expected, f"answers to Sequences[{key}]")
    half, y = numbers[2:14], toy_labels(estimator, len(rows))
    labels = None if y is None else y[half]
    one = fit(seeded_clone(estimator), X[half], labels)
    other = fit(seeded_clone(estimator), [rows[number] for number in half], labels)
    assert_same(answer(one, X), answer(other, rows), "answers after fit on a slice of Sequences")


def check_every_row_is_answered(estimator: Any) -> None:
    """Check that short rows, long rows, equal rows and rows of N have an answer each."""
    rows = toy_rows()
    fitted = fit(seeded_clone(estimator), rows)
    unusual = ["A", "N", "N" * 50, "ACGT" * 200, rows[0], rows[0], "nnnnnACGTnnnnn", "".join(rows)]
    answers = answer(fitted, unusual)
    assert_same([answers[4]], [answers[5]], "answers to equal rows")
    if hasattr(fitted, "predict_proba"):
        _check_probabilities(np.asarray(fitted.predict_proba(unusual)), fitted)
    if hasattr(fitted, "predict"):
        n_predicted = len(fitted.predict(unusual))
        if n_predicted != len(unusual):
            raise AssertionError(f"predict gave {n_predicted} answers to {len(unusual)} rows.")


def _check_probabilities(probabilities: Any, fitted: Any) -> None:
    if not np.isfinite(probabilities).all():
        rows = np.flatnonzero(~np.isfinite(probabilities).all(axis=1))
        raise AssertionError(f"predict_proba is not finite for rows {rows.tolist()}.")
    if probabilities.shape[1] != len(fitted.classes_):
        raise AssertionError(
            f"predict_proba has {probabilities.shape[1]} columns for {len(fitted.classes_)} "
            "classes_."
        )


def check_permuted_rows(estimator: Any) -> None:
    """Check that permuting rows permutes their answers."""
    rows = toy_rows()
    fitted = fit(seeded_clone(estimator), rows)
    order = np.random.default_rng(1).permutation(len(rows))
    expected = answer(fitted, rows)
    found = answer(fitted, [rows[number] for number in order])
    assert_same(found, [expected[number] for number in order], "answers to permuted rows")


def check_rows_are_independent(estimator: Any) -> None:
    """Check that the answer to a row does not depend on the rows around it."""
    rows = toy_rows()
    fitted = fit(seeded_clone(estimator), rows)
    alone = [answer(fitted, [row])[0] for row in rows]
    assert_same(answer(fitted, rows), alone, "answers to rows together instead of one by one")
    among = answer(fitted, [rows[3], "ACGT" * 300, "N" * 9])
    assert_same(among[:1], [alone[3]], "answer to a row beside a long one")


def check_invalid_rows_are_refused(estimator: Any) -> None:
    """Check that a lone string, an empty row, a path as a string and the like are errors."""
    rows = toy_rows()
    fitted = fit(seeded_clone(estimator), rows)
    wrong: dict[str, Any] = {
        "one string instead of a list": rows[0],
        "an empty sequence": [rows[0], ""],
        "a path as a string": [rows[0], "genomes/one.fasta"],
        "a letter that is no base": [rows[0], "AC!T"],
        "no sequence": [rows[0], None],
        "a missing file": [Path("genomes", "no such file.fasta")],
    }
    for name, X in wrong.items():
        try:
            answer(fitted, X)
        except (ValueError, TypeError, OSError):
            continue
        raise AssertionError(f"{name} was answered instead of refused.")
