"""The base in the middle and new sequences, from the probabilities of the next base."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg.sequences import context_index, read_sequences
from skdeepg.sequences.back_off import AdditiveSmoothing, BackOff
from skdeepg.sequences.context_counts import count_contexts
from skdeepg.sequences.contexts import Contexts, every_place, read_contexts
from skdeepg.sequences.markov_chain import draw_bases, middle_probabilities


def codes_of(rows: list[str]) -> np.ndarray:
    return read_sequences(rows).codes


def random_rows(seed: int, *lengths: int) -> list[str]:
    random = np.random.default_rng(seed)
    return ["".join(random.choice(list("AAAACCGGTTN"), n)) for n in lengths]


def next_probabilities(model, sequence: str, order: int) -> np.ndarray:
    """Of each base of a sequence, of shape (n_bases, 4)."""
    place = np.arange(len(sequence))
    contexts = read_contexts(codes_of([sequence]), np.zeros_like(place), place, order, 4)
    return model.probabilities(contexts).astype(float)


def brute_force_middle(model, record: str, i: int, order: int) -> np.ndarray:
    """Weigh whole sequences that differ in one letter by all factors up to the next N."""
    end = (record[i + 1 :] + "N").index("N") + i + 1
    weights = []
    for letter in "ACGT":
        sequence = record[:i] + letter + record[i + 1 : end]
        p = next_probabilities(model, sequence, order)
        codes = codes_of([sequence])
        weights.append(np.prod([p[j, codes[j]] for j in range(i, end)]))
    return np.array(weights) / np.sum(weights)


class TestMiddle:
    @pytest.mark.parametrize(("order", "entries"), [(0, 16), (1, 16), (3, 1 << 12), (3, 16)])
    def test_equals_brute_force(self, order, entries, monkeypatch):
        monkeypatch.setattr(context_index, "SMALLEST_TABLE", entries)
        monkeypatch.setattr(context_index, "LARGEST_TABLE", entries)
        counts = count_contexts([read_sequences(random_rows(0, 300))], order, 4)
        model = BackOff(counts, least=1)
        rows = random_rows(1, 40, 2, 25)
        X = read_sequences(rows)
        [(record, position)] = every_place(X.records())
        begin, end = X.records().start[record], X.records().end[record]
        left = read_contexts(X.codes, begin, begin + position, order, 4)
        found = middle_probabilities(model, left, X.codes, end, begin + position)
        expected = [
            brute_force_middle(model, rows[r], i, order)
            for r, i in zip(record, position, strict=True)
        ]
        np.testing.assert_allclose(found, expected, rtol=1e-5)

    def test_by_hand(self):
        # Behind A are C and G, behind C is T, behind G are T and A: in A?T are C (1/2 * 1) and
        # G (1/2 * 1/2).
        counts = count_contexts([read_sequences(["ACT", "AGT", "ACT", "AGA"])], 1, 4)
        model = AdditiveSmoothing(counts, added=0)
        codes = codes_of(["ANT"])
        left = read_contexts(codes, np.zeros(1, int), np.ones(1, int), 1, 4)
        found = middle_probabilities(model, left, codes, np.array([3]), np.array([1]))
        np.testing.assert_allclose(found, [[0, 2 / 3, 1 / 3, 0]], rtol=1e-6)

    def test_equal_shares_where_nothing_is_possible(self):
        counts = count_contexts([read_sequences(["ACC", "GT"])], 1, 4)
        codes = codes_of(["ANA"])
        left = read_contexts(codes, np.zeros(1, int), np.ones(1, int), 1, 4)
        model = AdditiveSmoothing(counts, added=0)
        found = middle_probabilities(model, left, codes, np.array([3]), np.array([1]))
        assert found.tolist() == [[0.25] * 4]


class TestDraw:
    def start(self, n_samples: int, order: int, prompt: str = "") -> Contexts:
        codes = codes_of([prompt + "N"])
        begin = np.zeros(n_samples, dtype=np.int64)
        return read_contexts(codes, begin, begin + len(prompt), order, 4)

    def draw(self, model, start, n_bases, temperature=1.0, top_k=4, seed=0):
        random = np.random.default_rng(seed)
        return draw_bases(model, start, n_bases, 4, temperature, top_k, random)

    @pytest.mark.parametrize("order", [0, 2])
    def test_frequencies_are_those_of_the_model(self, order):
        counts = count_contexts([read_sequences(random_rows(0, 2000))], order, 4)
        model = AdditiveSmoothing(counts, added=1)
        drawn = self.draw(model, self.start(200, order), 400)
        found = count_contexts(
            [read_sequences(["".join("ACGT"[c] for c in drawn.ravel())])], order, 4
        )
        shares = found.table(order) / found.table(order).sum(axis=1, keepdims=True)
        every = Contexts(np.arange(4**order), np.full(4**order, order, np.uint8), order)
        np.testing.assert_allclose(shares, model.probabilities(every), atol=0.03)

    def test_goes_on_from_the_prompt(self):
        model = AdditiveSmoothing(count_contexts([read_sequences(["ACGT" * 9])], 3, 4), added=0)
        drawn = self.draw(model, self.start(2, 3, "GTACG"), 6)
        assert drawn.tolist() == [[3, 0, 1, 2, 3, 0]] * 2

    def test_temperature_and_top_k(self):
        rows = ["A" * 50 + "C" * 30 + "G" * 15 + "T" * 5]
        model = AdditiveSmoothing(count_contexts([read_sequences(rows)], 0, 4), added=0)
        start = self.start(500, 0)
        cold = np.bincount(self.draw(model, start, 8, temperature=0.5).ravel(), minlength=4) / 4000
        squares = np.array([0.5, 0.3, 0.15, 0.05]) ** 2
        np.testing.assert_allclose(cold, squares / squares.sum(), atol=0.03)
        two = np.bincount(self.draw(model, start, 8, top_k=2).ravel(), minlength=4) / 4000
        np.testing.assert_allclose(two, [0.625, 0.375, 0, 0], atol=0.03)
        assert not self.draw(model, start, 1, temperature=1e-9).any()
        assert not self.draw(model, start, 1, top_k=1).any()

    def test_top_k_takes_the_first_of_equals(self):
        model = AdditiveSmoothing(count_contexts([read_sequences(["TGTG"])], 0, 4), added=0)
        assert set(self.draw(model, self.start(1, 0), 50, top_k=1)[0]) == {2}
