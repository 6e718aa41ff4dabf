"""FastaWindowTransformer as a scikit-learn transformer: parameters, shapes of X, errors."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags

from skdeepg.exceptions import InvalidSequenceFileError
from skdeepg.sequences import FastaWindowTransformer, Sequences, SequenceWindows, read_sequences
from skdeepg.sequences.windows import Cut

ROWS = ["ACGTAC", "GG"]
CODES = [[0, 1, 2, 3], [3, 5, 4, 0]]


def test_defaults():
    assert FastaWindowTransformer().get_params() == {
        "window_length": 500,
        "stride": None,
        "ambiguous": "zero",
        "short": "pad",
        "tail": "anchor",
        "max_windows": None,
        "proportion": None,
        "random_offset": True,
        "vocabulary": "ACGT",
        "input": "auto",
        "draw_rows": "length",
        "quality": False,
        "memory": None,
        "random_state": None,
        "verbose": 0,
    }


def test_parameters_are_set_and_cloned():
    cutter = FastaWindowTransformer(4, stride=2, ambiguous="uniform").set_params(tail="drop")
    copy = clone(cutter)
    assert copy.get_params() == cutter.get_params()
    short = FastaWindowTransformer(4, tail="drop")
    assert repr(short) == "FastaWindowTransformer(tail='drop', window_length=4)"


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        ("window_length", 0, r"an int in the range \[1, inf\). Got 0"),
        ("window_length", 4.0, "an int in the range"),
        ("window_length", None, "an int in the range"),
        ("stride", 0, r"an int in the range \[1, inf\) or None. Got 0"),
        ("stride", -2, "an int in the range"),
        ("ambiguous", "equal", "a str among .*'uniform'.* Got 'equal'"),
        ("short", "zero", "a str among .*'pad'.*. Got 'zero'"),
        ("tail", "cut", "a str among .*'anchor'.*. Got 'cut'"),
        ("max_windows", 0, "an int in the range"),
        ("proportion", 0, r"a float in the range \(0.0, 1.0\]"),
        ("proportion", 1.5, "a float in the range"),
        ("random_offset", "yes", "an instance of 'bool'"),
        ("vocabulary", 4, "an instance of 'str' or None"),
        ("input", "file", "a str among .*'filename'"),
        ("random_state", -1, "an int in the range"),
    ],
)
def test_parameters_that_make_no_sense(parameter, value, message):
    cutter = FastaWindowTransformer().set_params(**{parameter: value})
    with pytest.raises(ValueError, match=f"The '{parameter}' parameter of .* must be {message}"):
        cutter.fit(ROWS)


def test_vocabulary_is_checked():
    with pytest.raises(ValueError, match="vocabulary has a letter twice"):
        FastaWindowTransformer(vocabulary="ACGA").fit(ROWS)
    with pytest.raises(ValueError, match="vocabulary=None is for 2-D arrays of codes"):
        FastaWindowTransformer(vocabulary=None).fit(ROWS)


@pytest.mark.parametrize(
    "make",
    [list, tuple, np.array, pd.Series, read_sequences, lambda rows: pd.DataFrame({"s": rows})],
    ids=["list", "tuple", "array", "Series", "Sequences", "DataFrame"],
)
def test_rows_in_windows_out(make):
    cutter = FastaWindowTransformer(window_length=4, stride=2)
    windows = cutter.fit_transform(make(ROWS))
    assert type(windows) is SequenceWindows
    assert windows.to_array().tolist() == [[0, 1, 2, 3], [2, 3, 0, 1], [5, 5, 2, 2]]
    assert cutter.vocabulary_.letters == "ACGT"
    assert not hasattr(cutter, "n_features_in_")
    assert not hasattr(cutter, "letter_frequencies_")


def test_windows_in_windows_out_cut_anew():
    first = FastaWindowTransformer(4).fit_transform(ROWS)
    again = FastaWindowTransformer(3).fit_transform(first)
    assert again.to_array().tolist() == [[0, 1, 2], [3, 0, 1], [5, 2, 2]]
    assert again.sequences is first.sequences


def test_sequences_are_not_copied():
    X = read_sequences(ROWS)
    assert FastaWindowTransformer(4).fit_transform(X).sequences is X


def test_files_and_file_names(write):
    path = write(">a\nACGT\n>b\nGG\n")
    assert FastaWindowTransformer(4).fit_transform([path]).n_windows == 2
    by_name = FastaWindowTransformer(4, input="filename")
    assert by_name.fit_transform([str(path)]).n_windows == 2
    with pytest.raises(InvalidSequenceFileError, match="wrap it in pathlib.Path"):
        FastaWindowTransformer(4).fit([str(path)])


def test_transform_needs_fit_and_fit_returns_itself():
    cutter = FastaWindowTransformer(4)
    with pytest.raises(NotFittedError):
        cutter.transform(ROWS)
    assert cutter.fit(ROWS) is cutter
    assert cutter.transform(["TTTT"]).to_array().tolist() == [[3, 3, 3, 3]]


def test_sequences_of_another_vocabulary():
    X = read_sequences(ROWS, "ACGTN")
    with pytest.raises(ValueError, match="X was read with the vocabulary 'ACGTN', but 'ACGT'"):
        FastaWindowTransformer(4).fit(X)
    assert FastaWindowTransformer(4, vocabulary="ACGTN").fit_transform(X).n_windows == 3


def test_codes_in_codes_out():
    cutter = FastaWindowTransformer(500)
    codes = cutter.fit_transform(np.array(CODES))
    assert codes.dtype == np.uint8
    assert codes.tolist() == CODES
    assert cutter.n_features_in_ == 4
    assert cutter.transform(pd.DataFrame(CODES)).tolist() == CODES
    with pytest.raises(ValueError, match="X has 3 features, but FastaWindowTransformer is expect"):
        cutter.transform(np.zeros((2, 3), dtype=int))


def test_codes_may_come_before_or_after_sequences():
    cutter = FastaWindowTransformer(4).fit(ROWS)
    assert cutter.transform(CODES).tolist() == CODES
    assert cutter.fit(CODES).transform(ROWS).n_windows == 3


def test_codes_without_vocabulary():
    cutter = FastaWindowTransformer(vocabulary=None).fit([[0, 1, 2], [2, 0, 1]])
    assert cutter.vocabulary_.n_symbols == 3
    assert cutter.transform([[0, 7, 3]]).tolist() == [[0, 3, 3]]


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (
            [[0, 6]],
            "X has the code 6 in row 0, column 1; with the vocabulary 'ACGT' codes are 0 to",
        ),
        ([[0.5, 1.0]], "X has 0.5 in row 0, column 0, where a code"),
        ([[0, -1]], "Negative values in data: X has -1 in row 0, column 1"),
        ([[0.0, np.nan]], "NaN"),
        ([["A", "C"]], "not compatible with arrays of bytes/strings"),
        (np.zeros((2, 3, 4), dtype=int), "dim 3"),
        (np.zeros((0, 3), dtype=int), "0 sample"),
        ([], "Expected 2D array"),
        ([1, 2], "Expected 2D array"),
    ],
)
def test_codes_that_make_no_sense(X, message):
    with pytest.raises(ValueError, match=message):
        FastaWindowTransformer().fit(X)


@pytest.mark.parametrize("row", [None, float("nan"), pd.NA, 3])
def test_rows_that_are_no_sequences_are_named(row):
    for number, rows in enumerate([[row, "ACGT"], ["ACGT", row]]):
        with pytest.raises(TypeError, match=f"Row {number} of X is .* expected a sequence"):
            FastaWindowTransformer(4).fit(rows)


def test_one_string_is_no_list_of_rows():
    with pytest.raises(TypeError, match=r"not one str: wrap it in a list"):
        FastaWindowTransformer(4).fit("ACGTACGT")


def test_short_error_names_record_row_and_length(write):
    path = write(">long\nACGTACGT\n>tiny x\nACG\n>b\nAC\n", "mixed.fasta")
    cutter = FastaWindowTransformer(4, short="error")
    with pytest.raises(ValueError, match="are shorter") as error:
        cutter.fit_transform(["ACGT", path])
    assert str(error.value) == (
        "2 records are shorter than window_length=4; the first is 'tiny' of row 1 ('mixed.fasta') "
        "with 3 bases. Choose short='pad', 'repeat' or 'drop', or shorter windows."
    )
    assert cutter.fit_transform(["ACGT"]).n_windows == 1
    with pytest.raises(ValueError, match="1 records are shorter"):
        cutter.transform(["ACG"])


def test_ambiguous_error_names_record_row_and_position():
    cutter = FastaWindowTransformer(4, ambiguous="error")
    with pytest.raises(ValueError, match="ambiguous letters") as error:
        cutter.fit_transform(["ACGT", "ACGTRN"])
    assert str(error.value) == (
        "Record '1' of row 1 ('1') has 2 ambiguous letters, the first at position 4 (counted from "
        "0). Choose ambiguous='zero', 'uniform', 'empirical' or 'drop'."
    )
    assert cutter.fit_transform(["ACGT"]).n_windows == 1
    with pytest.raises(ValueError, match="the first at position 0"):
        cutter.transform(["NACG"])


def test_empirical_frequencies_are_those_of_the_training_rows():
    cutter = FastaWindowTransformer(4, ambiguous="empirical").fit(["AAAC", "NNGG"])
    np.testing.assert_allclose(cutter.letter_frequencies_, [3 / 6, 1 / 6, 2 / 6, 0], rtol=1e-15)
    windows = cutter.transform(["TTTN"])
    np.testing.assert_allclose(windows.symbol_table()[4], [3 / 6, 1 / 6, 2 / 6, 0], rtol=1e-6)


def test_empirical_frequencies_of_codes():
    cutter = FastaWindowTransformer(ambiguous="empirical").fit(CODES)
    np.testing.assert_allclose(cutter.letter_frequencies_, [2 / 6, 1 / 6, 1 / 6, 2 / 6], rtol=1e-15)


def test_cut_resolves_the_parameters():
    assert FastaWindowTransformer(7).cut() == Cut(window_length=7, stride=7)
    cutter = FastaWindowTransformer(np.int64(7), 3, "drop", "drop", "drop", 5, 0.5, False)
    resolved = cutter.cut()
    assert resolved == Cut(7, 3, "drop", "drop", "drop", 5, 0.5, False)
    assert type(resolved.window_length) is int


def test_a_cut_makes_a_fitted_transformer():
    cutter = FastaWindowTransformer(4, stride=3, ambiguous="empirical").fit(["AAAC"])
    again = FastaWindowTransformer._from_cut(cutter.cut(), cutter.vocabulary_)
    assert again.cut() == cutter.cut()
    assert again.transform(ROWS).to_array().tolist() == cutter.transform(ROWS).to_array().tolist()


def test_output_settings_are_accepted_and_change_nothing():
    cutter = FastaWindowTransformer(4)
    assert cutter.set_output(transform="pandas") is cutter
    assert type(cutter.fit_transform(ROWS)) is SequenceWindows
    pipeline = make_pipeline(FastaWindowTransformer(4)).set_output(transform="pandas")
    assert type(pipeline.fit_transform(ROWS)) is SequenceWindows
    assert type(clone(cutter).set_output(transform="pandas").fit_transform(CODES)) is np.ndarray


def test_pickle_in_every_state():
    cutter = FastaWindowTransformer(4, ambiguous="empirical")
    unfitted = pickle.loads(pickle.dumps(cutter))
    assert unfitted.get_params() == cutter.get_params()
    fitted = pickle.loads(pickle.dumps(cutter.fit(ROWS)))
    assert fitted.cut() == cutter.cut()
    assert fitted.transform(ROWS).to_array().tolist() == cutter.transform(ROWS).to_array().tolist()


def test_fitting_changes_no_parameter_and_no_row():
    X = read_sequences(ROWS)
    cutter = FastaWindowTransformer(4, stride=None)
    before = cutter.get_params()
    cutter.fit_transform(X)
    assert cutter.get_params() == before
    assert type(X) is Sequences
    assert X.sequence(0) == "ACGTAC"


def test_tags_tell_scikit_learn_what_rows_may_be():
    tags = get_tags(FastaWindowTransformer())
    assert tags.input_tags.string
    assert tags.input_tags.positive_only
    assert tags.input_tags.categorical
