"""2-D arrays of codes: what is taken, what is refused, what is inferred."""

import numpy as np
import pytest

from skdeepg.sequences import Vocabulary
from skdeepg.sequences.codes import check_codes, infer_vocabulary

DNA = Vocabulary("ACGT")


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int64", "float32", "float64"])
def test_whole_numbers_of_any_type(dtype):
    codes = check_codes(np.array([[0, 1, 2], [3, 4, 5]], dtype=dtype), DNA)
    assert codes.dtype == np.uint8
    assert codes.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_truth_values_are_codes():
    assert check_codes(np.array([[True, False]]), DNA).tolist() == [[1, 0]]


def test_no_rows_are_no_rows():
    assert check_codes(np.zeros((0, 3)), DNA).shape == (0, 3)


@pytest.mark.parametrize("too_large", [6, 255, 256, 2**40])
def test_largest_code(too_large):
    with pytest.raises(ValueError, match="X has the code") as error:
        check_codes(np.array([[0, 5], [1, too_large]]), DNA)
    assert str(error.value) == (
        f"X has the code {too_large} in row 1, column 1; with the vocabulary 'ACGT' codes are 0 to "
        "3, 4 for an ambiguous letter and 5 for padding."
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.5, "X has 0.5"), (-1, "Negative values in data: X has -1"), (-0.5, "Negative values")],
)
@pytest.mark.parametrize("check", [infer_vocabulary, lambda codes: check_codes(codes, DNA)])
def test_fractions_and_negative_numbers(check, value, shown):
    with pytest.raises(ValueError, match=f"{shown}.* in row 1, column 0, where a code"):
        check(np.array([[0, 1], [value, 1]]))


@pytest.mark.parametrize("codes", [[["A"]], [[1j]], [[None]]])
def test_other_types(codes):
    with pytest.raises(ValueError, match="X must have whole-number codes, not values of type"):
        check_codes(np.array(codes), DNA)


@pytest.mark.parametrize(
    ("codes", "n_symbols"), [([[0, 0]], 2), ([[1]], 2), ([[0, 4], [2, 1]], 5), ([[63]], 64)]
)
def test_inferred_vocabulary_has_a_symbol_a_code(codes, n_symbols):
    vocabulary = infer_vocabulary(np.array(codes))
    assert vocabulary.n_symbols == n_symbols
    assert len(set(vocabulary.letters)) == n_symbols
    assert check_codes(np.array(codes), vocabulary, inferred=True).tolist() == codes


def test_too_many_symbols_to_infer():
    with pytest.raises(ValueError, match="X has codes up to 64; with vocabulary=None at most 64"):
        infer_vocabulary(np.array([[0, 64]]))


def test_unseen_codes_of_an_inferred_vocabulary_are_ambiguous():
    vocabulary = infer_vocabulary(np.array([[0, 1, 2]]))
    codes = check_codes(np.array([[2, 3, 4], [1000, 0, 1]]), vocabulary, inferred=True)
    assert codes.tolist() == [[2, 3, 3], [3, 0, 1]]
