"""scikit-learn's own checks, on tables of codes."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn
from sklearn.utils.estimator_checks import check_estimator, estimator_checks_generator

from skdeepg import FastaWindowTransformer, SequenceClassifier

# Both feed what is no code, whatever the tags say: the first fractions between 0 and 1 (what holds
# for codes is tested below), the second positive and negative fractions.
EXPECTED_FAILURES = {
    "check_sample_weight_equivalence_on_dense_data",
    "check_class_weight_classifiers",
}
EXPECTED_SKIPS = {
    "check_array_api_input",  # NumPy only
    # asks for a method that a classifier with predict_proba need not have
    "check_classifiers_multilabel_output_format_decision_function",
}
# Before scikit-learn 1.8 it subtracts a mean from whole numbers in place, which NumPy refuses.
BROKEN_CHECKS = {"check_positive_only_tag_during_fit"}
if tuple(map(int, sklearn.__version__.split(".")[:2])) >= (1, 8):
    BROKEN_CHECKS = set()
CHEAP = {
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_dict_unchanged",
    "check_dont_overwrite_parameters",
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_sparse_array",
    "check_estimator_sparse_matrix",
    "check_estimator_tags_renamed",
    "check_estimators_empty_data_messages",
    "check_estimators_fit_returns_self",
    "check_estimators_nan_inf",
    "check_estimators_overwrite_params",
    "check_estimators_partial_fit_n_features",
    "check_estimators_pickle",
    "check_estimators_unfitted",
    "check_fit1d",
    "check_fit2d_1feature",
    "check_fit2d_1sample",
    "check_fit2d_predict1d",
    "check_fit_non_negative",
    "check_get_params_invariance",
    "check_methods_sample_order_invariance",
    "check_methods_subset_invariance",
    "check_mixin_order",
    "check_n_features_in_after_fitting",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_positive_only_tag_during_fit",
    "check_readonly_memmap_input",
    "check_requires_y_none",
    "check_set_params",
    "check_valid_tag_types",
} - BROKEN_CHECKS
CHEAP_FOR_CLASSIFIERS = {
    "check_classifiers_one_label",
    "check_classifiers_one_label_sample_weights",
    "check_classifiers_regression_target",
    "check_sample_weights_list",
    "check_sample_weights_not_an_array",
    "check_sample_weights_not_overwritten",
    "check_sample_weights_pandas_series",
    "check_sample_weights_shape",
    "check_supervised_y_no_nan",
}


def small_network(task):
    import keras

    inputs = keras.Input(task.input_shapes[0])
    hidden = keras.layers.Dense(8, "relu")(keras.layers.Flatten()(inputs))
    return keras.Model(inputs, keras.layers.Dense(task.n_outputs, task.activation)(hidden))


def classifier() -> SequenceClassifier:
    """Make what learns scikit-learn's toy tables, and so passes its checks of accuracy."""
    return SequenceClassifier(
        small_network,
        vocabulary=None,
        max_epochs=40,
        batch_size=16,
        learning_rate=0.05,
        random_state=0,
    )


def run(estimator) -> dict[str, set[str]]:
    """Run the whole battery; give the names by status, and under "all" a number a check."""
    results = check_estimator(estimator, on_fail=None, on_skip=None)
    names: dict[str, set[str]] = {"passed": set(), "failed": set(), "skipped": set()}
    for number, result in enumerate(results):
        names[result["status"]].add(result["check_name"])
        names.setdefault("all", set()).add(str(number))
    return names


def run_some(estimator, names: set[str]) -> set[str]:
    """Run the checks of these names; give the names of those that were run and passed."""
    passed = set()
    for copy, check in estimator_checks_generator(estimator):
        name = check.func.__name__
        if name in names:
            check(copy)
            passed.add(name)
    return passed


@pytest.mark.filterwarnings("ignore:Can't check dok sparse matrix")
def test_some_checks_of_the_classifier():
    wanted = CHEAP | CHEAP_FOR_CLASSIFIERS
    assert run_some(classifier().set_params(max_epochs=1), wanted) == wanted


@pytest.mark.slow
def test_all_checks_of_the_classifier():
    found = run(classifier())
    assert len(found["all"]) >= 63
    assert found["failed"] <= EXPECTED_FAILURES | BROKEN_CHECKS
    assert found["skipped"] <= EXPECTED_SKIPS
    assert found["passed"] >= CHEAP | CHEAP_FOR_CLASSIFIERS | {
        "check_classifiers_train",
        "check_classifiers_classes",
        "check_classifiers_multilabel_representation_invariance",
        "check_fit_idempotent",
        "check_pipeline_consistency",
    }


def test_all_checks_of_the_transformer():
    found = run(FastaWindowTransformer(vocabulary=None))
    assert len(found["all"]) >= 45
    assert found["failed"] <= BROKEN_CHECKS
    assert found["skipped"] <= {"check_array_api_input"}
    assert found["passed"] >= {"check_transformer_general", "check_transformer_data_not_an_array"}


class TestWeightsAndRepeatedRows:
    """What check_sample_weight_equivalence would say of codes: weight 2 is a row given twice."""

    def difference(self, batch_size: int, seed: int) -> float:
        """Fit on weighted and on repeated rows, as scikit-learn's check does; compare answers."""
        random = np.random.default_rng(seed)
        X, y = random.integers(0, 4, (15, 30)), random.integers(0, 3, 15)
        weight, order = random.integers(0, 5, 15), random.permutation(15)
        estimator = classifier().set_params(vocabulary="ACGT", batch_size=batch_size)
        repeated = estimator.fit(X.repeat(weight, axis=0), y.repeat(weight)).predict_proba(X)
        estimator.fit(X[order], y[order], sample_weight=weight[order])
        return np.abs(estimator.predict_proba(X) - repeated).max()

    @pytest.mark.parametrize("seed", range(3))
    def test_equal_with_full_batches(self, seed):
        # The gradients are equal but for the order of float32 sums; after 40 steps of Adam the
        # probabilities differ by up to 1e-6 (relative 3e-5), above scikit-learn's rtol of 1e-7.
        assert self.difference(batch_size=1000, seed=seed) < 1e-5

    def test_not_equal_with_small_batches(self):
        # Repeated rows make more steps an epoch, and fall into other batches.
        assert self.difference(batch_size=16, seed=0) > 1e-3
