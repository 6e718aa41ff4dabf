"""Generation: the rule of drawing, the plain way, and queues that give the same in less time."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skdeepg.engine.backend import keras, tf
from skdeepg.engine.cached_generation import CachedGenerator
from skdeepg.engine.compiled import Encoder
from skdeepg.engine.picking import UniformStreams, pick_codes
from skdeepg.engine.plain_generation import (
    PlainGenerator,
    answer_after_stretches,
    answer_after_windows,
)
from skdeepg.engine.seeding import seeded
from skdeepg.networks import NetworkTask, WaveNet

ARCHITECTURES = {
    "default": {},
    "dilations, no powers of two": {"dilations": (1, 3, 7), "initial_kernel_size": 3},
    "kernel of three": {"kernel_size": 3, "dilations": (2, 1, 5), "initial_kernel_size": 1},
    "kernel of one": {"kernel_size": 1, "dilations": (1, 4), "initial_kernel_size": 5},
    "one block": {"dilations": 6, "initial_kernel_size": 2, "skip_filters": 9},
    "long memory": {"dilations": (1, 90), "initial_kernel_size": 1, "initial_filters": 5},
}


def table_of(n_symbols=4):
    """Symbol vectors; an ambiguous letter is a bit of all."""
    rest = np.vstack([np.full(n_symbols, 1 / n_symbols), np.zeros(n_symbols)])
    return np.vstack([np.eye(n_symbols), rest]).astype(np.float32)


def build(network, n_symbols=4, seed=0):
    """Build a network that is sure of some bases and not of others."""
    with seeded(seed):
        model = network.build(NetworkTask(50, n_symbols, n_symbols, per_position=True))
    random = np.random.default_rng(seed)
    model.set_weights([w + random.normal(0, 0.25, w.shape) for w in model.get_weights()])
    return model


def forward_of(model, n_symbols=4):
    encode = Encoder(table_of(n_symbols))
    signature = [tf.TensorSpec([None, model.input_shape[1]], tf.uint8)]
    call = tf.function(lambda codes: model(encode(codes)), input_signature=signature)
    return lambda codes: call(codes).numpy()


def plain(network, model, n_symbols=4):
    answer = answer_after_stretches(forward_of(model, n_symbols), n_symbols)
    return PlainGenerator(answer, network.receptive_field, n_symbols)


def prompt_of(length, n_codes=5):
    return np.random.default_rng(length).integers(0, n_codes, length).astype(np.uint8)


NO_PROMPT = prompt_of(0)


# Picking


PROBABILITIES = np.array([[0.4, 0.1, 0.4, 0.1]], dtype=np.float32)


def pick(uniforms, probabilities=PROBABILITIES, **rule):
    uniforms = np.atleast_1d(np.asarray(uniforms, dtype=np.float32))
    return pick_codes(np.repeat(probabilities, len(uniforms), axis=0), uniforms, **rule).tolist()


def test_the_first_sum_above_the_uniform_number_is_drawn():
    assert pick([0, 0.39, 0.41, 0.49, 0.51, 0.89, 0.91, 0.9999999]) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_temperature_is_a_power_of_the_probabilities():
    # 0.4 and 0.1 squared are 16 to 1: shares 16/34 and 1/34
    assert pick([0.47, 0.472, 0.499, 0.501, 0.97, 0.972], temperature=0.5) == [0, 1, 1, 2, 2, 3]


@pytest.mark.parametrize("temperature", [1e-6, 1e-38])
def test_low_temperature_draws_the_most_probable_symbol(temperature):
    probabilities = np.array([[0.2, 0.30001, 0.3, 0.19999]], dtype=np.float32)
    assert pick([0, 0.5, 0.99], probabilities, temperature=temperature) == [1, 1, 1]


def test_top_k_keeps_the_most_probable_and_the_first_of_equal_ones():
    uniforms = [0, 0.3, 0.6, 0.999]
    assert pick(uniforms, top_k=1) == [0, 0, 0, 0]
    assert pick(uniforms, top_k=2) == [0, 0, 2, 2]
    assert pick([0.43, 0.45, 0.54, 0.56, 0.999], top_k=3) == [0, 1, 1, 2, 2]
    assert pick(uniforms, top_k=4) == pick(uniforms)


def test_improbable_symbols_are_not_drawn_by_extreme_uniform_numbers():
    probabilities = np.array([[0, 0.3, 0.7, 0]], dtype=np.float32)
    assert pick([0, np.nextafter(np.float32(1), np.float32(0))], probabilities) == [1, 2]


def test_no_symbol_is_drawn_from_what_is_not_a_number():
    assert pick([0.5], np.full((1, 4), np.nan, dtype=np.float32)) == [4]


@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize("top_k", [None, 2])
def test_numpy_and_tensorflow_draw_the_same(jit_compile, top_k):
    random = np.random.default_rng(0)
    probabilities = random.dirichlet(np.full(6, 0.5), 2_000).astype(np.float32)
    probabilities[:100, 2] = probabilities[:100, 4]
    probabilities[-1] = np.nan
    uniforms = random.random(2_000, dtype=np.float32)

    @tf.function(jit_compile=jit_compile)
    def draw(probabilities, uniforms, temperature):
        return pick_codes(probabilities, uniforms, temperature, top_k, keras.ops)

    for temperature in (0.3, 1, 2):
        expected = pick_codes(probabilities, uniforms, temperature, top_k)
        drawn = draw(probabilities, uniforms, tf.constant(temperature, tf.float32))
        np.testing.assert_array_equal(drawn, expected)


@given(
    # hundredths: weights that differ by rounding alone may be equal when they are drawn from
    st.lists(st.integers(1, 100).map(lambda n: n / 100), min_size=2, max_size=8),
    st.floats(0.25, 4),
    st.integers(1, 8),
)
def test_shares_of_draws_are_those_of_the_rule(weights, temperature, top_k):
    probabilities = np.array([weights]) / sum(weights)
    n_draws = 4_000
    uniforms = (np.arange(n_draws) + 0.5) / n_draws
    drawn = pick_codes(np.repeat(probabilities, n_draws, axis=0), uniforms, temperature, top_k)
    kept = sorted(range(len(weights)), key=lambda i: -weights[i])[:top_k]
    expected = np.zeros(len(weights))
    expected[kept] = probabilities[0, kept] ** (1 / temperature)
    expected /= expected.sum()
    found = np.bincount(drawn, minlength=len(weights)) / n_draws
    np.testing.assert_allclose(found, expected, atol=1.01 / n_draws)


def test_streams_depend_on_seed_and_sample_alone():
    whole = UniformStreams(7, 3).draw(50)
    parts = UniformStreams(7, 2)
    pieces = np.concatenate([parts.draw(1), parts.draw(30), parts.draw(19)])
    np.testing.assert_array_equal(pieces, whole[:, :2])
    assert len(np.unique(whole)) == whole.size
    assert not np.isin(UniformStreams(8, 3).draw(50), whole).any()


# The plain way


def test_windows_are_padded_on_the_left_while_fewer_bases_are_known():
    seen = []

    def forward(codes):
        seen.append(codes[0].tolist())
        return np.eye(4, dtype=np.float32)[(codes[:, -1] + 1) % 4]

    generator = PlainGenerator(answer_after_windows(forward, 3, 4), context=3, n_symbols=4)
    assert generator.generate(np.array([1, 2], np.uint8), 4).tolist() == [[3, 0, 1, 2]]
    assert seen == [[5, 1, 2], [1, 2, 3], [2, 3, 0], [3, 0, 1]]
    seen.clear()
    generator.generate(NO_PROMPT, 2)
    assert seen == [[5, 5, 5], [5, 5, 2]]


def test_causal_networks_see_what_is_known_and_nothing_before_it():
    seen = []

    def forward(codes):
        seen.append(codes[0].tolist())
        return np.eye(4, dtype=np.float32)[(codes + 1) % 4]

    generator = PlainGenerator(answer_after_stretches(forward, 4), context=3, n_symbols=4)
    assert generator.generate(np.array([1, 2], np.uint8), 3).tolist() == [[3, 0, 1]]
    assert seen == [[1, 2], [1, 2, 3], [2, 3, 0]]
    seen.clear()
    generator.generate(NO_PROMPT, 3)
    assert seen == [[5], [5, 2], [5, 2, 3]]


def test_causal_networks_of_one_length_are_padded_after_what_is_known():
    model = build(network := WaveNet(dilations=(1, 2), initial_kernel_size=2))
    inputs = keras.Input((20, 4))
    fixed = keras.Model(inputs, model(inputs))
    answer = answer_after_stretches(forward_of(fixed), 4, fixed_length=20)
    prompt = prompt_of(3)
    np.testing.assert_array_equal(
        PlainGenerator(answer, 20, 4).generate(prompt, 40, seed=1),
        plain(network, model).generate(prompt, 40, seed=1),
    )


def test_plain_generation_loads_no_tensorflow():
    code = (
        "import sys, skdeepg.engine.plain_generation;"
        "sys.exit(bool({'keras', 'tensorflow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Queues


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_queues_give_what_the_plain_way_gives(name):
    network = WaveNet(**ARCHITECTURES[name])
    model = build(network)
    cached, by_calls = CachedGenerator(model, table_of()), plain(network, model)
    # nothing, one letter, some, more than the network sees
    for length in (0, 1, 6, network.receptive_field + 9):
        prompt, temperature = prompt_of(length), 0.5 if length == 6 else 1.0
        settings = {"n_samples": 3, "seed": length, "temperature": temperature}
        expected = by_calls.generate(prompt, 40, **settings)
        assert len(np.unique(expected, axis=0)) == 3
        np.testing.assert_array_equal(cached.generate(prompt, 40, **settings), expected)


def test_queues_and_plain_way_agree_with_other_letters_and_top_k():
    network = WaveNet(filters=6, dilations=(1, 2), initial_kernel_size=4, initial_filters=7)
    model = build(network, n_symbols=7)
    settings = {"n_samples": 2, "seed": 5, "temperature": 0.5, "top_k": 2}
    prompt = prompt_of(5, n_codes=8)
    expected = plain(network, model, 7).generate(prompt, 60, **settings)
    generated = CachedGenerator(model, table_of(7)).generate(prompt, 60, **settings)
    np.testing.assert_array_equal(generated, expected)


@pytest.fixture(scope="module")
def default():
    return build(WaveNet())


@pytest.fixture(scope="module")
def cached(default):
    return CachedGenerator(default, table_of())


def test_every_base_of_a_long_sequence_is_what_the_network_gives(default, cached):
    n_bases, prompt = 10_000, np.array([4], np.uint8)
    [generated] = cached.generate(prompt, n_bases, seed=3)
    known = np.concatenate([prompt, generated[:-1]])[np.newaxis]
    probabilities = forward_of(default)(known)[0]
    uniforms = UniformStreams(3, 1).draw(n_bases)[:, 0]
    np.testing.assert_array_equal(generated, pick_codes(probabilities, uniforms))


def test_low_temperature_follows_the_most_probable_base(default, cached):
    prompt = prompt_of(70)
    [generated] = cached.generate(prompt, 200, seed=1, temperature=1e-6)
    known = np.concatenate([prompt, generated])[np.newaxis]
    answers = forward_of(default)(known)[0, len(prompt) - 1 : -1]
    np.testing.assert_array_equal(generated, answers.argmax(axis=1))


@pytest.mark.parametrize("chunk_length", [1, 7, 64])
def test_result_does_not_depend_on_the_chunk_length(default, cached, chunk_length):
    prompt = prompt_of(20)
    other = CachedGenerator(default, table_of(), chunk_length)
    np.testing.assert_array_equal(
        other.generate(prompt, 100, seed=2), cached.generate(prompt, 100, seed=2)
    )


def test_shorter_sequences_are_the_beginning_of_longer_ones(cached):
    whole = cached.generate(prompt_of(8), 5_000, seed=4)
    assert whole.shape == (1, 5_000)
    assert whole.dtype == np.uint8
    for n_bases in (0, 1, 300, 4_096):
        part = cached.generate(prompt_of(8), n_bases, seed=4)
        np.testing.assert_array_equal(part, whole[:, :n_bases])


def test_a_sample_is_the_same_whatever_their_number(cached):
    few = cached.generate(prompt_of(8), 200, seed=4)
    many = cached.generate(prompt_of(8), 200, seed=4, n_samples=3)
    np.testing.assert_array_equal(many[:1], few)


def test_seeds_give_other_sequences(cached):
    first, again, other = (cached.generate(prompt_of(8), 200, seed=seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_weights_are_those_of_the_moment():
    network = WaveNet(dilations=(1, 2), initial_kernel_size=2)
    model = build(network)
    cached = CachedGenerator(model, table_of())
    before = cached.generate(NO_PROMPT, 80, seed=6)
    model.set_weights([weights * 0.5 for weights in model.get_weights()])
    after = cached.generate(NO_PROMPT, 80, seed=6)
    assert (after != before).any()
    np.testing.assert_array_equal(after, plain(network, model).generate(NO_PROMPT, 80, seed=6))


@pytest.mark.parametrize("way", ["cached", "plain"])
def test_diverged_weights_are_named(way):
    network = WaveNet(dilations=(1, 2), initial_kernel_size=2)
    model = build(network)
    model.get_layer("output").bias.assign(np.full(4, np.nan))
    generator = CachedGenerator(model, table_of()) if way == "cached" else plain(network, model)
    with pytest.raises(ValueError, match=r"not numbers \(NaN\).* smaller learning_rate"):
        generator.generate(NO_PROMPT, 5)


def test_a_mixed_precision_network_generates_in_single_precision():
    network = WaveNet(dilations=(1, 2), initial_kernel_size=2)
    before = keras.config.dtype_policy()
    try:
        keras.config.set_dtype_policy("mixed_bfloat16")
        mixed = build(network)
    finally:
        keras.config.set_dtype_policy(before)
    single = build(network)
    single.set_weights(mixed.get_weights())
    np.testing.assert_array_equal(
        CachedGenerator(mixed, table_of()).generate(NO_PROMPT, 80),
        plain(network, single).generate(NO_PROMPT, 80),
    )
