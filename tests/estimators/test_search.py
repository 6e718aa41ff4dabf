"""Searches, nested cross-validation, calibration, thresholds and routing; and the bundled data."""

from __future__ import annotations

from functools import cache
from typing import Any

import joblib
import numpy as np
import pytest
import sklearn
from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, f1_score, log_loss, make_scorer
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    TunedThresholdClassifierCV,
    cross_val_predict,
    cross_val_score,
)
from sklearn.pipeline import Pipeline, make_pipeline

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    KmerVectorizer,
    SequenceClassifier,
    ValidationSet,
)
from skdeepg.datasets import load_16s_bacteria
from tests.toys import coin_sequences, linear_network

SKLEARN = tuple(map(int, sklearn.__version__.split(".")[:2]))
X, Y = coin_sequences(24, seed=5)
GROUPS = np.arange(24) // 4
OTHER_X, OTHER_Y = coin_sequences(24, seed=6)
FOLDS = list(GroupKFold(2).split(X, Y, GROUPS))


@pytest.fixture
def classifier() -> SequenceClassifier:
    """A classifier whose training compiles fast."""
    return SequenceClassifier(
        linear_network,
        windows=12,
        max_epochs=2,
        batch_size=16,
        optimizer="sgd",
        learning_rate=0.5,
        random_state=0,
    )


@pytest.fixture
def _routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def take(rows: np.ndarray) -> list[str]:
    return [X[row] for row in rows]


def fold_scores(classifier, **parameters) -> list[float]:
    """Score fits of the folds, made by hand."""
    fits = [clone(classifier).set_params(**parameters).fit(take(a), Y[a]) for a, _ in FOLDS]
    return [fit.score(take(b), Y[b]) for fit, (_, b) in zip(fits, FOLDS, strict=True)]


def found_scores(search, candidate: int) -> list[float]:
    return [search.cv_results_[f"split{fold}_test_score"][candidate] for fold in (0, 1)]


@pytest.mark.slow
class TestBundledData:
    """Which windows and which network tell 16S genes from other DNA, by genus."""

    GRID = {
        "fastawindowtransformer__window_length": [60, 200],
        "sequenceclassifier__network__filters": [2, 8],
    }

    @staticmethod
    @cache
    def rows(subset: str, n_genes: int) -> tuple[Any, ...]:
        data = load_16s_bacteria(subset=subset)
        pieces = np.flatnonzero(data.target == "bacteria")[:4]
        kept = np.r_[:n_genes, pieces]
        return data.data[kept], data.target[kept], data.groups[kept]

    @staticmethod
    def pipeline() -> Pipeline:
        classifier = SequenceClassifier(
            LSTMCNN(kernel_size=6, pool_size=4, global_pooling="max"),
            sampling="balanced",
            max_epochs=1,
            steps_per_epoch=10,
            batch_size=32,
            learning_rate=0.02,
            random_state=0,
        )
        return make_pipeline(FastaWindowTransformer(stride=200), classifier)

    @pytest.fixture(scope="class")
    @classmethod
    def search(cls) -> GridSearchCV:
        rows, y, genera = cls.rows("train", 40)
        search = GridSearchCV(cls.pipeline(), cls.GRID, scoring="neg_log_loss", cv=GroupKFold(2))
        return search.fit(rows, y, groups=genera)

    def test_each_setting_took_effect(self, search):
        losses = search.cv_results_["mean_test_score"]
        assert len(set(losses)) == 4
        cutter, best = search.best_estimator_
        assert cutter.window_length == best.task_.window_length
        length, filters = (search.best_params_[name] for name in self.GRID)
        assert best.task_.window_length == length
        assert best.model_.get_layer("conv_1").filters == filters
        assert search.best_score_ == losses.max()

    def test_what_was_given_is_as_it_was(self, search):
        cutter, classifier = search.estimator
        assert (cutter.window_length, classifier.windows) == (500, 500)
        assert classifier.network.filters == (32, 64, 128)
        assert not hasattr(classifier, "model_")

    def test_scores_are_those_of_fits_by_hand(self, search):
        rows, y, genera = self.rows("train", 40)
        train, test = next(GroupKFold(2).split(rows, y, genera))
        assert set(genera[train]).isdisjoint(genera[test])
        pipeline = self.pipeline().set_params(**search.cv_results_["params"][3])
        probabilities = pipeline.fit(rows[train], y[train]).predict_proba(rows[test])
        loss = log_loss(y[test], probabilities)
        assert search.cv_results_["split0_test_score"][3] == pytest.approx(-loss, rel=1e-6)

    def test_the_best_knows_other_genera(self, search):
        rows, y, _ = self.rows("validation", 20)
        assert balanced_accuracy_score(y, search.predict(rows)) > 0.7

    def test_joblib(self, search, tmp_path):
        rows, _, _ = self.rows("validation", 20)
        joblib.dump(search, tmp_path / "search.joblib")
        loaded = joblib.load(tmp_path / "search.joblib")
        np.testing.assert_array_equal(loaded.predict_proba(rows), search.predict_proba(rows))
        assert loaded.best_params_ == search.best_params_
        assert loaded.cv_results_["params"] == search.cv_results_["params"]
        np.testing.assert_array_equal(
            loaded.cv_results_["mean_test_score"], search.cv_results_["mean_test_score"]
        )
        parameters = loaded.get_params()
        assert parameters["estimator__fastawindowtransformer__stride"] == 200
        assert parameters["estimator__sequenceclassifier__network__kernel_size"] == 6


class TestSearches:
    def test_randomized(self, classifier):
        parameters = {"learning_rate": loguniform(1e-3, 1), "windows__stride": [4, 12]}
        search = RandomizedSearchCV(
            classifier, parameters, n_iter=2, cv=FOLDS, random_state=0, refit=False
        ).fit(X, Y)
        tried = search.cv_results_["params"]
        assert len({one["learning_rate"] for one in tried}) == 2
        assert found_scores(search, 1) == fold_scores(classifier, **tried[1])

    def test_halving_by_epochs(self, classifier):
        search = HalvingGridSearchCV(
            classifier,
            {"learning_rate": [1e-6, 0.5, 1.0]},
            resource="max_epochs",
            min_resources=1,
            max_resources=3,
            factor=3,
            cv=FOLDS,
        ).fit(X, Y)
        results = search.cv_results_
        assert results["n_resources"].tolist() == [1, 1, 1, 3]
        assert [one["max_epochs"] for one in results["params"]] == [1, 1, 1, 3]
        assert found_scores(search, 3) == fold_scores(classifier, **results["params"][3])
        assert search.best_estimator_.n_epochs_ == 3
        assert search.best_params_["learning_rate"] >= 0.5

    def test_halving_in_a_pipeline(self, classifier):
        pipeline = make_pipeline(FastaWindowTransformer(12), classifier)
        search = HalvingGridSearchCV(
            pipeline,
            {"fastawindowtransformer__stride": [6, 12]},
            resource="sequenceclassifier__max_epochs",
            min_resources=1,
            max_resources=2,
            factor=2,
            cv=FOLDS,
        ).fit(X, Y)
        assert search.best_estimator_[-1].n_epochs_ == 2

    def test_fit_parameters_without_routing(self, classifier):
        weight = np.where(np.arange(24) % 3, 1.0, 5.0)
        held = ValidationSet(OTHER_X, OTHER_Y)
        search = GridSearchCV(classifier, {"max_epochs": [1]}, cv=GroupKFold(2))
        search.fit(X, Y, groups=GROUPS, sample_weight=weight, validation=held)
        best = search.best_estimator_
        assert len(best.history_["val_loss"]) == 1
        classifier.set_params(max_epochs=1).fit(X, Y, sample_weight=weight, validation=held)
        assert best.history_ == classifier.history_
        assert best.history_ != classifier.fit(X, Y, validation=held).history_

    @pytest.mark.usefixtures("_routing")
    def test_nested(self, classifier):
        classifier.set_fit_request(groups=False)  # they are for the splitters
        search = GridSearchCV(classifier, {"learning_rate": [1e-6, 0.5]}, cv=GroupKFold(2))
        found = cross_val_score(search, X, Y, cv=FOLDS[:1], params={"groups": GROUPS})
        train, test = FOLDS[0]
        inner = clone(search).fit(take(train), Y[train], groups=GROUPS[train])
        assert found == [inner.score(take(test), Y[test])]
        assert found > 0.7


class TestCalibration:
    @pytest.fixture
    def fitted(self, classifier) -> SequenceClassifier:
        return classifier.set_params(max_epochs=10).fit(X, Y)

    def test_of_a_frozen_classifier(self, fitted):
        before = [weight.copy() for weight in fitted.model_.get_weights()]
        turned = np.where(OTHER_Y == "ac", "gt", "ac")
        straight, turned = (
            CalibratedClassifierCV(FrozenEstimator(fitted)).fit(OTHER_X, y)
            for y in (OTHER_Y, turned)
        )
        assert (straight.predict(OTHER_X) == OTHER_Y).mean() > 0.9
        assert (turned.predict(OTHER_X) == OTHER_Y).mean() < 0.1
        ranks = [
            model.predict_proba(OTHER_X)[:, 1].argsort().tolist() for model in (fitted, straight)
        ]
        assert ranks[0] == ranks[1]
        for weight, now in zip(before, fitted.model_.get_weights(), strict=True):
            np.testing.assert_array_equal(weight, now)

    def test_out_of_fold(self, classifier):
        """Probabilities of rows that a network has learnt by heart are not what others deserve."""
        calibrated = CalibratedClassifierCV(classifier, cv=FOLDS, ensemble=True).fit(X, Y)
        members = calibrated.calibrated_classifiers_
        for member, (train, _) in zip(members, FOLDS, strict=True):
            expected = clone(classifier).fit(take(train), Y[train]).predict_proba(OTHER_X)
            np.testing.assert_array_equal(member.estimator.predict_proba(OTHER_X), expected)
        mean = np.mean([member.predict_proba(OTHER_X) for member in members], axis=0)
        np.testing.assert_allclose(calibrated.predict_proba(OTHER_X), mean)

    def test_frozen_classifiers_are_not_trained_again(self, fitted):
        frozen = FrozenEstimator(fitted)
        expected = fitted.predict_proba(OTHER_X)
        assert clone(frozen).fit(OTHER_X, OTHER_Y[::-1]).estimator is fitted
        np.testing.assert_array_equal(frozen.predict_proba(OTHER_X), expected)
        scores = cross_val_score(frozen, X, Y, cv=FOLDS)
        assert scores.tolist() == [fitted.score(take(b), Y[b]) for _, b in FOLDS]


class TestThreshold:
    def test_tuned(self, classifier):
        """Of few "gt" a network is never sure, so the threshold must come down."""
        rows = [*X, *X[::2], *X[::2], *X[::2]]
        y = np.array([*Y, *Y[::2], *Y[::2], *Y[::2]])
        fitted = classifier.set_params(learning_rate=0.05).fit(rows, y)
        scorer = make_scorer(f1_score, pos_label="gt", zero_division=0)
        tuned = TunedThresholdClassifierCV(
            FrozenEstimator(fitted), scoring=scorer, cv="prefit", refit=False
        ).fit(X, Y)
        assert tuned.best_threshold_ < 0.4
        score = f1_score(OTHER_Y, tuned.predict(OTHER_X), pos_label="gt")
        assert score > f1_score(OTHER_Y, fitted.predict(OTHER_X), pos_label="gt") + 0.1
        above = fitted.predict_proba(OTHER_X)[:, 1] >= tuned.best_threshold_
        assert (tuned.predict(OTHER_X) == np.where(above, "gt", "ac")).all()

    def test_by_cross_validation(self, classifier):
        tuned = TunedThresholdClassifierCV(classifier, scoring="balanced_accuracy", cv=FOLDS)
        assert tuned.fit(X, Y).best_score_ >= 0.8
        expected = clone(classifier).fit(X, Y).predict_proba(OTHER_X)
        np.testing.assert_array_equal(tuned.estimator_.predict_proba(OTHER_X), expected)


@pytest.mark.usefixtures("_routing")
class TestRouting:
    """Half of the labels are wrong, and the weights say which: without them nothing is learnt.

    Labels are numbers, as some of scikit-learn's estimators make numbers of labels before they fit
    others, and know nothing of those in a `ValidationSet`.
    """

    TRUE = (Y == "gt").astype(int)
    WRONG = np.arange(24) % 4 < 2
    MIXED = np.where(WRONG, 1 - TRUE, TRUE)
    WEIGHT = np.where(WRONG, 0.0, 1.0)
    OTHER = (OTHER_Y == "gt").astype(int)
    HELD = ValidationSet(OTHER_X, OTHER)

    @pytest.fixture
    def asking(self, classifier) -> SequenceClassifier:
        classifier.set_params(max_epochs=10)
        classifier.set_fit_request(sample_weight=True, groups=True, validation=True)
        return classifier.set_score_request(sample_weight=True)

    @pytest.fixture
    def metadata(self) -> dict[str, Any]:
        return {"sample_weight": self.WEIGHT, "groups": GROUPS, "validation": self.HELD}

    def is_fitted_with_them(self, fitted, estimator, metadata) -> bool:
        expected = clone(estimator).fit(X, self.MIXED, **metadata)
        assert (expected.predict(OTHER_X) == self.OTHER).mean() > 0.9
        return fitted.history_ == expected.history_

    def test_labels_mislead_without_weights(self, classifier):
        assert (classifier.fit(X, self.MIXED).predict(OTHER_X) == self.OTHER).mean() < 0.8

    def test_grid_search(self, asking, metadata):
        search = GridSearchCV(asking, {"learning_rate": [0.5]}, cv=GroupKFold(2))
        search.fit(X, self.MIXED, **metadata)
        assert self.is_fitted_with_them(search.best_estimator_, asking, metadata)
        assert search.best_score_ == 1  # weights of the test rows too
        with pytest.raises(ValueError, match="'groups' parameter should not be None"):
            search.fit(X, self.MIXED, sample_weight=self.WEIGHT)

    @pytest.mark.skipif(
        SKLEARN < (1, 8), reason="scikit-learn < 1.8 has no routing to a step's score"
    )
    def test_pipeline(self, asking, metadata):
        pipeline = make_pipeline(FastaWindowTransformer(12), asking)
        search = GridSearchCV(pipeline, {"fastawindowtransformer__stride": [12]}, cv=GroupKFold(2))
        search.fit(X, self.MIXED, **metadata)
        assert self.is_fitted_with_them(search.best_estimator_[-1], asking, metadata)
        assert search.best_score_ == 1

    def test_calibration(self, asking, metadata):
        calibrated = CalibratedClassifierCV(asking, cv=GroupKFold(2), ensemble=False)
        calibrated.fit(X, self.MIXED, **metadata)
        [member] = calibrated.calibrated_classifiers_
        assert self.is_fitted_with_them(member.estimator, asking, metadata)
        assert (calibrated.predict(OTHER_X) == self.OTHER).mean() > 0.9

    def test_threshold(self, asking, metadata):
        scorer = make_scorer(balanced_accuracy_score).set_score_request(sample_weight=True)
        tuned = TunedThresholdClassifierCV(asking, scoring=scorer, cv=GroupKFold(2))
        tuned.fit(X, self.MIXED, **metadata)
        assert tuned.best_score_ > 0.9
        assert self.is_fitted_with_them(tuned.estimator_, asking, metadata)

    def test_stacking(self, asking):
        linear = LogisticRegression().set_fit_request(sample_weight=True)
        linear = make_pipeline(KmerVectorizer(k=1, canonical=False), linear)
        stack = StackingClassifier([("kmers", linear), ("network", asking)], cv=FOLDS)
        stack.fit(X, self.MIXED, sample_weight=self.WEIGHT)
        assert (stack.named_estimators_["network"].predict(OTHER_X) == self.OTHER).mean() > 0.9

    def test_predictions_out_of_fold(self, asking, metadata):
        answers = cross_val_predict(asking, X, self.MIXED, cv=GroupKFold(2), params=metadata)
        assert (answers == self.TRUE).mean() > 0.9

    def test_what_is_asked_for_by_nobody(self, classifier):
        search = GridSearchCV(classifier, {"max_epochs": [0]}, cv=2)
        with pytest.raises(ValueError, match="sample_weight.* not explicitly set as requested"):
            search.fit(X, Y, sample_weight=self.WEIGHT)
