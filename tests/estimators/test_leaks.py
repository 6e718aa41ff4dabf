"""A warning where windows of one row are on both sides of a split, and none where they are not."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    StratifiedGroupKFold,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    train_test_split,
)
from sklearn.pipeline import make_pipeline

import skdeepg
from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    KmerVectorizer,
    NetworkFeatures,
    SequenceClassifier,
    ValidationSet,
    WaveNetLM,
    cut_windows,
)
from skdeepg.exceptions import LeakageWarning
from tests.estimators.language_models import make
from tests.toys import coin_sequences, linear_network


def cut():
    """Each call is another source, of which is warned once."""
    return cut_windows(*coin_sequences(16, seed=0), windows=6)


CODES, Y, GROUPS = cut()
HALF = GROUPS < 8
ODD = np.arange(len(Y)) % 2 == 1
GROUPED = {"cv": GroupKFold(2), "groups": GROUPS}


@pytest.fixture(autouse=True)
def _silence_is_golden(monkeypatch):
    """Any leak that is not expected fails the test."""
    monkeypatch.setattr("skdeepg.estimators.leaks.SAID", set())
    with warnings.catch_warnings():
        warnings.simplefilter("error", LeakageWarning)
        yield


@pytest.fixture
def classifier() -> SequenceClassifier:
    return SequenceClassifier(linear_network, max_epochs=0, batch_size=64, random_state=0)


def leak():
    return pytest.warns(LeakageWarning, match="SequenceClassifier is asked about windows of rows")


class TestLeaks:
    @pytest.mark.parametrize(
        "ask",
        [
            lambda fitted: fitted.predict(CODES[~ODD]),
            lambda fitted: fitted.predict_proba(CODES[~ODD]),
            lambda fitted: fitted.predict_windows(CODES[~ODD]),
            lambda fitted: fitted.score(CODES[~ODD], Y[~ODD]),
            lambda fitted: fitted.evaluate(CODES[~ODD], Y[~ODD]),
            lambda fitted: fitted.score(CODES, Y),
            lambda fitted: fitted.predict(CODES[~ODD][:1]),
        ],
    )
    def test_other_windows_of_training_rows(self, classifier, ask):
        classifier.fit(CODES[ODD], Y[ODD])
        with leak() as found:
            ask(classifier)
        assert f"of {len(CODES)} windows, cut from 16 rows" in str(found[0].message)
        assert "groups=groups, cv=GroupKFold()" in str(found[0].message)

    @pytest.mark.parametrize("cv", [2, KFold(2, shuffle=True, random_state=0)])
    def test_splits_that_part_windows(self, classifier, cv):
        for estimator in (classifier, make_pipeline(FastaWindowTransformer(6), classifier)):
            codes = cut()[0]
            with leak():
                cross_val_score(estimator, codes, Y, cv=cv)

    def test_random_split(self, classifier):
        training, test, y, _ = train_test_split(CODES, Y, random_state=0)
        classifier.fit(training, y)
        with leak():
            classifier.predict(test)

    def test_search_and_calibration(self, classifier):
        with leak():
            GridSearchCV(classifier, {"learning_rate": [0.1]}, cv=2).fit(CODES, Y)
        codes = cut()[0]
        with leak():
            CalibratedClassifierCV(classifier, cv=2).fit(codes, Y)

    def test_network_features(self, classifier):
        pipeline = make_pipeline(NetworkFeatures(classifier), LogisticRegression())
        pipeline.fit(CODES[ODD], Y[ODD])
        with leak():
            pipeline.predict(CODES[~ODD])

    def test_after_pickling(self, classifier):
        fitted = pickle.loads(pickle.dumps(classifier.fit(CODES[ODD], Y[ODD])))
        with leak():
            fitted.predict(pickle.loads(pickle.dumps(CODES[~ODD])))

    @pytest.mark.parametrize("target", ["next", "all"])
    def test_language_models(self, target):
        codes, _, groups = cut_windows(coin_sequences(6, seed=1)[0], windows=6, target=target)
        model = make(target, max_epochs=0)
        with pytest.warns(LeakageWarning, match=f"{type(model).__name__} is asked"):
            cross_val_score(model, codes, cv=2)
        cross_val_score(model, codes, cv=GroupKFold(2), groups=groups)

    def test_it_is_said_once(self, classifier):
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("default")
            cross_validate(classifier, CODES, Y, cv=3, scoring=["accuracy", "neg_log_loss"])
        assert sum(one.category is LeakageWarning for one in found) == 1


class TestValidation:
    def test_fraction_of_windows(self, classifier):
        classifier.set_params(validation_fraction=0.3)
        with pytest.warns(LeakageWarning, match="validation_fraction has parted windows"):
            classifier.fit(CODES, Y)
        classifier.fit(CODES, Y, groups=GROUPS)
        classifier.fit(np.asarray(CODES), Y)

    def test_fraction_of_language(self):
        codes, _, groups = cut_windows(coin_sequences(8, seed=1)[0], windows=6, target="all")
        model = make("all", max_epochs=0, validation_fraction=0.5)
        with pytest.warns(LeakageWarning, match="fit\\(codes, y, groups=groups\\)"):
            model.fit(codes)
        model.fit(codes, groups=groups)

    def test_given_windows(self, classifier):
        with leak():
            classifier.fit(CODES[ODD], Y[ODD], validation=ValidationSet(CODES[~ODD], Y[~ODD]))
        classifier.fit(CODES[HALF], Y[HALF], validation=ValidationSet(CODES[~HALF], Y[~HALF]))

    def test_training_goes_on(self, classifier):
        classifier.partial_fit(CODES[ODD], Y[ODD], classes=["ac", "gt"])
        classifier.partial_fit(CODES[HALF & ~ODD], Y[HALF & ~ODD])
        classifier.set_params(warm_start=True).fit(CODES[:20], Y[:20])
        classifier.predict(CODES[ODD | HALF])
        with leak():
            classifier.predict(CODES)
        classifier.set_params(warm_start=False).fit(CODES[HALF], Y[HALF]).predict(CODES[~HALF])


class TestNoLeaks:
    def test_training_scores(self, classifier):
        classifier.fit(CODES[ODD], Y[ODD])
        classifier.score(CODES[ODD], Y[ODD])
        classifier.predict(CODES[ODD][::-1])
        classifier.predict(CODES[ODD][:5])

    def test_all_windows_after_a_split_by_rows(self, classifier):
        classifier.fit(CODES[HALF], Y[HALF]).predict(CODES)

    @pytest.mark.parametrize(
        "cv",
        [
            GroupKFold(2),
            StratifiedGroupKFold(2, shuffle=True, random_state=0),
            GroupShuffleSplit(1, test_size=0.5, random_state=0),
        ],
    )
    def test_splits_by_rows(self, classifier, cv):
        cross_validate(classifier, CODES, Y, cv=cv, groups=GROUPS, return_train_score=True)

    def test_coarser_groups(self, classifier):
        cross_val_score(classifier, CODES, Y, cv=GroupKFold(2), groups=GROUPS // 4)

    def test_search_learning_curve_and_predictions(self, classifier):
        search = GridSearchCV(classifier, {"learning_rate": [0.1]}, cv=GroupKFold(2))
        search.fit(CODES, Y, groups=GROUPS).score(CODES, Y)
        cross_val_predict(classifier, CODES, Y, **GROUPED)
        learning_curve(classifier, CODES, Y, train_sizes=[0.5, 1.0], shuffle=True, random_state=0,
                       **GROUPED)  # fmt: skip

    def test_other_sources(self, classifier):
        classifier.fit(CODES[ODD], Y[ODD])
        classifier.predict(cut_windows(*coin_sequences(16, seed=3), windows=6)[0])

    @pytest.mark.parametrize(
        "convert", [np.array, np.asarray, pd.DataFrame, lambda codes: codes.astype(float)]
    )
    def test_what_is_not_known(self, classifier, convert):
        classifier.fit(CODES[ODD], Y[ODD]).predict(convert(CODES))
        assert cross_val_score(classifier, convert(CODES), Y, cv=2).shape == (2,)

    def test_shuffled_in_place_with_labels_and_groups(self, classifier):
        codes, y, groups = CODES.copy(), Y.copy(), GROUPS.copy()
        for array in (codes, y, groups):
            np.random.default_rng(0).shuffle(array)
        cross_val_score(classifier, codes, y, cv=GroupKFold(2), groups=groups)

    def test_a_lone_row_cannot_be_split_otherwise(self):
        codes = cut_windows(["ACGT" * 20], windows=6, target="all")[0]
        model = WaveNetLM(max_epochs=0).fit(codes[:8])
        model.score(codes[8:])

    def test_rows_of_sequences(self, classifier):
        X, y = coin_sequences(8, seed=0)
        cross_val_score(classifier.set_params(windows=6), X, y, cv=2)

    def test_kmers(self):
        """They remember nothing: a linear model of k-mers is not ours to watch."""
        pipeline = make_pipeline(KmerVectorizer(k=2), LogisticRegression())
        cross_val_score(pipeline, CODES, Y, cv=2)


class TestWhatIsKept:
    def test_nothing_of_unknown_rows(self, classifier):
        assert "_seen_windows" not in vars(classifier.fit(np.asarray(CODES), Y))

    def test_a_bit_a_window(self, classifier):
        [seen] = classifier.fit(CODES[ODD], Y[ODD])._seen_windows.values()
        assert seen.nbytes == -(-len(CODES) // 8)

    def test_predictions_do_not_change_the_estimator(self, classifier):
        before = pickle.dumps(classifier.fit(CODES[ODD], Y[ODD])._seen_windows)
        with leak():
            classifier.predict(CODES)
        assert pickle.dumps(classifier._seen_windows) == before

    def test_clones_and_files_know_nothing(self, classifier, tmp_path):
        network = LSTMCNN(filters=2, kernel_size=2, pool_size=2)
        classifier.set_params(network=network).fit(CODES[ODD], Y[ODD])
        assert not clone(classifier)._seen_windows
        skdeepg.save(classifier, tmp_path / "model.h5")
        loaded = skdeepg.load(tmp_path / "model.h5")
        assert not loaded._seen_windows
        with leak():
            expected = classifier.predict_proba(CODES)
        np.testing.assert_array_equal(loaded.predict_proba(CODES), expected)

    def test_frozen(self, classifier):
        frozen = FrozenEstimator(classifier.fit(CODES[HALF], Y[HALF]))
        features = NetworkFeatures(frozen).fit(CODES[~HALF])
        assert len(features.transform(CODES)) == len(CODES)


def test_answers_are_those_to_a_plain_array(classifier):
    plain = np.asarray(CODES)
    expected = clone(classifier.set_params(max_epochs=1)).fit(plain[HALF], Y[HALF])
    classifier.fit(CODES[HALF], Y[HALF])
    assert classifier.history_ == expected.history_
    np.testing.assert_array_equal(classifier.predict_proba(CODES), expected.predict_proba(plain))
