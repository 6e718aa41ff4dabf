"""What language models say of bad input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from skdeepg import FastaWindowTransformer, MarkovLanguageModel, SequenceLanguageModel, WaveNetLM
from skdeepg.exceptions import InvalidLetterError, LostDataWarning, NetworkMismatchError
from tests.estimators.language_models import ROWS, WINDOW, make, rough
from tests.toys import linear_network, random_sequences

each = pytest.mark.parametrize("target", ["next", "middle", "all"])
generates = pytest.mark.parametrize("target", ["next", "all"])


def cutter(**parameters):
    return FastaWindowTransformer(WINDOW, stride=1, **parameters)


@each
class TestRows:
    def test_all_bases_ambiguous(self, target):
        for fit in (make(target).fit, make(target).partial_fit):
            with pytest.raises(ValueError, match="All bases of X are ambiguous.* rows: '0', '1'"):
                fit(["N" * 30, "nnnnnn"])
        with pytest.raises(ValueError, match="No row has a base to score. Rows: '0': .* ambiguous"):
            rough(target).score(["N" * 30])

    def test_a_base_without_others(self, target):
        with pytest.raises(ValueError, match="No row has a target to train on .'0', '1'"):
            make(target).fit(["A", "C"])
        for ask in ("score", "score_samples", "bits_per_base", "perplexity", "accuracy"):
            with pytest.raises(ValueError, match="too short to have a base with others around"):
                getattr(rough(target), ask)(["A"])

    def test_short_records_that_are_dropped(self, target):
        model = make(target, cutter(short="drop"), max_epochs=0)
        with pytest.raises(ValueError, match=r"fewer than the 11 bases .* short='drop'"):
            model.fit(["ACGTACGTAC"])
        with pytest.warns(LostDataWarning, match="1 of 2 training rows have no target .*: '1'"):
            model.fit([random_sequences([40])[0], "ACGTACGTAC"])

    def test_weights_of_records_that_are_dropped(self, target):
        model = make(target, cutter(short="drop"), max_epochs=1)
        with pytest.raises(ValueError, match="sample_weight is 0 for all rows that have a target"):
            model.fit([random_sequences([40])[0], "ACGTACGTAC"], sample_weight=[0, 1])

    def test_short_records_that_are_errors(self, target):
        model = make(target, cutter(short="error"), max_epochs=0)
        with pytest.raises(ValueError, match=r"shorter than window_length \+ 1=11; .* row 1"):
            model.fit([random_sequences([40])[0], "ACGTACGTAC"])
        model.fit(random_sequences([40]))
        with pytest.raises(ValueError, match=r"shorter than window_length \+ 1=11"):
            model.score(["ACGTACGTAC"])
        with pytest.raises(ValueError, match="shorter than window_length=10"):
            model.predict_proba(["ACG"])
        assert model.predict_proba(["ACGTACGTAC"]).shape == (1, 4)

    def test_ambiguous_letters_that_are_errors(self, target):
        model = make(target, cutter(ambiguous="error"), max_epochs=0).fit(random_sequences([40]))
        for ask in (model.fit, model.score, model.predict):
            with pytest.raises(
                ValueError, match="has 1 ambiguous letters, the first at position 3"
            ):
                ask(["ACGNACGTACGTACGTACGT"])

    def test_rows_of_another_kind(self, target):
        for ask in (make(target).fit, rough(target).score, rough(target).predict_proba):
            with pytest.raises(InvalidLetterError, match="'!' at position 2"):
                ask(["AC!GTACGTACGTAC"])
            with pytest.raises(TypeError, match="not one str: wrap it in a list"):
                ask("ACGTACGTACGT")
            with pytest.raises(FileNotFoundError):
                ask([Path("no such file.fasta")])

    def test_before_fit(self, target):
        model = make(target)
        for ask in ("predict", "predict_proba", "predict_windows", "score", "score_samples"):
            with pytest.raises(NotFittedError):
                getattr(model, ask)(ROWS)
        for ask in ("evaluate", "transform", "accuracy", "perplexity", "bits_per_base"):
            with pytest.raises(NotFittedError):
                getattr(model, ask)(ROWS)
        with pytest.raises((NotFittedError, AttributeError)):
            model.get_feature_names_out()

    def test_yardsticks(self, target):
        with pytest.raises(NotFittedError):
            rough(target).evaluate(ROWS, yardstick=MarkovLanguageModel())
        with pytest.raises(TypeError, match="MarkovLanguageModel, not str"):
            rough(target).evaluate(ROWS, yardstick="markov")
        other = MarkovLanguageModel(vocabulary="TGCA").fit(random_sequences([40]))
        with pytest.raises(ValueError, match="'TGCA' is asked for"):
            rough(target).evaluate(ROWS, yardstick=other)


@pytest.mark.parametrize("target", ["middle", "middle_cnn"])
def test_records_whose_middle_is_in_the_padding(target):
    """Of 5 bases padded to 11, none is in the middle."""
    with pytest.raises(ValueError, match="fewer than the 6 bases that a target"):
        make(target).fit(["ACGTA"] * 3)
    with pytest.warns(LostDataWarning, match="1 of 2 training rows .* teach nothing: '0'"):
        make(target, max_epochs=0).fit(["ACGTA", "ACGTAC"])
    model = make(target, cutter(short="repeat"), max_epochs=0).fit(["ACGTA"] * 3)
    assert model.score(["ACGTA"]) < 0


class TestParameters:
    @pytest.mark.parametrize(
        "parameters",
        [
            {"target": "left"},
            {"score_strands": "reverse"},
            {"strands": "backward"},
            {"windows": 0},
            {"max_epochs": -1},
            {"batch_size": 0},
            {"learning_rate": 0},
            {"validation_fraction": 1},
            {"patience": 0},
            {"vocabulary": 4},
        ],
        ids=str,
    )
    def test_out_of_range(self, parameters):
        [name] = parameters
        with pytest.raises(ValueError, match=f"'{name}' parameter"):
            SequenceLanguageModel(**parameters).fit(ROWS)
        if name != "target":
            with pytest.raises(ValueError, match=f"'{name}' parameter"):
                WaveNetLM(**parameters).fit(ROWS)

    @each
    def test_no_other_strand(self, target):
        for name in ("strands", "score_strands"):
            model = make(target, windows=5, vocabulary="ACDEFGHIKLMNPQRSTVWY", **{name: "both"})
            with pytest.raises(ValueError, match="has no reverse complement"):
                model.fit(["MKVLAAGILV"])

    def test_networks_that_do_not_fit(self):
        def one_input(task):
            import keras

            inputs = keras.Input((task.window_length, 4))
            outputs = keras.layers.Dense(4, "softmax")(keras.layers.Flatten()(inputs))
            return keras.Model(inputs, outputs)

        with pytest.raises(NetworkMismatchError, match="2 inputs of shape"):
            make("middle", network=one_input).fit(random_sequences([30]))
        with pytest.raises(NetworkMismatchError, match="at every position"):
            make("all", network=linear_network).fit(random_sequences([30]))
        with pytest.raises(ValueError, match="cannot be halved into two arms"):
            make("middle", windows=1).fit(random_sequences([30]))

    def test_a_learning_rate_that_is_too_high(self):
        model = make("next", optimizer="sgd", learning_rate=1e38, max_epochs=20)
        with pytest.raises(FloatingPointError, match="lower learning_rate"):
            model.fit(random_sequences([30]))


class TestGenerate:
    @pytest.mark.parametrize("target", ["middle", "middle_cnn"])
    def test_needs_a_model_of_what_comes_next(self, target):
        with pytest.raises(ValueError, match=f"target='{target}' predicts the base in the middle"):
            rough(target).generate(5)

    @generates
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"n_bases": 0}, "n_bases must be a whole number, at least 1, not 0"),
            ({"n_bases": 2.5}, "n_bases must be a whole number, at least 1, not 2.5"),
            ({"n_samples": 0}, "n_samples must be a whole number, at least 1, not 0"),
            ({"temperature": 0}, "temperature=0 must be a number above 0; .* use top_k=1"),
            ({"temperature": -1.0}, "temperature=-1.0 must be a number above 0"),
            ({"temperature": float("nan")}, "temperature=nan must be a number above 0"),
            ({"temperature": "hot"}, "temperature='hot' must be a number above 0"),
            ({"top_k": 0}, "top_k=0 must be None or a whole number from 1 to 4"),
            ({"top_k": 5}, "top_k=5 must be None or a whole number from 1 to 4"),
            ({"prompt": 7}, "prompt must be a string of letters, not int"),
            ({"prompt": "ACGTX!"}, "The letter 'X' at position 4 .* of the prompt"),
        ],
        ids=str,
    )
    def test_arguments_out_of_range(self, target, arguments, message):
        with pytest.raises(ValueError, match=message):
            rough(target).generate(**{"n_bases": 5, **arguments})

    @generates
    def test_before_fit(self, target):
        with pytest.raises(NotFittedError):
            make(target).generate(5)

    @generates
    @pytest.mark.parametrize("prompt", [None, "", "A", "acgun", "ACGT" * 20])
    def test_any_prompt(self, target, prompt):
        samples = rough(target).generate(7, prompt=prompt, n_samples=2, random_state=0)
        assert [len(sample) for sample in samples] == [7, 7]
        assert set("".join(samples)) <= set("ACGT")
        again = rough(target).generate(7, prompt=prompt, n_samples=2, random_state=0)
        assert samples == again
        numbers = np.int64(7), np.int64(2)
        assert rough(target).generate(numbers[0], prompt, n_samples=numbers[1], random_state=0)
