"""Truth and probabilities that are refused, and those that are not."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg.inspection import evaluate_classifier

GOOD = {
    "classes": ["a", "b"],
    "row_truth": ["a", "b"],
    "row_probabilities": [[0.8, 0.2], [0.4, 0.6]],
    "window_rows": [0, 1],
    "window_probabilities": [[0.8, 0.2], [0.4, 0.6]],
}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"row_truth": ["a", "z"]},
            "the label 'z' in row 1, which is not among the classes: 'a', 'b'",
        ),
        ({"row_truth": ["a", None]}, "label None in row 1"),
        ({"row_truth": []}, "no rows to evaluate"),
        ({"row_truth": "a"}, "row_truth must have 1 or 2 dimensions"),
        ({"row_truth": [[1, 0, 1]] * 2}, "row_truth has 3 columns, but there are 2 labels"),
        ({"row_truth": [[1, 2]] * 2}, "zeros and ones only"),
        ({"row_probabilities": [[0.8, 0.2]]}, r"row_probabilities has the shape \(1, 2\)"),
        ({"row_probabilities": [[0.8, 0.2], [1.4, -0.4]]}, "between 0 and 1, found 1.4 in line 1"),
        ({"row_probabilities": [[0.8, 0.2], [np.nan, 1]]}, "between 0 and 1, found nan in line 1"),
        ({"row_probabilities": [[0.8, 0.2], [0.8, 0.9]]}, "sum to 1 .* found 1.7 in line 1"),
        ({"window_probabilities": [[0.8, 0.2]]}, r"window_probabilities has the shape \(1, 2\)"),
        ({"window_rows": [0, 2]}, "from 0 to 1 for 2 rows, found 0 to 2"),
        ({"window_rows": [-1, 0]}, "found -1 to 0"),
        ({"window_rows": [0.0, 1.0]}, "whole numbers, one a window"),
        ({"window_rows": [True, False]}, "whole numbers, one a window"),
        ({"sample_weight": [1]}, r"shape \(2,\), one weight a row, found \(1,\)"),
        ({"sample_weight": [0, 0]}, "not zero for all rows"),
        ({"sample_weight": [-1, 2]}, "not negative"),
    ],
)
def test_errors_name_what_is_wrong(changed, message):
    with pytest.raises(ValueError, match=message):
        evaluate_classifier(**(GOOD | changed))


def test_whole_numbers_are_probabilities_too():
    certain = GOOD | {"row_probabilities": [[1, 0], [0, 1]]}
    assert evaluate_classifier(**certain).row.log_loss == pytest.approx(0, abs=1e-12)


def test_column_vector_of_labels():
    truth = np.array([["a"], ["b"]])
    assert evaluate_classifier(**(GOOD | {"row_truth": truth})).row.accuracy == 1
