"""Language models in pipelines, searches and as features; other alphabets and tables of codes."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, ShuffleSplit, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline

from skdeepg import LSTMCNN, FastaWindowTransformer, WaveNet, WaveNetLM, cut_windows
from skdeepg.sequences import read_sequences
from tests.estimators.language_models import PERIOD, ROWS, TARGETS, WINDOW, make, rough
from tests.toys import coin_sequences, periodic_sequences, random_sequences

pytestmark = pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning")

each = pytest.mark.parametrize("target", ["next", "all"])


class TestPipelines:
    @pytest.mark.parametrize("target", ["middle", "all"])
    def test_the_cut_of_the_step_before_wins(self, target):
        cutter = FastaWindowTransformer(WINDOW, stride=1, ambiguous="uniform")
        pipeline = make_pipeline(cutter, make(target, windows=77)).fit(ROWS)
        inside = make(target, windows=cutter).fit(ROWS)
        assert pipeline[-1].task_.window_length == WINDOW
        assert pipeline.score(ROWS) == inside.score(ROWS)
        np.testing.assert_array_equal(pipeline.score_samples(ROWS), inside.score_samples(ROWS))
        np.testing.assert_array_equal(pipeline.predict_proba(ROWS), inside.predict_proba(ROWS))
        np.testing.assert_array_equal(pipeline.transform(ROWS), inside.transform(ROWS))
        assert pipeline.predict(ROWS).tolist() == inside.predict(ROWS).tolist()

    def test_windows_of_another_length_or_alphabet(self):
        windows = FastaWindowTransformer(WINDOW + 1).fit_transform(ROWS)
        with pytest.raises(ValueError, match="X has windows of 11 bases, but windows of 10"):
            rough("next").score(windows)
        with pytest.raises(ValueError, match="X was read with the vocabulary 'TGCA'"):
            rough("next").score(read_sequences(random_sequences([30]), "TGCA"))


class TestModelSelection:
    SPLIT = ShuffleSplit(1, test_size=0.3, random_state=0)

    @pytest.mark.slow
    def test_the_network_and_window_of_the_highest_held_out_likelihood(self):
        """A base alone does not tell where in the period one is."""
        network = WaveNet(dilations=1, initial_filters=8, initial_kernel_size=5)
        settings = {"optimizer": "sgd", "learning_rate": 1.0, "steps_per_epoch": 3}
        model = WaveNetLM(network, max_epochs=12, batch_size=16, random_state=0, **settings)
        grid = {"network__filters": [1, 8], "windows": [1, 14]}
        rows = periodic_sequences(16, "AACAAG")
        search = GridSearchCV(model, grid, cv=self.SPLIT).fit(rows)
        assert search.best_params_ == {"network__filters": 8, "windows": 14}
        scores = search.cv_results_["mean_test_score"]
        assert sorted(scores)[-2] < scores.max() - 0.05
        training, held = next(self.SPLIT.split(rows))
        best = clone(model).set_params(**search.best_params_).fit([rows[i] for i in training])
        assert best.score([rows[i] for i in held]) == scores.max() == search.best_score_
        assert search.score(rows) == search.best_estimator_.score(rows)
        assert (model.network.filters, model.windows) == (16, 500)

    def test_defaults_are_replaced_before_they_are_set(self):
        model = WaveNetLM(max_epochs=0, random_state=0)
        grid = {"network__filters": [3], "windows": [12]}
        search = GridSearchCV(model, grid, cv=self.SPLIT).fit(random_sequences([30] * 4))
        assert search.best_estimator_.network.filters == 3
        assert (model.network, model.windows) == (None, 500)

    @each
    def test_nested_parameters_of_windows(self, target):
        model = make(target, windows=12, max_epochs=0)
        grid = {"windows__stride": [1, 5], "windows__window_length": [12]}
        search = GridSearchCV(model, grid, cv=self.SPLIT).fit(random_sequences([30, 33, 40, 25]))
        assert search.best_estimator_.windows.window_length == 12
        assert model.windows == 12

    @each
    def test_cross_validation(self, target):
        X = read_sequences(random_sequences([30, 33, 40, 25]))
        scores = cross_val_score(make(target, max_epochs=1), X, cv=2)
        assert scores.shape == (2,)
        assert (scores < 0).all()


class TestFeatures:
    @pytest.mark.parametrize("target", TARGETS)
    def test_the_mean_over_windows(self, target):
        model, row = rough(target), ROWS[0]
        found = model.transform([row, *ROWS[:2]])
        assert found.dtype == np.float32
        np.testing.assert_allclose(found[0], found[1], rtol=1e-6)
        if target != "all":
            stretches = [row[start : start + WINDOW + 1] for start in range(len(row) - WINDOW)]
            np.testing.assert_allclose(found[0], model.transform(stretches).mean(0), rtol=1e-5)

    def test_the_mean_over_bases(self):
        model, row = rough("all"), ROWS[0]
        found = model.transform([row], layer="letters")[0]
        table = model.predict_windows([row])
        answers = np.vstack([table[list("ACGT")], model.predict_proba([row])])
        np.testing.assert_allclose(found, answers.mean(axis=0), rtol=1e-5)

    @pytest.mark.parametrize("target", TARGETS)
    def test_names(self, target):
        model = rough(target)
        width = model.transform(ROWS).shape[1]
        prefix = "wavenetlm" if target == "all" else "sequencelanguagemodel"
        names = model.get_feature_names_out()
        assert names.tolist() == [f"{prefix}{i}" for i in range(width)]

    @each
    def test_data_frames(self, target):
        model = make(target, max_epochs=0).set_output(transform="pandas").fit(ROWS)
        table = model.transform(list(ROWS))
        assert table.columns.tolist() == model.get_feature_names_out().tolist()
        assert len(table) == len(ROWS)

    @each
    def test_data_frames_of_other_layers_have_no_names(self, target):
        model = make(target, max_epochs=0).set_output(transform="pandas").fit(ROWS)
        with pytest.raises(ValueError, match="has no column names for pandas output; use Network"):
            model.transform(ROWS, layer=model.model_.layers[1].name)

    @each
    def test_a_layer_that_is_not_there(self, target):
        with pytest.raises(ValueError, match="layer='no' is none of the network's layers"):
            rough(target).transform(ROWS, layer="no")

    def test_before_a_classifier(self):
        X, y = coin_sequences(30, seed=0)
        network = LSTMCNN(filters=(6,), kernel_size=3, pool_size=2)
        model = make("middle_cnn", network=network)
        pipeline = Pipeline([("features", model), ("classifier", LogisticRegression(C=100))])
        other, labels = coin_sequences(30, seed=1)
        assert pipeline.fit(X, y).score(other, labels) > 0.8

    def test_fit_transform(self):
        features = make("next").fit_transform(ROWS)
        np.testing.assert_array_equal(features, make("next").fit(ROWS).transform(ROWS))


class TestOtherAlphabets:
    @pytest.mark.parametrize("target", ["middle", "all"])
    def test_letters(self, target):
        rows = [row.translate(str.maketrans("ACGT", "MKVW")) for row in periodic_sequences(6)]
        model = make(target, windows=WINDOW, vocabulary="KMVW", max_epochs=1).fit(rows)
        assert model.classes_.tolist() == list("KMVW")
        assert set(model.predict(rows)) <= set("KMVW")
        assert model.predict_windows(rows).columns.tolist()[4:] == list("KMVW")
        assert model.evaluate(rows).yardstick.n_scored == model.evaluate(rows).model.n_scored
        if target == "all":
            [drawn] = model.generate(9, prompt=rows[0], random_state=0)
            assert set(drawn) <= set("KMVW")

    @each
    def test_another_order_of_letters(self, target):
        model = make(target, vocabulary="TGCA", windows=WINDOW, max_epochs=0).fit(ROWS)
        table = model.predict_windows(ROWS[4:5])
        assert table.columns.tolist()[4:] == list("TGCA")
        assert all(ROWS[4][p] == base for p, base in table[["position", "base"]].to_numpy())


class TestTables:
    """2-D arrays of codes."""

    CODES = cut_windows(random_sequences([60, 40]), windows=6, target="all")[0]

    @pytest.mark.parametrize("target", ["middle", "all"])
    def test_symbols_are_inferred(self, target):
        model = make(target, vocabulary=None).fit(self.CODES % 3)
        assert model.task_.n_symbols == len(model.classes_) == 3
        assert model.task_.window_length == 6
        assert model.n_features_in_ == 7
        assert model.predict_proba(self.CODES[:, 1:] % 3).shape == (len(self.CODES), 3)
        unseen = self.CODES % 3
        unseen[:, 0] = 9
        assert np.isfinite(model.score(unseen))
        assert model.evaluate(self.CODES % 3).model.n_scored > 0

    @each
    def test_one_window_a_row(self, target):
        model = make(target, windows=99, max_epochs=0).fit(self.CODES)
        table = model.predict_windows(self.CODES)
        expected = [6] if target == "next" else [1, 2, 3, 4, 5, 6]
        assert table["position"].tolist() == expected * len(self.CODES)

    @each
    @pytest.mark.parametrize("width", [5, 8])
    def test_other_widths(self, target, width):
        model = make(target, max_epochs=0).fit(self.CODES)
        codes = np.zeros((3, width), dtype=np.uint8)
        with pytest.raises(ValueError, match=f"{width} features.* 7 features .* or 6: a window"):
            model.predict_proba(codes)
        for ask in (model.score, model.score_samples, model.predict_windows, model.evaluate):
            with pytest.raises(ValueError, match=f"X has {width} features.* expecting 7"):
                ask(codes)
        with pytest.raises(ValueError, match="expecting 7"):
            model.partial_fit(codes)

    @each
    def test_wrong_codes(self, target):
        wrong = self.CODES.copy()
        wrong[1, 2] = 9
        with pytest.raises(ValueError, match="code 9 in row 1, column 2"):
            make(target).fit(wrong)
        with pytest.raises(ValueError, match="minimum of 2 is required"):
            make(target).fit(self.CODES[:, :1])


def test_a_period_is_learnt_from_files(tmp_path):
    paths = []
    for number, row in enumerate(periodic_sequences(12, PERIOD)):
        paths.append(tmp_path / f"{number}.fasta")
        paths[-1].write_text(f">{number}\n{row}\n")
    model = make("next", max_epochs=15).fit(paths)
    assert model.accuracy(paths) == 1
    assert model.predict_windows(paths[:1])["record"].unique().tolist() == ["0"]
