"""`explain`: rows of all kinds, windows and their averages, what is refused."""

from __future__ import annotations

import io
import pickle

import joblib
import numpy as np
import pytest

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier, WaveNet
from skdeepg.engine import gradients
from skdeepg.engine.layer_chain import NotFoldableError
from skdeepg.exceptions import NotConvergedWarning
from skdeepg.sequences import read_sequences
from tests.estimators.language_models import make
from tests.inspection.toy_networks import classifier, convolutions, linear
from tests.toys import random_sequences

SMALL = LSTMCNN(filters=(3, 4), kernel_size=4, pool_size=2)
ROWS = random_sequences([55, 20, 7], seed=5)
EXACT = {"rtol": 0, "atol": 1e-6}


@pytest.fixture(scope="module")
def clf():
    X, y = random_sequences([60] * 20, seed=1), ["a", "b"] * 10
    return SequenceClassifier(SMALL, 20, max_epochs=1, random_state=0).fit(X, y)


def model_of(target):
    causal = WaveNet(filters=3, dilations=(1, 2), initial_filters=3, initial_kernel_size=4)
    network = causal if target == "all" else SMALL
    return make(target, network=network, max_epochs=0).fit(random_sequences([60] * 3, seed=2))


class TestRows:
    def test_every_kind_of_rows(self, clf, tmp_path):
        path = tmp_path / "rows.fasta"
        path.write_text("".join(f">r{i} x\n{row}\n" for i, row in enumerate(ROWS)))
        expected = clf.explain(ROWS, "a", random_state=0)
        sequences = read_sequences(ROWS)
        windows = FastaWindowTransformer(20).fit_transform(ROWS)
        for X in (np.array(ROWS), sequences, windows, sequences.by_record(), [path]):
            found = clf.explain(X, "a", random_state=0)
            np.testing.assert_array_equal(found.values, expected.values)
        assert found.records.tolist() == ["r0", "r1", "r2"]
        assert found.files.tolist() == [str(path)] * 3
        assert expected.files is None

    def test_codes(self):
        codes = np.array([["ACGT".index(letter) for letter in ROWS[1]]])
        by_codes = SequenceClassifier(SMALL, max_epochs=0, random_state=0).fit(
            np.repeat(codes, 4, axis=0), [0, 1, 0, 1]
        )
        found = by_codes.explain(codes, baseline="zero")
        assert found.values.shape == (1, 20, 4)
        assert found.codes.tolist() == codes.tolist()

    def test_coordinates(self, clf):
        found = clf.explain(ROWS, random_state=0)
        assert found.lengths.tolist() == [55, 20, 7]
        assert found.values.shape == (3, 55, 4)
        assert not found.values[2, 7:].any()
        assert [found.symbols[c] for c in found.codes[1, :20]] == list(ROWS[1])
        assert found.windows.rows.tolist() == [0, 0, 0, 1, 2]
        assert found.windows.starts.tolist() == [0, 20, 35, 0, -13]
        assert found.target.tolist() == clf.predict(ROWS).tolist()
        answers = clf.predict_windows(ROWS)
        chosen = [answers[t][i] for i, t in enumerate(found.target[found.windows.rows])]
        np.testing.assert_allclose(found.windows.outputs, chosen, atol=1e-6)

    def test_bases_have_the_mean_of_their_windows(self, clf):
        """Also where a last window is moved to the record's end, and of padded windows."""
        found = clf.explain(ROWS, "a", baseline="zero", stride=7)
        sums, counts = np.zeros((55, 4)), np.zeros((55, 1))
        for start in (0, 7, 14, 21, 28, 35):
            window = clf.explain([ROWS[0][start : start + 20]], "a", baseline="zero")
            sums[start : start + 20] += window.values[0]
            counts[start : start + 20] += 1
        np.testing.assert_allclose(found.values[0], sums / counts, **EXACT)

    def test_repeated_short_rows(self):
        """A base that a window repeats has the sum over its repeats."""
        X, y = random_sequences([30] * 4, seed=1), [0, 1, 0, 1]
        cutter = FastaWindowTransformer(12, short="repeat")
        clf = SequenceClassifier(SMALL, cutter, max_epochs=0, random_state=0).fit(X, y)
        short = clf.explain(["ACGTT"], 1, baseline="zero").values[0]
        whole = clf.explain(["ACGTTACGTTAC"], 1, baseline="zero").values[0]
        expected = [whole[i::5].sum(axis=0) for i in range(5)]
        np.testing.assert_allclose(short, expected, **EXACT)

    def test_a_file_is_a_row_a_record(self, clf, tmp_path):
        path = tmp_path / "two.fasta"
        path.write_text(f">x\n{ROWS[0]}\n>y\n{ROWS[1]}\n")
        found = clf.explain([path, ROWS[2]], ["a", "b"], baseline="zero")
        assert found.records.tolist() == ["x", "y", "1"]
        assert found.target.tolist() == ["a", "a", "b"]

    def test_the_same_seed_gives_the_same(self, clf):
        first, second, other = (clf.explain(ROWS, random_state=seed) for seed in (0, 0, 1))
        np.testing.assert_array_equal(first.values, second.values)
        assert np.abs(first.values - other.values).max() > 1e-4

    def test_batches_change_nothing(self, clf):
        few = clf.explain(ROWS, "a", random_state=0, max_memory=1)
        many = clf.explain(ROWS, "a", random_state=0, max_memory=1000)
        np.testing.assert_allclose(few.values, many.values, **EXACT)


class TestLanguageModels:
    @pytest.mark.parametrize("target", ["next", "middle", "middle_cnn", "all"])
    def test_the_answer_of_predict(self, target):
        model = model_of(target)
        X = random_sequences([30, 11, 4], seed=3)
        found = model.explain(X, random_state=0)
        assert found.target.tolist() == model.predict(X).tolist()
        best = model.predict_proba(X).max(axis=1)
        np.testing.assert_allclose(found.windows.outputs, best, atol=1e-6)
        sums = found.values.sum(axis=(1, 2)) - found.convergence_delta
        np.testing.assert_allclose(
            sums, found.windows.outputs - found.windows.baseline_outputs, atol=1e-6
        )

    @pytest.mark.parametrize(("target", "place"), [("middle", 5), ("middle_cnn", 5)])
    def test_a_target_has_no_attribution(self, target, place):
        """Changing it changes nothing, and all other bases of the stretch have some."""
        found = model_of(target).explain(random_sequences([11]), baseline="uniform")
        assert found.values.shape == (1, 11, 4)
        assert np.flatnonzero(found.importance()[0] == 0).tolist() == [place]

    def test_bases_in_the_order_of_the_sequence(self):
        """Hiding a base changes the answer of a linear network by its attribution."""
        model = make("middle", max_epochs=0).fit(random_sequences([60] * 3, seed=2))
        X = random_sequences([11], seed=4)[0]
        found = model.explain([X], "G", baseline="zero", of="logit")
        for place in (0, 4, 6, 9):
            hidden = X[:place] + "N" + X[place + 1 :]
            odds = np.log(model.predict_proba([X, hidden])[:, 2])
            others = np.log(model.predict_proba([X, hidden])[:, 0])
            a = model.explain([X], "A", baseline="zero", of="logit")
            lost = found.values[0, place].sum() - a.values[0, place].sum()
            assert lost == pytest.approx(np.diff(others - odds)[0], abs=1e-4)

    def test_coordinates_of_the_next_base(self):
        found = model_of("next").explain(random_sequences([30, 4]), random_state=0)
        assert found.starts.tolist() == [20, 0]
        assert found.lengths.tolist() == [10, 4]

    @pytest.mark.parametrize("target", ["next", "middle", "all"])
    def test_all_windows_of_a_row(self, target):
        model, X = model_of(target), random_sequences([30, 4], seed=3)
        found = model.explain(X, stride=3, random_state=0)
        assert found.lengths.tolist() == [30, 4]
        assert found.windows.rows.max() == 1
        assert len(found.windows) > 5
        assert found.target.tolist() == ["predicted"] * 2

    def test_position_of_a_causal_network(self):
        model, X = model_of("all"), random_sequences([30], seed=3)
        last = model.explain([X[0][:20]], "C", baseline="zero")
        inner = model.explain(X, "C", baseline="zero", position=19)
        np.testing.assert_allclose(inner.values, last.values, **EXACT)
        also = model.explain(X, "C", baseline="zero", position=-11)
        np.testing.assert_array_equal(also.values, inner.values)
        assert inner.lengths[0] + inner.starts[0] == 20
        assert inner.starts[0] > 0  # no base farther away matters
        hidden = "N" * inner.starts[0] + X[0][inner.starts[0] : 20]
        np.testing.assert_allclose(model.predict_proba([hidden]), model.predict_proba([X[0][:20]]))


class TestNumbers:
    def test_logits_and_logarithms(self, clf):
        """The differences of logits are those of the logarithms of probabilities."""
        X = [ROWS[1]]
        probabilities = clf.predict_proba(X)[0]
        logs = [clf.explain(X, t, baseline="zero", of="log_probability") for t in "ab"]
        logits = [clf.explain(X, t, baseline="zero", of="logit") for t in "ab"]
        for number, found in enumerate(logs):
            assert found.windows.outputs[0] == pytest.approx(np.log(probabilities[number]), 1e-4)
        difference = logits[0].windows.outputs - logits[1].windows.outputs
        assert difference[0] == pytest.approx(np.log(probabilities[0] / probabilities[1]), abs=1e-4)

    def test_labels_that_do_not_exclude_each_other(self):
        X = random_sequences([20] * 4, seed=1)
        clf = SequenceClassifier(SMALL, 20, max_epochs=0, random_state=0)
        clf.fit(X, np.array([[0, 1], [1, 1], [1, 0], [0, 0]]))
        found = clf.explain(X, 1, of="logit", baseline="zero")
        p = clf.predict_proba(X)[:, 1]
        np.testing.assert_allclose(found.windows.outputs, np.log(p / (1 - p)), atol=1e-4)

    def test_both_strands(self, clf):
        """Attributions of a row and of its reverse complement are each other's mirror image."""
        copy = pickle.loads(pickle.dumps(clf)).set_params(strands="both")
        row = read_sequences([ROWS[1]])
        one = copy.explain(row, "a", baseline="zero")
        other = copy.explain(row.reverse_complement(), "a", baseline="zero")
        np.testing.assert_allclose(one.values[0], other.values[0, ::-1, ::-1], **EXACT)
        answers = copy.predict_windows(row)["a"]
        np.testing.assert_allclose(one.windows.outputs, answers, atol=1e-6)

    def test_trained_on(self, clf):
        """New weights are explained, not those of the last time."""
        copy = joblib.load(dump(clf))
        before = copy.explain(ROWS, "a", baseline="zero")
        copy.partial_fit(random_sequences([60] * 20, seed=9), ["b", "a"] * 10)
        after = copy.explain(ROWS, "a", baseline="zero")
        assert np.abs(after.values - before.values).max() > 1e-5
        answers = copy.predict_windows(ROWS)["a"]
        np.testing.assert_allclose(after.windows.outputs, answers, atol=1e-6)

    @pytest.mark.parametrize("lstm_units", [None, 4])
    def test_half_precision(self, lstm_units):
        """A network that predicts in bfloat16 is explained in single precision."""
        network = LSTMCNN(filters=(4,), lstm_units=lstm_units)
        X = random_sequences([40] * 4, seed=1)
        clf = SequenceClassifier(
            network, 40, max_epochs=0, precision="mixed_bfloat16", random_state=0
        ).fit(X, [0, 1, 0, 1])
        assert clf.model_.layers[1].compute_dtype == "bfloat16"
        found = clf.explain(X, 1, tolerance=1e-4, random_state=0)
        assert np.abs(found.convergence_delta).max() <= 1e-4
        np.testing.assert_allclose(found.windows.outputs, clf.predict_proba(X)[:, 1], atol=0.02)


def dump(estimator):
    buffer = io.BytesIO()
    joblib.dump(estimator, buffer)
    buffer.seek(0)
    return buffer


class TestOtherMethods:
    def test_mutagenesis(self, clf):
        """Values are differences of answers to sequences that have the other letter."""
        X = ROWS[1]
        found = clf.explain([X], "a", method="mutagenesis")
        answer = clf.predict_proba([X])[0, 0]
        for place in (0, 7, 19):
            lost = {}
            for letter in set("ACGT") - {X[place]}:
                mutant = X[:place] + letter + X[place + 1 :]
                lost[letter] = answer - clf.predict_proba([mutant])[0, 0]
                value = found.values[0, place, "ACGT".index(letter)]
                assert value == pytest.approx(lost[letter], abs=1e-6)
            observed = found.values[0, place, "ACGT".index(X[place])]
            assert observed == pytest.approx(np.mean(list(lost.values())), abs=1e-6)
        assert np.isnan(found.convergence_delta).all()

    def test_mutagenesis_of_what_is_no_letter(self, clf):
        """An N becomes every letter; padding stays."""
        found = clf.explain(["ACGTNACGT"], "a", method="mutagenesis")
        assert (found.values[0, 4] != 0).all()
        assert found.windows.starts.tolist() == [-11]

    @pytest.mark.parametrize("n_occluded", [1, 4])
    def test_occlusion(self, clf, n_occluded):
        X = ROWS[1]
        found = clf.explain([X], "a", method="occlusion", n_occluded=n_occluded)
        answer = clf.predict_proba([X])[0, 0]
        starts = range(20 - n_occluded + 1)
        hidden = [X[:s] + "N" * n_occluded + X[s + n_occluded :] for s in starts]
        lost = answer - clf.predict_proba(hidden)[:, 0]
        for place in (0, 9, 19):
            expected = np.mean([lost[s] for s in starts if s <= place < s + n_occluded])
            value = found.importance("observed")[0, place]
            assert value == pytest.approx(expected, abs=1e-6)
            assert found.importance("sum")[0, place] == pytest.approx(expected, abs=1e-6)

    def test_occlusion_by_all_symbols(self):
        """Of a linear network a base is worth its weight less the mean of the weights."""
        model = linear()
        weights = model.layers[-1].get_weights()[0][:, 1].reshape(12, 4)
        X = random_sequences([12], seed=6)
        found = classifier(model).explain(
            X, "yes", method="occlusion", baseline="uniform", of="logit"
        )
        observed = weights[np.arange(12), ["ACGT".index(letter) for letter in X[0]]]
        np.testing.assert_allclose(
            found.importance("observed")[0], observed - weights.mean(axis=1), atol=1e-5
        )


class TestTolerance:
    def test_rows_that_do_not_converge_are_named(self, clf):
        with pytest.warns(
            NotConvergedWarning, match=r"3 of 3 rows .*tolerance=1e-12 .*0 \(row 0\)"
        ):
            found = clf.explain(ROWS, "a", random_state=0, tolerance=1e-12, max_steps=60)
        assert found.windows.n_steps.max() <= 60

    def test_steps_are_added_where_they_are_needed(self, clf, recwarn):
        X = random_sequences([20] * 8, seed=8)
        found = clf.explain(X, "a", random_state=0, n_steps=4, tolerance=1e-4, max_steps=20_000)
        assert np.abs(found.windows.convergence_deltas).max() <= 1e-4
        assert len(set(found.windows.n_steps.tolist())) > 1
        assert not [w for w in recwarn if w.category is NotConvergedWarning]


def test_function_as_baseline(clf):
    """Gets the windows' codes and the generator; may return codes or vectors."""
    seen = []

    def reverse(codes, rng):
        seen.append((codes.shape, codes.dtype, type(rng)))
        return codes[:, ::-1]

    found = clf.explain([ROWS[1]], "a", baseline=reverse, n_baselines=2)
    row = np.array(["ACGT".index(letter) for letter in ROWS[1]])
    expected = clf.explain([ROWS[1]], "a", baseline=row[::-1])
    np.testing.assert_allclose(found.values, expected.values, **EXACT)
    assert seen == [((1, 20), np.uint8, np.random.Generator)] * 2
    assert (found.baseline, expected.baseline) == ("function", "array")


def test_networks_that_are_not_folded_are_explained_alike():
    """The folded and the whole network give the same."""
    clf = classifier(convolutions("pooled", seed=3))
    X = random_sequences([12] * 4, seed=7)
    folded = clf.explain(X, "yes", random_state=0)
    assert clf._explained[2].is_folded
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gradients, "_fold_with_gradients", refuse)
        clf._explained = None
        whole = clf.explain(X, "yes", random_state=0)
    assert not clf._explained[2].is_folded
    np.testing.assert_allclose(whole.values, folded.values, rtol=0, atol=1e-5)


def refuse(model):
    raise NotFoldableError("for a test")
