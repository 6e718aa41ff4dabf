"""Probabilities from counts: the blending formula, learnt strengths, Laplace's rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skdeepg.sequences import context_index, read_sequences
from skdeepg.sequences.back_off import AdditiveSmoothing, BackOff, learn_strengths, leave_out
from skdeepg.sequences.context_counts import count_contexts
from skdeepg.sequences.context_index import ContextIndex
from skdeepg.sequences.contexts import Contexts, every_place, read_contexts
from tests.sequences.test_context_counts import LETTERS, brute_force

records = st.lists(st.text("ACGTN", min_size=1, max_size=30), min_size=1, max_size=4)


@pytest.fixture(params=[1 << 12, 4], ids=["tables", "bisection"])
def entries(request, monkeypatch):
    """Let short contexts alone, or hardly any, be in tables."""
    monkeypatch.setattr(context_index, "SMALLEST_TABLE", request.param)
    monkeypatch.setattr(context_index, "LARGEST_TABLE", request.param)


def contexts_of(rows: list[str], order: int) -> Contexts:
    X = read_sequences(rows)
    [(record, position)] = every_place(X.records())
    begin = X.records().start[record]
    return read_contexts(X.codes, begin, begin + position, order, 4)


def clean_contexts(rows: list[str], order: int) -> list[str]:
    cleans = [row[:i].rpartition("N")[2] for row in rows for i in range(len(row))]
    return [before[max(len(before) - order, 0) :] for before in cleans]


def blend(counts, strengths, context: str) -> np.ndarray:
    """The formula of the class, letter by letter."""
    shorter = np.full(4, 0.25)
    for k in range(len(context) + 1):
        c = np.array([counts[context[len(context) - k :], letter] for letter in LETTERS])
        if c.sum():
            weight = strengths[k] * (c > 0).sum()
            shorter = (c + weight * shorter) / (c.sum() + weight)
    return shorter


class TestBackOff:
    def test_by_hand(self, entries):
        model = BackOff(count_contexts([read_sequences(["ACAC"])], 1, 4), least=2.0)
        s0, s1 = model.strengths
        p0 = (np.array([2, 2, 0, 0]) + s0 * 2 / 4) / (4 + s0 * 2)
        p1 = (np.array([0, 2, 0, 0]) + s1 * 1 * p0) / (2 + s1 * 1)
        found = model.probabilities(Contexts(np.array([0, 2]), np.array([1, 1], np.uint8), 1))
        np.testing.assert_allclose(found, [p1, p0], rtol=1e-6)  # G was never seen
        start = model.probabilities(Contexts(np.array([0]), np.array([0], np.uint8), 1))
        np.testing.assert_allclose(start, [p0], rtol=1e-6)

    @pytest.mark.parametrize("order", [0, 1, 3, 6])
    def test_equals_brute_force(self, order, entries):
        random = np.random.default_rng(order)
        rows = ["".join(random.choice(list("AACGTN"), n)) for n in (200, 3, 90)]
        others = ["".join(random.choice(list("AACGTN"), 150)), "ACGTACGT"]
        counts = count_contexts([read_sequences(rows)], order, 4)
        model = BackOff(counts, least=0.5)
        slow = brute_force(rows, order)
        expected = [blend(slow, model.strengths, c) for c in clean_contexts(others, order)]
        found = model.probabilities(contexts_of(others, order))
        np.testing.assert_allclose(found, expected, rtol=1e-5)

    @given(records, records, st.integers(0, 6), st.floats(0, 50))
    @settings(max_examples=20)
    def test_sum_to_one(self, rows, others, order, least):
        counts = count_contexts([read_sequences([*rows, "A"])], order, 4)
        found = BackOff(counts, least).probabilities(contexts_of(others, order))
        np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
        assert (found > 0).all()


class TestStrengths:
    def chain(self, n_bases: int) -> str:
        """Draw a chain in which the letter before last decides."""
        random = np.random.default_rng(0)
        codes = list(random.integers(0, 4, 2))
        for u in random.random(n_bases):
            codes.append((codes[-2] + 1) % 4 if u < 0.7 else random.integers(0, 4))
        return "".join(LETTERS[code] for code in codes)

    def test_leave_out_by_hand(self):
        counts = count_contexts([read_sequences(["AACAA"])], 1, 4)
        own, total, n_letters = leave_out(counts, ContextIndex(counts))
        # The first A has no context; A follows A twice, C follows A, A follows C.
        expected = {((3, 4, 2), (0, 0, 0)): 1, ((3, 4, 2), (1, 2, 2)): 2}
        expected |= {((0, 4, 1), (0, 2, 1)): 1, ((3, 4, 2), (0, 0, 0), "C"): 1}
        found = sorted(map(tuple, np.stack([own, total, n_letters]).transpose(2, 1, 0).tolist()))
        listed = sorted(key[:2] for key, n in expected.items() for _ in range(n))
        assert [tuple(map(tuple, each)) for each in found] == listed

    def test_are_the_most_likely_ones(self):
        counts = count_contexts([read_sequences([self.chain(3000)])], 4, 4)
        left_out = leave_out(counts, ContextIndex(counts))
        strengths = learn_strengths(*left_out, 4, least=0.1)

        def likelihood(strengths):
            p = 0.25
            for own, total, n_letters, s in zip(*left_out, strengths, strict=True):
                weight = s * n_letters
                p = np.where(total > 0, (own + weight * p) / np.maximum(total + weight, 1e-9), p)
            return np.log(p).mean()

        best = likelihood(strengths)
        for k in range(5):
            for factor in (0.8, 1.25):
                other = strengths * np.where(np.arange(5) == k, factor, 1)
                assert likelihood(other) < best + 1e-6
        # The letter before last tells all there is.
        assert strengths[2] < 3
        assert strengths[3] > 10
        assert strengths[4] > 10

    def test_not_below_the_least(self):
        counts = count_contexts([read_sequences([self.chain(3000)])], 4, 4)
        assert BackOff(counts, least=7).strengths.min() == pytest.approx(7)


class TestAdditiveSmoothing:
    def test_by_hand(self, entries):
        counts = count_contexts([read_sequences(["AACAAGN"])], 2, 4)
        model = AdditiveSmoothing(counts, added=0.5)
        contexts = contexts_of(["AAC", "GNA"], 2)
        expected = [
            [4.5, 1.5, 1.5, 0.5],
            [2.5, 1.5, 1.5, 0.5],
            [0.5, 1.5, 1.5, 0.5],  # behind AA
            [4.5, 1.5, 1.5, 0.5],
            [0.5, 0.5, 0.5, 0.5],  # behind G, never seen
            [4.5, 1.5, 1.5, 0.5],  # behind N
        ]
        totals = [[8], [6], [4], [8], [2], [8]]
        found = model.probabilities(contexts)
        np.testing.assert_allclose(found, np.array(expected) / totals, rtol=1e-6)

    def test_nothing_added(self):
        counts = count_contexts([read_sequences(["AACAAG"])], 1, 4)
        model = AdditiveSmoothing(counts, added=0)
        found = model.probabilities(Contexts(np.array([0, 2]), np.array([1, 1], np.uint8), 1))
        assert found.tolist() == [[0.5, 0.25, 0.25, 0], [0.25] * 4]
