"""SequenceClassifier inside scikit-learn's pipelines, searches and cross-validations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    cross_val_predict,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import Pipeline, make_pipeline

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    SequenceClassifier,
    ValidationSet,
    cut_windows,
)
from skdeepg.sequences import read_sequences
from tests.toys import coin_sequences

X, Y = coin_sequences(24, seed=5)
GROUPS = np.arange(24) // 4
CONTAINERS = {
    "list": lambda folder: X,
    "array": lambda folder: np.array(X, dtype=object),
    "Series": lambda folder: pd.Series(X, index=range(50, 74)),
    "paths": lambda folder: write_files(folder),
    "Sequences": lambda folder: read_sequences(X),
}


def write_files(folder: Path) -> list[Path]:
    paths = [folder / f"{number}.fasta" for number in range(len(X))]
    for path, row in zip(paths, X, strict=True):
        path.write_text(f">{path.stem}\n{row}\n")
    return paths


def linear(task):
    import keras

    inputs = keras.Input(task.input_shapes[0])
    outputs = keras.layers.Dense(task.n_outputs, task.activation)(keras.layers.Flatten()(inputs))
    return keras.Model(inputs, outputs)


@pytest.fixture
def classifier() -> SequenceClassifier:
    return SequenceClassifier(
        linear, windows=12, max_epochs=20, batch_size=16, learning_rate=0.05, random_state=0
    )


@pytest.fixture(params=CONTAINERS)
def rows(request, tmp_path):
    return CONTAINERS[request.param](tmp_path)


@pytest.fixture(scope="module")
def expected() -> dict[str, np.ndarray]:
    """What lists of strings give."""
    pipeline = pipeline_of(
        SequenceClassifier(
            linear, windows=12, max_epochs=20, batch_size=16, learning_rate=0.05, random_state=0
        )
    )
    return answers(pipeline, X)


def pipeline_of(classifier) -> Pipeline:
    return make_pipeline(FastaWindowTransformer(12, stride=6), classifier)


def answers(estimator, rows) -> dict[str, np.ndarray]:
    folds = {"cv": GroupKFold(2), "groups": GROUPS}
    probabilities = cross_val_predict(estimator, rows, Y, method="predict_proba", **folds)
    return {
        "score": cross_val_score(estimator, rows, Y, **folds),
        "probabilities": probabilities,
    }


class TestCrossValidation:
    def test_equal_rows_give_equal_answers(self, classifier, rows, expected):
        found = answers(pipeline_of(classifier), rows)
        for name, values in expected.items():
            np.testing.assert_array_equal(found[name], values, name)
        assert expected["score"].mean() > 0.8
        assert expected["probabilities"].shape == (24, 2)

    def test_without_pipeline(self, classifier, expected):
        classifier.set_params(windows__stride=6)
        for name, values in answers(classifier, X).items():
            np.testing.assert_array_equal(values, expected[name], name)

    def test_folds_are_fits_of_their_rows(self, classifier, expected):
        train, test = next(GroupKFold(2).split(X, Y, GROUPS))
        pipeline = pipeline_of(classifier).fit([X[i] for i in train], Y[train])
        found = pipeline.predict_proba([X[i] for i in test])
        np.testing.assert_allclose(found, expected["probabilities"][test], atol=1e-6)

    def test_codes(self, classifier):
        codes, labels, groups = cut_windows(X, Y, windows=12)
        folds = {"cv": GroupKFold(2), "groups": groups}
        for estimator in (classifier, make_pipeline(FastaWindowTransformer(12), classifier)):
            score = cross_val_score(estimator, codes, labels, **folds)
            assert score.mean() > 0.75
        frame = pd.DataFrame(codes)
        np.testing.assert_array_equal(cross_val_score(classifier, frame, labels, **folds), score)
        as_text = read_sequences(["".join("ACGTN-"[c] for c in row).strip("-") for row in codes])
        text_score = cross_val_score(classifier, as_text, labels, **folds)
        np.testing.assert_array_equal(text_score, score)

    @pytest.mark.slow
    def test_two_processes(self, classifier, expected):
        found = cross_val_score(
            pipeline_of(classifier), X, Y, cv=GroupKFold(2), groups=GROUPS, n_jobs=2
        )
        np.testing.assert_array_equal(found, expected["score"])


class TestGridSearch:
    grid = {"network__filters": [(2,), (4,)], "windows__stride": [6, 12]}

    def search(self, rows) -> GridSearchCV:
        classifier = SequenceClassifier(
            LSTMCNN(filters=(1,), kernel_size=3, pool_size=2),
            windows=12,
            max_epochs=1,
            batch_size=16,
            learning_rate=0.02,
            random_state=0,
        )
        search = GridSearchCV(classifier, self.grid, scoring="neg_log_loss", cv=GroupKFold(2))
        return search.fit(rows, Y, groups=GROUPS)

    @pytest.mark.slow
    def test_network_and_windows(self):
        found = self.search(X)
        losses = found.cv_results_["mean_test_score"]
        assert len(set(losses)) == 4  # each setting took effect
        best = found.best_estimator_
        assert best.network.filters == found.best_params_["network__filters"]
        assert best.windows_.stride == found.best_params_["windows__stride"]
        assert found.estimator.network.filters == (1,)
        assert found.estimator.windows == 12

    @pytest.mark.slow
    def test_equal_rows_give_equal_results(self, rows):
        expected, found = self.search(X), self.search(rows)
        np.testing.assert_array_equal(
            found.cv_results_["mean_test_score"], expected.cv_results_["mean_test_score"]
        )
        np.testing.assert_array_equal(found.predict_proba(X), expected.predict_proba(X))

    def test_defaults_become_specifications(self, classifier):
        classifier.set_params(network=None)
        grid = {"network__filters": [(2,)], "network__kernel_size": [3], "max_epochs": [0]}
        search = GridSearchCV(classifier, grid, cv=GroupKFold(2)).fit(X, Y, groups=GROUPS)
        assert search.best_estimator_.network_.filters == (2,)
        assert classifier.network is None


class TestMetadataRouting:
    @pytest.fixture(autouse=True)
    def _routing(self):
        with sklearn.config_context(enable_metadata_routing=True):
            yield

    def test_weights_groups_and_validation(self, classifier):
        classifier.set_params(max_epochs=5)
        classifier.set_fit_request(sample_weight=True, groups=True, validation=True)
        classifier.set_score_request(sample_weight=True)
        weight = np.where(np.arange(24) % 3, 1.0, 3.0)
        held = ValidationSet(*coin_sequences(24, seed=6))  # as long as X, and yet not sliced
        found = cross_validate(
            classifier,
            X,
            Y,
            cv=GroupKFold(3),
            params={"sample_weight": weight, "groups": GROUPS, "validation": held},
            return_estimator=True,
        )
        for number, (train, test) in enumerate(GroupKFold(3).split(X, Y, GROUPS)):
            classifier.fit([X[i] for i in train], Y[train], sample_weight=weight[train],
                           groups=GROUPS[train], validation=held)  # fmt: skip
            routed = found["estimator"][number]
            assert routed.history_ == classifier.history_
            assert len(routed.history_["val_loss"]) == 5
            score = classifier.score([X[i] for i in test], Y[test], sample_weight=weight[test])
            assert found["test_score"][number] == pytest.approx(score)

    def test_groups_keep_rows_together_inside_a_fold(self, classifier):
        classifier.set_params(max_epochs=1, validation_fraction=0.5).set_fit_request(groups=True)
        pipeline = pipeline_of(classifier)
        found = cross_validate(
            pipeline, X, Y, cv=GroupKFold(3), params={"groups": GROUPS}, return_estimator=True
        )
        train, _ = next(GroupKFold(3).split(X, Y, GROUPS))
        rows = [X[i] for i in train]
        history = pipeline.fit(rows, Y[train], groups=GROUPS[train])[-1].history_
        assert found["estimator"][0][-1].history_ == history
        assert pipeline.fit(rows, Y[train])[-1].history_ != history

    def test_what_is_not_asked_for_is_an_error(self, classifier):
        with pytest.raises(ValueError, match="sample_weight"):
            cross_validate(classifier, X, Y, params={"sample_weight": np.ones(24)}, cv=2)


class TestWeightOfRows:
    """A window has its row's weight: long rows teach more, and count once when scored.

    Rows of ten windows and of one window, all of A: the network can but learn how the labels are
    shared out in training.
    """

    rows = ("A" * 120, "A" * 12)
    y = ("long", "short")

    def shares(self, classifier, sample_weight=None, **parameters) -> np.ndarray:
        classifier.set_params(max_epochs=300, batch_size=256, **parameters)
        classifier.fit(self.rows, self.y, sample_weight=sample_weight)
        return classifier.predict_proba(self.rows[1:])[0]

    def test_ten_windows_teach_ten_times_as_much(self, classifier):
        np.testing.assert_allclose(self.shares(classifier), [10 / 11, 1 / 11], atol=0.01)
        assert classifier.score(self.rows, ["long", "short"]) == 0.5
        assert classifier.score(self.rows, ["short", "short"]) == 0

    @pytest.mark.parametrize(
        ("parameters", "share"),
        [
            ({"sampling": "balanced", "steps_per_epoch": 1}, 1 / 2),
            ({"class_weight": "balanced"}, 1 / 2),
            ({"class_weight": {"short": 5}}, 10 / 15),
            ({"sample_weight": [1, 10]}, 1 / 2),
            ({"windows__max_windows": 2}, 2 / 3),
            ({"windows__proportion": 0.4}, 4 / 5),
            ({"windows__stride": 6}, 19 / 20),
        ],
    )
    def test_what_changes_the_shares(self, classifier, parameters, share):
        found = self.shares(classifier, **parameters)
        np.testing.assert_allclose(found, [share, 1 - share], atol=0.01)

    def test_answers_of_rows_count_once(self, classifier):
        classifier.fit(X, Y)
        long = [X[0] * 10, X[1]]
        correct = classifier.predict(long) == Y[:2]
        assert classifier.score(long, Y[:2]) == correct.mean()


class TestShownAndSet:
    def test_log_probabilities(self, classifier):
        classifier.fit(X, Y)
        np.testing.assert_allclose(
            classifier.predict_log_proba(X), np.log(classifier.predict_proba(X)), atol=1e-12
        )
        pipeline = pipeline_of(clone(classifier)).fit(X, Y)
        assert pipeline.predict_log_proba(X).shape == (24, 2)

    def test_html(self, classifier):
        for estimator in (classifier, pipeline_of(classifier), SequenceClassifier(LSTMCNN(), 20)):
            assert "SequenceClassifier" in estimator._repr_html_()
        assert "SequenceClassifier" in classifier.fit(X, Y)._repr_html_()

    def test_parameters_through_a_pipeline(self, classifier):
        pipeline = Pipeline([("classify", classifier.set_params(network=None))])
        pipeline.set_params(classify__network__filters=(3,), classify__windows__stride=4)
        parameters = pipeline.get_params()
        assert parameters["classify__network__filters"] == (3,)
        assert parameters["classify__windows__stride"] == 4
        assert parameters["classify__windows__window_length"] == 12
        copied = clone(pipeline).set_params(classify__windows__stride=5)
        assert pipeline.get_params()["classify__windows__stride"] == 4
        assert copied.get_params()["classify__network__filters"] == (3,)
