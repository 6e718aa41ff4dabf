"""SequenceClassifier: what it accepts and what it answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from Bio.Seq import Seq
from Bio.SeqRecord import SeqRecord
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skdeepg import FastaWindowTransformer, SequenceClassifier, ValidationSet, cut_windows
from skdeepg.exceptions import LostDataWarning
from skdeepg.genome import Regions
from skdeepg.sequences import read_sequences
from tests.toys import coin_sequences


def write_files(rows: list[str], folder: Path) -> list[Path]:
    paths = [folder / f"{i:02d}.fasta" for i in range(len(rows))]
    for path, row in zip(paths, rows, strict=True):
        path.write_text(f">{path.stem}\n{row}\n")
    return paths


def test_learns_and_generalises(fitted):
    X, y = coin_sequences(60, seed=1)
    assert fitted.score(X, y) >= 0.95
    assert fitted.history_["loss"][-1] < fitted.history_["loss"][0]
    assert fitted.n_epochs_ == 15
    np.testing.assert_array_equal(fitted.classes_, ["ac", "gt"])


@pytest.mark.parametrize(
    "convert",
    [
        tuple,
        lambda rows: np.array(rows, dtype=object),
        np.array,
        lambda rows: np.array(rows, dtype=object)[:, np.newaxis],
        lambda rows: pd.Series(rows, index=range(100, 100 + len(rows))),
        lambda rows: pd.DataFrame({"sequence": rows}),
        lambda rows: [row.encode() for row in rows],
        lambda rows: [Seq(row.lower()) for row in rows],
        lambda rows: [SeqRecord(Seq(row), id="x") for row in rows],
        read_sequences,
        lambda rows: FastaWindowTransformer(12).fit_transform(rows),
    ],
)
def test_every_container_gives_the_same_answers(tiny, fitted, sequences, convert):
    X, y = sequences
    converted = convert(X)
    np.testing.assert_array_equal(fitted.predict_proba(converted), fitted.predict_proba(X))
    again = clone(fitted).fit(converted, y)
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))


def test_files_give_the_same_answers(fitted, sequences, tmp_path):
    X, y = sequences
    paths = write_files(X, tmp_path)
    np.testing.assert_array_equal(fitted.predict_proba(paths), fitted.predict_proba(X))
    windows = FastaWindowTransformer(12, input="filename")
    named = clone(fitted).set_params(windows=windows).fit([str(path) for path in paths], y)
    np.testing.assert_array_equal(named.predict_proba(paths), fitted.predict_proba(X))


def test_codes_of_windows_are_rows(tiny, sequences):
    X, y = sequences
    codes, labels, _ = cut_windows(X, y, windows=12)
    tiny.fit(codes, labels)
    assert tiny.n_features_in_ == 12
    assert tiny.predict_proba(codes).shape == (len(codes), 2)
    assert tiny.predict([X[0]]).shape == (1,)
    with pytest.raises(ValueError, match="X has 11 features"):
        tiny.predict(codes[:, 1:])


def test_inferred_vocabulary_reads_an_unseen_code_as_ambiguous(tiny, sequences):
    codes, labels, _ = cut_windows(*sequences, windows=12)
    tiny.set_params(vocabulary=None).fit(codes, labels)
    assert tiny.model_.input_shape == (None, 12, 4)
    strange, ambiguous = codes.copy(), codes.copy()
    strange[:, 3], ambiguous[:, 3] = 9, 4
    np.testing.assert_array_equal(tiny.predict_proba(strange), tiny.predict_proba(ambiguous))


def test_pipeline_with_the_transformer(fitted, sequences):
    X, y = sequences
    pipeline = make_pipeline(FastaWindowTransformer(12), clone(fitted).set_params(windows=99))
    pipeline.fit(X, y)
    np.testing.assert_array_equal(pipeline.predict_proba(X), fitted.predict_proba(X))
    assert pipeline[-1].windows_.window_length == 12
    np.testing.assert_array_equal(pipeline[-1].predict_proba(X), fitted.predict_proba(X))


@pytest.mark.parametrize("labels", [[0, 1], [True, False], [2.0, 5.0], ["x", "y"], [-1, 7]])
def test_labels_of_any_type(tiny, sequences, labels):
    X, y = sequences
    y = np.array(labels)[(y == "gt").astype(int)]
    predicted = tiny.set_params(max_epochs=1).fit(X, y).predict(X)
    assert predicted.dtype == y.dtype
    assert set(predicted) <= set(labels)


def test_three_classes(tiny):
    X = ["A" * 30, "C" * 30, "G" * 30] * 6
    y = ["a", "c", "g"] * 6
    tiny.set_params(max_epochs=30).fit(X, y)
    np.testing.assert_array_equal(tiny.predict(X[:3]), ["a", "c", "g"])
    np.testing.assert_allclose(tiny.predict_proba(X).sum(axis=1), 1)


@pytest.mark.parametrize("aggregation", ["mean", "max", "vote"])
def test_rows_are_answered_from_their_windows(fitted, sequences, aggregation):
    X, _ = sequences
    estimator = clone(fitted).set_params(aggregation=aggregation).fit(*sequences)
    table = estimator.predict_windows(X)
    windows = table.groupby("row")[["ac", "gt"]]
    expected = {
        "mean": windows.mean(),
        "max": windows.max().pipe(lambda p: p.div(p.sum(axis=1), axis=0)),
        "vote": (table[["ac", "gt"]] > 0.5).groupby(table["row"]).mean(),
    }[aggregation]
    answers = estimator.predict_proba(X)
    np.testing.assert_allclose(answers, expected, atol=1e-7)
    np.testing.assert_array_equal(estimator.predict(X), estimator.classes_[answers.argmax(axis=1)])


def test_table_of_windows(fitted):
    table = fitted.predict_windows([SeqRecord(Seq("ACGT" * 7), id="chr1"), "ACGT"])
    assert list(table.columns) == ["row", "record", "start", "end", "ac", "gt"]
    assert table[["row", "record", "start", "end"]].to_numpy().tolist() == [
        [0, "chr1", 0, 12],
        [0, "chr1", 12, 24],
        [0, "chr1", 16, 28],
        [1, "1", 0, 4],
    ]
    np.testing.assert_allclose(table["ac"] + table["gt"], 1, rtol=1e-6)


@pytest.mark.parametrize("aggregation", ["mean", "max", "vote"])
@pytest.mark.parametrize("short", ["pad", "repeat"])
def test_both_strands_answer_alike(sequences, tiny, aggregation, short):
    windows = FastaWindowTransformer(12, stride=5, short=short)
    tiny.set_params(strands="both", aggregation=aggregation, windows=windows).fit(*sequences)
    X = [*sequences[0], "ACGTNAC", "GGA"]
    other_strand = [str(Seq(row).reverse_complement()) for row in X]
    np.testing.assert_allclose(tiny.predict_proba(X), tiny.predict_proba(other_strand), atol=1e-6)


def test_windows_of_both_strands_are_averaged(sequences, tiny):
    tiny.set_params(strands="both").fit(*sequences)
    row = sequences[0][0][:24]
    table = tiny.predict_windows([row])
    other = tiny.predict_windows([str(Seq(row).reverse_complement())])
    np.testing.assert_allclose(table["ac"], other["ac"][::-1], atol=1e-6)
    np.testing.assert_allclose(table["ac"].mean(), tiny.predict_proba([row])[0, 0], atol=1e-6)


def test_untrained_network(tiny, sequences):
    tiny.set_params(max_epochs=0).fit(*sequences)
    assert tiny.n_epochs_ == 0
    assert tiny.history_ == {"loss": [], "accuracy": []}
    assert tiny.predict_proba(sequences[0]).shape == (40, 2)


def test_answers_do_not_depend_on_neighbours(fitted, sequences):
    X, _ = sequences
    alone = np.concatenate([fitted.predict_proba([row]) for row in X])
    np.testing.assert_allclose(fitted.predict_proba(X), alone, atol=1e-6)
    order = np.random.default_rng(0).permutation(len(X))
    shuffled = fitted.predict_proba([X[i] for i in order])
    np.testing.assert_allclose(shuffled, alone[order], atol=1e-6)
    np.testing.assert_allclose(
        clone(fitted).set_params(batch_size=3, steps_per_epoch=1).fit(*sequences).predict_proba(X),
        clone(fitted).set_params(batch_size=3, steps_per_epoch=1).fit(*sequences).predict_proba(X),
    )


def test_a_row_left_without_windows_is_answered_with_a_warning(tiny, sequences):
    tiny.set_params(windows=FastaWindowTransformer(12, short="drop")).fit(*sequences)
    with pytest.warns(LostDataWarning, match=r"1 of 2 rows have no window .*: '1'"):
        answers = tiny.predict_proba(["ACGT" * 5, "ACG"])
    assert answers.shape == (2, 2)
    assert np.isfinite(answers).all()


class TestValidation:
    def test_fraction_of_rows(self, tiny, sequences):
        tiny.set_params(validation_fraction=0.25).fit(*sequences)
        assert [len(values) for values in tiny.history_.values()] == [3, 3, 3, 3]
        assert list(tiny.history_) == ["loss", "accuracy", "val_loss", "val_accuracy"]

    def test_set_of_other_rows_in_any_container(self, tiny, sequences):
        X, y = coin_sequences(20, seed=2)
        tiny.fit(*sequences, validation=ValidationSet(X, y))
        loss = tiny.history_["val_loss"][-1]
        probability = tiny.predict_windows(X)
        truth = y[probability["row"]]
        own = np.where(truth == "ac", probability["ac"], probability["gt"])
        assert loss == pytest.approx(-np.log(own).mean(), rel=1e-4)
        assert tiny.history_["val_accuracy"][-1] == pytest.approx((own > 0.5).mean())

    def test_early_stopping_restores_the_best_weights(self, sequences, tiny):
        X, y = coin_sequences(20, seed=2)
        held = ValidationSet(X, y[::-1])  # wrong labels: learning makes it worse
        tiny.set_params(early_stopping=True, patience=2, max_epochs=50, learning_rate=0.02)
        tiny.fit(*sequences, validation=held)
        losses = tiny.history_["val_loss"]
        assert tiny.n_epochs_ == int(np.argmin(losses)) + 1 + 2 < 50
        best = clone(tiny).set_params(early_stopping=False, max_epochs=int(np.argmin(losses)) + 1)
        best.fit(*sequences, validation=held)
        np.testing.assert_array_equal(tiny.predict_proba(X), best.predict_proba(X))

    def test_groups_stay_together(self, sequences, tiny):
        X, y = sequences
        groups = np.arange(40) // 4  # 10 groups of both classes
        tiny.set_params(validation_fraction=0.2).fit(X, y, groups=groups)
        assert len(tiny.history_["val_loss"]) == 3

    @pytest.mark.parametrize(
        ("parameters", "validation", "message"),
        [
            ({"early_stopping": True}, None, "early_stopping=True needs rows"),
            ({"validation_fraction": 0.01}, None, "cannot split 40 rows"),
            ({"validation_fraction": 0.2}, ValidationSet(["ACGT"], ["ac"]), "not both"),
            ({}, ValidationSet(["ACGT"], ["zz"]), "labels that the training rows do not have: "),
        ],
    )
    def test_errors(self, tiny, sequences, parameters, validation, message):
        with pytest.raises(ValueError, match=message):
            tiny.set_params(**parameters).fit(*sequences, validation=validation)

    def test_plain_tuple_is_refused(self, tiny, sequences):
        with pytest.raises(TypeError, match="write validation=ValidationSet"):
            tiny.fit(*sequences, validation=sequences)


class TestExclude:
    rows = (SeqRecord(Seq("A" * 36), id="a"), SeqRecord(Seq("G" * 60), id="g"))

    def count_windows(self, tiny, exclude):
        """Count the distinct windows that training draws."""
        from skdeepg.estimators.training_data import split_windows

        tiny.fit(self.rows, [0, 1], exclude=exclude)
        windows = FastaWindowTransformer(12).fit_transform(self.rows)
        training, _ = split_windows(windows, np.array([0, 1]), np.ones(2), exclude)
        return training.grid.windows_per_row.tolist()

    def test_windows_that_touch_a_region_are_left_out(self, tiny):
        assert self.count_windows(tiny, None) == [3, 5]
        assert self.count_windows(tiny, Regions(["g"], [23], [25])) == [3, 4]
        assert self.count_windows(tiny, Regions(["g", "g"], [0, 20], [20, 40])) == [3, 2]

    def test_a_class_without_windows_is_an_error(self, tiny):
        with pytest.raises(ValueError, match="Class 1 has no window to train on"):
            tiny.fit(self.rows, [0, 1], exclude=Regions(["g"], [5], [55]))

    def test_regions_on_no_record(self, tiny):
        with pytest.raises(ValueError, match="None of the 1 regions is on a record of X"):
            tiny.fit(self.rows, [0, 1], exclude=Regions(["chr"], [5], [55]))
        with pytest.warns(LostDataWarning, match="1 of 2 regions are on none of the records"):
            tiny.fit(self.rows, [0, 1], exclude=Regions(["chr", "g"], [5, 0], [55, 9]))

    def test_region_behind_the_end(self, tiny):
        with pytest.raises(ValueError, match="which has 60 bases"):
            tiny.fit(self.rows, [0, 1], exclude=Regions(["g"], [50], [61]))


class TestParameters:
    def test_nested_parameters_of_defaults(self):
        estimator = SequenceClassifier()
        estimator.set_params(network__filters=(8,), windows__stride=100)
        assert estimator.network.filters == (8,)
        assert estimator.windows.stride == 100
        assert estimator.windows.window_length == 500
        assert SequenceClassifier().network is None

    def test_nested_parameters_with_their_parent(self):
        estimator = SequenceClassifier(vocabulary="ACGU")
        estimator.set_params(windows=30, windows__stride=10)
        assert estimator.windows.window_length == 30
        assert estimator.windows.vocabulary == "ACGU"

    def test_unknown_nested_parameter(self):
        with pytest.raises(ValueError, match="Invalid parameter 'filter'"):
            SequenceClassifier().set_params(network__filter=3)

    @pytest.mark.parametrize(
        "parameters",
        [
            {"strands": "reverse"},
            {"aggregation": "median"},
            {"sampling": "even"},
            {"max_epochs": -1},
            {"batch_size": 0},
            {"validation_fraction": 1.0},
            {"learning_rate": 0},
            {"windows": 0},
            {"network": "LSTMCNN"},
        ],
    )
    def test_invalid_values_name_parameter_and_class(self, tiny, sequences, parameters):
        name = next(iter(parameters))
        with pytest.raises(ValueError, match=f"The '{name}' parameter of SequenceClassifier"):
            tiny.set_params(**parameters).fit(*sequences)

    def test_class_weight_moves_the_answers(self, tiny, sequences):
        X, y = sequences
        tiny.set_params(max_epochs=5)
        heavy = clone(tiny).set_params(class_weight={"gt": 50.0}).fit(X, y)
        plain = clone(tiny).fit(X, y)
        assert heavy.predict_proba(X)[:, 1].mean() > plain.predict_proba(X)[:, 1].mean() + 0.1

    def test_zero_weight_rows_do_not_teach(self, tiny, sequences):
        X, y = sequences
        wrong = np.concatenate([y, np.where(y == "ac", "gt", "ac")])
        weight = np.repeat([1.0, 0.0], 40)
        tiny.set_params(max_epochs=15).fit(X + X, wrong, sample_weight=weight)
        assert tiny.score(X, y) >= 0.9

    def test_optimizer_object_is_copied(self, tiny, sequences):
        import keras

        optimizer = keras.optimizers.SGD(0.5)
        tiny.set_params(optimizer=optimizer).fit(*sequences)
        assert not optimizer.built
        assert np.isfinite(tiny.predict_proba(sequences[0])).all()
