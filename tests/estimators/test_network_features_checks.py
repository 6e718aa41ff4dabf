"""scikit-learn's own checks of `NetworkFeatures`, on tables of codes."""

from __future__ import annotations

import pytest

from skdeepg import NetworkFeatures, SequenceClassifier
from tests.estimators.test_sklearn_checks import BROKEN_CHECKS, run, run_some, small_network

EXPECTED_SKIPS = {"check_array_api_input"}  # NumPy only
CHEAP = {
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_dict_unchanged",
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_sparse_array",
    "check_estimators_nan_inf",
    "check_estimators_pickle",
    "check_estimators_unfitted",
    "check_fit2d_1sample",
    "check_get_params_invariance",
    "check_n_features_in",
    "check_n_features_in_after_fitting",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_requires_y_none",
    "check_transformers_unfitted",
    "check_valid_tag_types",
}


def features(**parameters) -> NetworkFeatures:
    settings = {"vocabulary": None, "max_epochs": 1, "batch_size": 64, "random_state": 0}
    return NetworkFeatures(SequenceClassifier(small_network, **settings | parameters))


@pytest.mark.filterwarnings("ignore:Can't check dok sparse matrix")
def test_some_checks():
    assert run_some(features(), CHEAP) == CHEAP


@pytest.mark.slow
def test_all_checks():
    found = run(features())
    assert len(found["all"]) >= 48
    assert found["failed"] <= BROKEN_CHECKS
    assert found["skipped"] <= EXPECTED_SKIPS
    assert found["passed"] >= CHEAP | {"check_transformer_general", "check_pipeline_consistency"}
