"""Our own checks and scikit-learn's, on language models."""

from __future__ import annotations

from typing import Any

import pytest

from skdeepg import LSTMCNN, FastaWindowTransformer, WaveNet
from skdeepg.utils import yield_sequence_checks
from tests.estimators.language_models import TARGETS, make
from tests.estimators.test_sklearn_checks import BROKEN_CHECKS, CHEAP, run, run_some

pytestmark = [
    pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning"),
    pytest.mark.filterwarnings("ignore:Can't check dok sparse matrix"),
]

NETWORKS = {
    "middle": LSTMCNN(filters=(2,), kernel_size=3, pool_size=2, dense_units=3, dense_dropout=0.3),
    "all": WaveNet(filters=3, dilations=(1, 2), initial_kernel_size=2, dropout=0.3),
}
OTHER_SETTINGS = {
    "windows": FastaWindowTransformer(12, 5, short="drop", tail="drop", ambiguous="drop"),
    "strands": "both",
    "score_strands": "both",
    "validation_fraction": 0.25,
    "early_stopping": True,
}
QUICK = {
    "check_global_state_is_left_alone",
    "check_not_fitted",
    "check_classes",
    "check_fit_changes_no_parameter",
    "check_random_state_repeats",
    "check_every_row_is_answered",
    "check_permuted_rows",
    "check_invalid_rows_are_refused",
    "check_pickle_in_pipeline",
}


def checks_of(target: str, **settings: Any) -> list[Any]:
    """List the checks of a model by what pytest calls them; those that take long are slow."""
    model = make(target, **{"windows": 12, "max_epochs": 1, "optimizer": "sgd", **settings})
    is_quick = not settings and target in ("next", "all")
    return [
        pytest.param(
            check,
            id=f"{check.func.__name__}-{target}",
            marks=[] if is_quick and check.func.__name__ in QUICK else [pytest.mark.slow],
        )
        for check in yield_sequence_checks(model)
    ]


@pytest.mark.parametrize("check", [check for target in TARGETS for check in checks_of(target)])
def test_small_models(check):
    check()


@pytest.mark.parametrize(
    "check",
    [
        check
        for target, network in NETWORKS.items()
        for check in checks_of(target, network=network, **OTHER_SETTINGS)
    ],
)
def test_real_networks_and_other_settings(check):
    check()


# predict gives letters, which these compare as numbers; our own checks are about the same.
COMPARE_NUMBERS = {
    "check_estimators_pickle",
    "check_fit_idempotent",
    "check_methods_sample_order_invariance",
    "check_methods_subset_invariance",
}
# It feeds what is no code, whatever the tags say.
EXPECTED_FAILURES = {"check_sample_weight_equivalence_on_dense_data"} | COMPARE_NUMBERS
NOT_FOR_THEM = {"check_requires_y_none", "check_estimators_partial_fit_n_features"}
WANTED = CHEAP - COMPARE_NUMBERS - NOT_FOR_THEM


@pytest.mark.parametrize("target", ["next", "all"])
def test_some_checks_of_scikit_learn(target):
    assert run_some(make(target, vocabulary=None, max_epochs=0), WANTED) == WANTED


@pytest.mark.slow
@pytest.mark.parametrize("target", ["next", "middle_cnn", "all"])
def test_all_checks_of_scikit_learn(target):
    """The two arms of "middle" are none in the tables of two columns that it likes to give."""
    found = run(make(target, vocabulary=None))
    assert len(found["all"]) >= 50
    assert found["failed"] <= EXPECTED_FAILURES | BROKEN_CHECKS
    assert found["skipped"] <= {"check_array_api_input"}
    assert found["passed"] >= WANTED | {
        "check_transformer_general",
        "check_transformer_data_not_an_array",
    }
