"""`NetworkFeatures`: what a layer makes of rows, as columns."""

from __future__ import annotations

import joblib
import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.ensemble import StackingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict
from sklearn.pipeline import make_pipeline, make_union

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    KmerVectorizer,
    MarkovLanguageModel,
    NetworkFeatures,
    SequenceClassifier,
    SequenceLanguageModel,
    WaveNet,
    WaveNetLM,
    save,
)
from skdeepg import load as load_file

NETWORK = LSTMCNN(filters=(3, 5), kernel_size=3, pool_size=2)
random = np.random.default_rng(0)
X = ["".join(random.choice(list(letters), 24)) for letters in ("AACGT", "ACGGT") * 10]
Y = np.array(["a", "g"] * 10)


def make_classifier(**parameters):
    settings = {"windows": 8, "max_epochs": 1, "batch_size": 16, "random_state": 0} | parameters
    return SequenceClassifier(NETWORK, **settings)


@pytest.fixture(scope="module")
def classifier():
    return make_classifier().fit(X, Y)


def test_features_are_the_mean_of_what_the_layer_gives_for_the_windows(classifier):
    import keras

    features = NetworkFeatures(FrozenEstimator(classifier), layer="pool_2").fit(X)
    cut = keras.Model(classifier.model_.input, classifier.model_.get_layer("pool_2").output)
    windows = np.array([[[*row[start : start + 8]] for start in (0, 8, 16)] for row in X])
    one_hot = (windows[..., None] == np.array(list("ACGT"))).astype(np.float32)
    activations = cut(one_hot.reshape(-1, 8, 4)).numpy()
    wanted = activations.reshape(len(X), 3, -1, 5).mean(axis=(1, 2))
    np.testing.assert_allclose(features.transform(X), wanted, atol=1e-6)


def test_last_but_one_layer_and_output_layer_agree_with_the_answers(classifier):
    frozen = FrozenEstimator(classifier)
    answers = NetworkFeatures(frozen, layer=classifier.model_.layers[-1].name).fit(X).transform(X)
    np.testing.assert_allclose(answers, classifier.predict_proba(X), atol=1e-6)
    default = NetworkFeatures(frozen).fit(X)
    named = NetworkFeatures(frozen, layer=classifier.model_.layers[-2].name).fit(X)
    np.testing.assert_array_equal(default.transform(X), named.transform(X))


def test_strands_both_reads_both():
    both = make_classifier(strands="both").fit(X, Y)
    features = NetworkFeatures(FrozenEstimator(both)).fit(X)
    turned = [row[::-1].translate(str.maketrans("ACGT", "TGCA")) for row in X]
    np.testing.assert_allclose(features.transform(turned), features.transform(X), atol=1e-6)


@pytest.mark.parametrize(
    "model",
    [
        WaveNetLM(WaveNet(filters=3, initial_filters=3, dilations=(2,)), 8, max_epochs=1),
        SequenceLanguageModel(NETWORK, 8, max_epochs=1),
        SequenceLanguageModel(NETWORK, 8, target="middle", max_epochs=1),
    ],
    ids=["wavenet", "next", "middle"],
)
@pytest.mark.slow
def test_language_models_need_no_labels_and_give_their_own_transform(model):
    model = clone(model).set_params(random_state=0)
    features = NetworkFeatures(model).fit(X)
    np.testing.assert_array_equal(features.transform(X), clone(model).fit(X).transform(X))
    assert not hasattr(model, "model_")


def test_frozen_estimator_is_not_trained(classifier):
    before = classifier.model_.get_weights()
    frozen = NetworkFeatures(FrozenEstimator(classifier)).fit(X, Y[::-1])
    assert frozen.estimator_.estimator is classifier
    for weight, now in zip(before, classifier.model_.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, now)


def test_names_and_pandas(classifier):
    features = NetworkFeatures(FrozenEstimator(classifier), "pool_2").fit(X)
    names = [f"networkfeatures{number}" for number in range(5)]
    assert features.get_feature_names_out().tolist() == names
    frame = features.set_output(transform="pandas").transform(X[:3])
    assert frame.columns.tolist() == names
    assert frame.shape == (3, 5)


@pytest.mark.slow
def test_search_over_the_layer_and_the_network():
    pipeline = make_pipeline(NetworkFeatures(make_classifier()), LogisticRegression())
    grid = {
        "networkfeatures__layer": [None, "pool_1"],
        "networkfeatures__estimator__network__kernel_size": [2, 3],
    }
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(X, Y)
    assert len(search.cv_results_["params"]) == 4
    assert search.predict(X).shape == (20,)


@pytest.mark.slow
def test_union_with_k_mers_and_stacking():
    union = make_union(KmerVectorizer(k=2), NetworkFeatures(make_classifier()))
    both = make_pipeline(union, LogisticRegression())
    assert cross_val_predict(both, X, Y, cv=2, method="predict_proba").shape == (20, 2)
    words = make_pipeline(KmerVectorizer(k=2), LogisticRegression())
    stack = StackingClassifier([("words", words), ("network", make_classifier())], cv=2)
    assert stack.fit(X, Y).score(X, Y) >= 0.5


def test_column_transformer_mixes_sequences_and_numbers():
    import pandas as pd

    gc = [(row.count("G") + row.count("C")) / len(row) for row in X]
    table = pd.DataFrame({"sequence": X, "gc": gc})
    mixed = make_column_transformer(
        (NetworkFeatures(make_classifier()), "sequence"),
        (KmerVectorizer(k=2, sparse_output=False), "sequence"),
        ("passthrough", ["gc"]),
    )
    columns = mixed.fit_transform(table, Y)
    np.testing.assert_array_equal(columns[:, -1], gc)
    np.testing.assert_array_equal(
        columns[:, -11:-1], KmerVectorizer(k=2).fit_transform(X).toarray()
    )


@pytest.mark.slow
def test_windows_of_a_transformer_are_taken():
    cutter = FastaWindowTransformer(8, stride=4)
    alone = NetworkFeatures(make_classifier(windows=cutter)).fit(X, Y)
    piped = make_pipeline(cutter, NetworkFeatures(make_classifier())).fit(X, Y)
    np.testing.assert_array_equal(piped.transform(X), alone.transform(X))


@pytest.mark.slow
def test_sample_weight_is_passed_on():
    weight = np.arange(1, 21)
    plain = NetworkFeatures(make_classifier()).fit(X, Y, sample_weight=weight).transform(X)
    direct = make_classifier().fit(X, Y, sample_weight=weight)
    np.testing.assert_array_equal(
        plain, NetworkFeatures(FrozenEstimator(direct)).fit(X).transform(X)
    )
    with sklearn.config_context(enable_metadata_routing=True):
        asking = make_classifier().set_fit_request(sample_weight=True)
        pipeline = make_pipeline(NetworkFeatures(asking)).fit(X, Y, sample_weight=weight)
    np.testing.assert_array_equal(pipeline.transform(X), plain)


@pytest.mark.parametrize("way", ["joblib", "file"])
def test_saved_and_loaded(classifier, tmp_path, way):
    features = NetworkFeatures(FrozenEstimator(classifier), "pool_2").fit(X)
    path = tmp_path / "features"
    (joblib.dump if way == "joblib" else save)(features, path)
    loaded = joblib.load(path) if way == "joblib" else load_file(path)
    np.testing.assert_array_equal(loaded.transform(X), features.transform(X))


def test_errors_say_what_is_allowed(classifier):
    with pytest.raises(ValueError, match="has no network with layers; give a SequenceClassifier"):
        NetworkFeatures(MarkovLanguageModel()).fit(X)
    with pytest.raises(ValueError, match="layer='pool_9' is none of the network's layers: "):
        NetworkFeatures(FrozenEstimator(classifier), "pool_9").fit(X)
    with pytest.raises(sklearn.exceptions.NotFittedError):
        NetworkFeatures(FrozenEstimator(make_classifier())).fit(X)
    with pytest.raises(sklearn.exceptions.NotFittedError):
        NetworkFeatures(classifier).transform(X)
    with pytest.raises(ValueError, match="y"):
        NetworkFeatures(make_classifier()).fit(X)
