"""The checks pass estimators that keep the contract, and name what others break."""

from __future__ import annotations

import os
import random
import warnings

import numpy as np
import pytest
from sklearn.base import clone

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier
from skdeepg.sequences import read_sequences
from skdeepg.utils import check_sequence_estimator, yield_sequence_checks
from tests.utils.composition import CompositionClassifier, LetterModel, frequencies


def linear(task):
    import keras

    inputs = keras.Input(task.input_shapes[0])
    outputs = keras.layers.Dense(task.n_outputs, task.activation)(keras.layers.Flatten()(inputs))
    return keras.Model(inputs, outputs)


def classifier(windows=12, **parameters) -> SequenceClassifier:
    return SequenceClassifier(linear, windows, max_epochs=1, batch_size=16, **parameters)


def names_of(check) -> str:
    return check.func.__name__


BOTH_STRANDS = classifier(
    FastaWindowTransformer(12, stride=5, short="drop", tail="drop", ambiguous="drop"),
    strands="both",
    sampling="balanced",
    aggregation="max",
)
DEFAULT_ARCHITECTURE = SequenceClassifier(
    LSTMCNN(filters=(2,), kernel_size=3, pool_size=2, lstm_units=2, dropout=0.3),
    FastaWindowTransformer(20, ambiguous="empirical", short="repeat", max_windows=2),
    strands="both",
    aggregation="vote",
    class_weight="balanced",
    validation_fraction=0.25,
    max_epochs=2,
)


class TestEstimatorsOfThePackage:
    @pytest.mark.parametrize("check", list(yield_sequence_checks(classifier())), ids=names_of)
    def test_classifier(self, check):
        check()

    @pytest.mark.slow
    @pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning")
    @pytest.mark.parametrize(
        "check",
        list(yield_sequence_checks(BOTH_STRANDS)),
        ids=names_of,
    )
    def test_both_strands_and_transformer(self, check):
        check()

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "check",
        list(yield_sequence_checks(DEFAULT_ARCHITECTURE)),
        ids=names_of,
    )
    def test_default_architecture(self, check):
        check()

    def test_transformer(self):
        assert len(check_sequence_estimator(FastaWindowTransformer(12))) == 20
        assert len(check_sequence_estimator(FastaWindowTransformer(7, 3, short="repeat"))) == 20


class TestThirdParties:
    def test_classifier(self):
        assert len(check_sequence_estimator(CompositionClassifier())) == 20

    def test_language_model(self):
        assert len(check_sequence_estimator(LetterModel())) == 20

    def test_names_are_unique_and_say_what_is_checked(self):
        checks = [check.func for check in yield_sequence_checks(LetterModel())]
        assert len({check.__name__ for check in checks}) == len(checks) >= 20
        assert all(check.__doc__ for check in checks)

    def test_expected_failures_are_not_run(self):
        expected = {"check_refit_forgets": "keeps on learning"}
        with pytest.raises(AssertionError, match="second fit") as error:
            check_sequence_estimator(RemembersEarlierRows())
        assert error.value.__notes__ == ["in check_refit_forgets of RemembersEarlierRows"]
        passed = check_sequence_estimator(RemembersEarlierRows(), expected_failed_checks=expected)
        assert len(passed) == 19
        with pytest.raises(ValueError, match=r"names what is no check: \['check_typo'\]"):
            check_sequence_estimator(LetterModel(), expected_failed_checks={"check_typo": ""})


class DependsOnTheBatch(CompositionClassifier):
    def predict_proba(self, X):
        probabilities = super().predict_proba(X)
        mixed = probabilities + 0.01 * probabilities.mean(axis=0)
        return mixed / mixed.sum(axis=1, keepdims=True)


class DependsOnTheOrder(CompositionClassifier):
    def predict_proba(self, X):
        return np.maximum.accumulate(super().predict_proba(X))


class DropsShortRows(CompositionClassifier):
    def predict_proba(self, X):
        lengths = read_sequences(X).lengths
        return super().predict_proba(X)[lengths >= 5]


class AnswersNothingToAmbiguousRows(CompositionClassifier):
    def predict_proba(self, X):
        probabilities = super().predict_proba(X)
        probabilities[(frequencies(X) == 0.25).all(axis=1)] = np.nan
        return probabilities


class LosesWeightsInPickle(CompositionClassifier):
    def __setstate__(self, state):
        super().__setstate__(state)
        if hasattr(self, "means_"):
            self.means_ = self.means_[::-1]


class LosesParameterInPickle(CompositionClassifier):
    def __getstate__(self):
        return {**super().__getstate__(), "sharpness": 1.0}


class SeedsNumPy(CompositionClassifier):
    def jitter(self):
        np.random.seed(self.random_state)
        return np.random.normal(scale=0.01, size=4)


class DrawsFromPython(CompositionClassifier):
    def jitter(self):
        return random.gauss(0, 0.01)


class SetsTheEnvironment(CompositionClassifier):
    def fit(self, X, y):
        os.environ["COMPOSITION"] = "1"
        return super().fit(X, y)


class SilencesWarnings(CompositionClassifier):
    def predict_proba(self, X):
        warnings.filterwarnings("ignore", category=ResourceWarning, module="composition")
        return super().predict_proba(X)


class ReplacesParameter(CompositionClassifier):
    def fit(self, X, y):
        self.sharpness = self.sharpness * 1.0 + 1
        return super().fit(X, y)


class ChangesParameterInPlace(CompositionClassifier):
    def __init__(self, sharpness=10.0, random_state=None, names=("a",)):
        super().__init__(sharpness, random_state, names)

    def fit(self, X, y):
        if isinstance(self.names, dict):
            self.names[len(self.names)] = "more"
        return super().fit(X, y)


class RemembersEarlierRows(CompositionClassifier):
    def jitter(self):
        return super().jitter() + getattr(self, "means_", np.zeros(4)).mean(axis=0)


class CloneForgets(CompositionClassifier):
    def __sklearn_clone__(self):
        return type(self)(random_state=self.random_state)


class CloneStaysFitted(CompositionClassifier):
    def __sklearn_clone__(self):
        copied = type(self)(self.sharpness, self.random_state, self.names)
        copied.__dict__.update(vars(self))
        return copied


class ReadsStringsOnly(CompositionClassifier):
    def fit(self, X, y):
        return super().fit([str(row) for row in X], y)

    def predict_proba(self, X):
        return super().predict_proba([str(row) for row in X])


class KnowsUpperCaseOnly(CompositionClassifier):
    def predict_proba(self, X):
        probabilities = super().predict_proba(X)
        lower = [str(row).islower() for row in X]
        probabilities[lower] = 0.5
        return probabilities


class SortsLabelsOfRows(CompositionClassifier):
    def fit(self, X, y):
        y.sort()
        return super().fit(X, y)


class PredictsTheOtherClass(CompositionClassifier):
    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmin(axis=1)]


class ReturnsNothing(CompositionClassifier):
    def fit(self, X, y):
        super().fit(X, y)


class AnswersUnfitted(LetterModel):
    shares_ = np.full(4, 0.25)

    def __sklearn_is_fitted__(self):
        return True


class AcceptsAnything(CompositionClassifier):
    def predict_proba(self, X):
        try:
            return super().predict_proba(X)
        except (ValueError, TypeError, OSError):
            return np.full((len(X), 2), 0.5)


@pytest.mark.parametrize(
    ("estimator", "failed"),
    [
        (DependsOnTheBatch(), {"check_rows_are_independent"}),
        (DependsOnTheOrder(), {"check_permuted_rows", "check_rows_are_independent"}),
        (DropsShortRows(), {"check_every_row_is_answered"}),
        (AnswersNothingToAmbiguousRows(), {"check_every_row_is_answered"}),
        (LosesWeightsInPickle(), {"check_pickle_fitted", "check_pickle_in_pipeline"}),
        (LosesParameterInPickle(), {"check_pickle_unfitted", "check_pickle_fitted"}),
        (SeedsNumPy(), {"check_global_state_is_left_alone"}),
        (DrawsFromPython(), {"check_global_state_is_left_alone", "check_random_state_repeats"}),
        (SetsTheEnvironment(), {"check_global_state_is_left_alone"}),
        (SilencesWarnings(), {"check_global_state_is_left_alone"}),
        (ReplacesParameter(), {"check_fit_changes_no_parameter"}),
        (ChangesParameterInPlace(names={}), {"check_fit_changes_no_parameter"}),
        (RemembersEarlierRows(), {"check_refit_forgets"}),
        (CloneForgets(5.0), {"check_clone_keeps_settings"}),
        (CloneStaysFitted(), {"check_clone_keeps_settings"}),
        (ReadsStringsOnly(), {"check_containers", "check_files", "check_slices_of_sequences"}),
        (KnowsUpperCaseOnly(), {"check_letters"}),
        (SortsLabelsOfRows(), {"check_fit_leaves_data_alone"}),
        (PredictsTheOtherClass(), {"check_classes"}),
        (ReturnsNothing(), {"check_fit_returns_itself"}),
        (AnswersUnfitted(), {"check_not_fitted"}),
        (AcceptsAnything(), {"check_invalid_rows_are_refused"}),
    ],
    ids=lambda value: type(value).__name__ if hasattr(value, "fit") else "",
)
def test_defects_are_found(estimator, failed):
    found = set()
    for check in yield_sequence_checks(estimator):
        try:
            check()
        except Exception:  # noqa: BLE001 - whatever the defect leads to
            found.add(check.func.__name__)
    os.environ.pop("COMPOSITION", None)
    assert failed <= found


class ForgetsWeights(SequenceClassifier):
    def __setstate__(self, state):
        super().__setstate__(state)
        if hasattr(self, "model_"):
            self.model_.set_weights([0 * weight for weight in self.model_.get_weights()])


class SeedsKeras(SequenceClassifier):
    def fit(self, X, y):
        import keras

        keras.utils.set_random_seed(0)
        return super().fit(X, y)


class SetsPrecision(SequenceClassifier):
    def predict_proba(self, X):
        import keras

        keras.config.set_dtype_policy("mixed_bfloat16")
        return super().predict_proba(X)


@pytest.mark.parametrize(
    ("broken", "name"),
    [
        (ForgetsWeights, "check_pickle_fitted"),
        (SeedsKeras, "check_global_state_is_left_alone"),
        (SetsPrecision, "check_global_state_is_left_alone"),
    ],
)
def test_defects_of_networks_are_found(broken, name):
    import keras

    policy = keras.config.dtype_policy()
    estimator = broken(**classifier().get_params(deep=False))
    checks = {check.func.__name__: check for check in yield_sequence_checks(estimator)}
    try:
        with pytest.raises(AssertionError):
            checks[name]()
    finally:
        keras.config.set_dtype_policy(policy)


def test_checks_leave_no_trace():
    estimator = CompositionClassifier(random_state=None)
    state, filters = random.getstate(), list(warnings.filters)
    environment, drawn = dict(os.environ), np.random.get_state()[1].copy()
    check_sequence_estimator(estimator)
    assert clone(estimator).random_state is estimator.random_state is None
    assert (random.getstate(), warnings.filters, dict(os.environ)) == (state, filters, environment)
    np.testing.assert_array_equal(np.random.get_state()[1], drawn)
