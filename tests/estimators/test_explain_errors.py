"""`explain`: what is refused, and in which words."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from Bio.Seq import Seq
from Bio.SeqRecord import SeqRecord
from sklearn.exceptions import NotFittedError

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier, WaveNet
from skdeepg.estimators.explaining import _only_place
from skdeepg.exceptions import LostDataWarning, NotDifferentiableError
from skdeepg.sequences import read_sequences
from tests.estimators.language_models import make
from tests.toys import random_sequences

SMALL = LSTMCNN(filters=(3, 4), kernel_size=4, pool_size=2)
ROWS = random_sequences([55, 20, 7], seed=5)


@pytest.fixture(scope="module")
def clf():
    X, y = random_sequences([60] * 20, seed=1), ["a", "b"] * 10
    return SequenceClassifier(SMALL, 20, max_epochs=1, random_state=0).fit(X, y)


def model_of(target):
    causal = WaveNet(filters=3, dilations=(1, 2), initial_filters=3, initial_kernel_size=4)
    network = causal if target == "all" else SMALL
    return make(target, network=network, max_epochs=0).fit(random_sequences([60] * 3, seed=2))


def rounding(task):
    import keras

    inputs = keras.Input(task.input_shapes[0])
    x = keras.layers.Conv1D(2, 3, name="smooth")(inputs)
    x = keras.layers.Activation(whole_numbers, name="whole_numbers")(x)
    flat = keras.layers.Flatten()(x)
    return keras.Model(inputs, keras.layers.Dense(task.n_outputs, task.activation)(flat))


def folding(task):
    import keras

    inputs = keras.Input(task.input_shapes[0])
    folded = keras.layers.Reshape((-1, 2, 2), name="folded")(inputs)
    flat = keras.layers.Flatten()(folded)
    return keras.Model(inputs, keras.layers.Dense(task.n_outputs, task.activation)(flat))


def whole_numbers(x):
    import keras

    return keras.ops.cast(keras.ops.cast(x, "int32"), "float32")


def ends_with_a_scale(task):
    import keras

    inputs = keras.Input(task.input_shapes[0])
    shares = keras.layers.Dense(task.n_outputs, "softmax")(keras.layers.Flatten()(inputs))
    return keras.Model(inputs, keras.layers.Rescaling(1, name="scale")(shares))


class TestErrors:
    def test_unfitted(self):
        with pytest.raises(NotFittedError):
            SequenceClassifier().explain(ROWS)

    def test_no_rows(self, clf):
        with pytest.raises(ValueError, match="X has no rows to explain"):
            clf.explain([])
        with pytest.raises(ValueError, match="X has no rows to explain"):
            clf.explain(read_sequences(ROWS)[[]])

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"method": "mutagenesis", "baseline": np.zeros((12, 4))}, "leave baseline out"),
            ({"method": "mutagenesis", "baseline": "nonsense"}, "leave baseline out"),
            ({"method": "occlusion", "baseline": np.zeros((12, 4))}, "'zero' or 'uniform'"),
            ({"baseline": lambda codes, rng: np.full(codes.shape, -1)}, "has the code -1"),
            ({"baseline": lambda codes, rng: np.full(codes.shape, 9)}, "has the code 9"),
            ({"baseline": lambda codes, rng: np.full((*codes.shape, 4), np.nan)}, "not finite"),
            ({"target": {"a"}}, "target must be one label"),
            ({"quadrature": np.zeros(2)}, "quadrature must be one of"),
        ],
    )
    def test_what_makes_no_sense(self, options, message, clf):
        with pytest.raises(ValueError, match=message):
            clf.explain(ROWS, **options)

    def test_bases_that_no_window_sees(self, clf):
        length = clf.windows_.window_length
        with pytest.warns(LostDataWarning, match=f"^5 of {2 * length + 5} bases are in no window"):
            found = clf.explain([("ACGTA" * length)[: 2 * length + 5]], stride=length + 5)
        assert (found.importance()[0, length : length + 5] == 0).all()

    def test_a_dropped_tail(self):
        cutter = FastaWindowTransformer(20, stride=20, tail="drop")
        clf = SequenceClassifier(SMALL, cutter, max_epochs=0).fit(ROWS[:2], ["a", "b"])
        with pytest.warns(LostDataWarning, match="^5 of 45 bases are in no window.* tail="):
            found = clf.explain(["ACGTA" * 9])
        assert (found.importance()[0, 40:] == 0).all()

    def test_rows_without_windows_are_told_once(self):
        cutter = FastaWindowTransformer(20, short="drop")
        clf = SequenceClassifier(SMALL, cutter, max_epochs=0).fit(ROWS[:2], ["a", "b"])
        for ask in (clf.explain, lambda X: clf.evaluate(X, ["a", "b"])):
            with pytest.warns(LostDataWarning) as caught:
                ask([ROWS[0], "ACGT"])
            told = [str(w.message) for w in caught if "answered from their first" in str(w.message)]
            assert len(told) == 1
            assert told[0].startswith("1 of 2 rows have no window with short='drop'")

    def test_unknown_target(self, clf):
        with pytest.raises(ValueError, match=r"target='c' is none of the known classes: 'a', 'b'"):
            clf.explain(ROWS, "c")
        with pytest.raises(
            ValueError, match=r"target must be one label, or one a row: 3; .*\(2,\)"
        ):
            clf.explain(ROWS, ["a", "b"])

    @pytest.mark.parametrize(
        ("baseline", "message"),
        [
            (np.zeros((21, 4)), r"baseline has the shape \(21, 4\)"),
            (np.zeros(19, int), r"baseline has the shape \(19,\) .* codes of shape \(20,\)"),
            (np.zeros((2, 20, 3)), r"shape \(2, 20, 3\)"),
            (np.full(20, 6), "baseline has the code 6; codes are 0 to 5"),
            (np.full((20, 4), np.nan), "not finite"),
            ("zeros", "baseline='zeros' is none of 'zero', 'uniform', 'shuffle'"),
            (lambda codes, rng: codes[:, 1:], r"baseline gave an array of shape \(\d+, 19\)"),
        ],
    )
    def test_wrong_baseline(self, clf, baseline, message):
        with pytest.raises(ValueError, match=message):
            clf.explain(ROWS, "a", baseline=baseline)

    def test_no_gradient(self):
        clf = SequenceClassifier(rounding, 20, max_epochs=0).fit(ROWS, ["a", "b", "a"])
        with pytest.raises(NotDifferentiableError, match="its layer whole_numbers has none"):
            clf.explain(ROWS, "a")
        assert clf.explain(ROWS, "a", method="mutagenesis").values.any()
        assert clf.explain(ROWS, layer="smooth", unit=1).values.any()

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"layer": "conv_9", "unit": 0}, "layer='conv_9' is none of the network's layers"),
            ({"layer": "conv_1"}, "layer='conv_1' needs unit= too"),
            ({"unit": 1}, "unit=1 needs layer= too"),
            ({"layer": "conv_1", "unit": 3}, "unit=3 of layer='conv_1', which has 3: 0 to 2"),
            ({"layer": "conv_1", "unit": 0, "of": "logit"}, "of='logit' is for outputs"),
            ({"of": "odds"}, "of must be one of 'probability', 'logit', 'log_probability'"),
            ({"method": "guess"}, "method must be one of"),
            ({"engine": "torch"}, "engine must be one of 'native', 'alibi'"),
            ({"quadrature": "left"}, "quadrature must be one of 'gausslegendre', 'trapezoid'"),
            ({"n_steps": 0}, "n_steps must be a whole number, at least 1, not 0"),
            ({"stride": 1.5}, "stride must be a whole number"),
            ({"tolerance": 0}, "tolerance must be a number above 0"),
            ({"tolerance": 0.1, "max_steps": 10}, "max_steps=10 is below n_steps=50"),
            ({"position": 3}, "position=3 is for WaveNetLM"),
            ({"method": "occlusion", "baseline": "dinucleotide"}, "hides bases by baseline='zero'"),
            ({"engine": "alibi", "method": "mutagenesis"}, "has no method='mutagenesis'"),
            ({"engine": "alibi", "quadrature": "trapezoid"}, "do not add up to 1"),
        ],
    )
    def test_wrong_options(self, clf, options, message):
        with pytest.raises(ValueError, match=message):
            clf.explain(ROWS, **options)

    def test_layer_and_target(self, clf):
        with pytest.raises(ValueError, match="exclude each other"):
            clf.explain(ROWS, "a", layer="conv_1", unit=0)

    def test_a_layer_of_four_axes(self):
        clf = SequenceClassifier(folding, 20, max_epochs=0).fit(ROWS, [0, 1, 0])
        with pytest.raises(ValueError, match="layer='folded' gives an array of 4 axes for a batch"):
            clf.explain(ROWS, layer="folded", unit=0)

    def test_places_of_alibi(self):
        rows = SimpleNamespace(codes=np.zeros((2, 9)), output=np.array([8, 8]))
        assert _only_place(rows) == 8
        rows.output[1] = 5
        with pytest.raises(ValueError, match=r"engine='alibi' needs rows .* at least 9 bases"):
            _only_place(rows)

    def test_no_logits(self):
        clf = SequenceClassifier(ends_with_a_scale, 20, max_epochs=0).fit(ROWS, [0, 1, 0])
        with pytest.raises(ValueError, match=r"of='logit' needs .* its last layer scale is a Re"):
            clf.explain(ROWS, 1, of="logit")
        assert clf.explain(ROWS, 1).values.any()

    def test_position_outside_of_a_row(self):
        model = model_of("all")
        with pytest.raises(ValueError, match="position=4 is outside of 1 rows: '1'"):
            model.explain(["ACGTACGT", "ACG"], position=4)
        with pytest.raises(ValueError, match="give one of them"):
            model.explain(["ACGTACGT"], position=4, stride=1)
        for position in (1.5, True, "last"):
            with pytest.raises(
                ValueError, match=f"position must be a whole number, not {position!r}"
            ):
                model.explain(["ACGTACGT"], position=position)

    def test_qualities(self):
        X = [
            SeqRecord(Seq(row), letter_annotations={"phred_quality": [30] * len(row)})
            for row in random_sequences([30] * 4, seed=1)
        ]
        cutter = FastaWindowTransformer(12, quality=True)
        clf = SequenceClassifier(SMALL, cutter, max_epochs=0).fit(X, [0, 1, 0, 1])
        with pytest.raises(ValueError, match="explain reads letters only"):
            clf.explain(X)

    def test_a_network_that_carries_its_state(self):
        network = LSTMCNN(filters=None, lstm_units=3, stateful=True)
        model = make("next", network=network, max_epochs=0).fit(random_sequences([60] * 3))
        with pytest.raises(ValueError, match="explain looks at each window alone"):
            model.explain(ROWS)

    def test_without_alibi(self, clf, monkeypatch):
        monkeypatch.setitem(sys.modules, "alibi", None)
        with pytest.raises(ImportError, match=r"engine='alibi': alibi .*engine='native' gives"):
            clf.explain(ROWS, engine="alibi")
