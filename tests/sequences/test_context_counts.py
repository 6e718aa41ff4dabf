"""Contexts as numbers, and how often each letter follows them."""

from __future__ import annotations

import pickle
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skdeepg.sequences import context_counts, context_index, read_sequences
from skdeepg.sequences.context_counts import count_contexts
from skdeepg.sequences.context_index import ContextIndex
from skdeepg.sequences.contexts import every_place, read_contexts

LETTERS = "ACGT"
records = st.lists(st.text("ACGTN", min_size=1, max_size=30), min_size=1, max_size=5)


def brute_force(records: list[str], order: int, stride: int = 1) -> Counter[tuple[str, str]]:
    """Count (context, letter) for contexts of all lengths, letter by letter."""
    counts: Counter[tuple[str, str]] = Counter()
    for record in records:
        for i, letter in enumerate(record):
            if letter == "N" or (i - order) % stride:
                continue
            clean = record[:i].rpartition("N")[2]
            longest = min(len(clean), order)
            counts.update((clean[len(clean) - k :], letter) for k in range(longest + 1))
    return counts


def context_of(number: int, length: int) -> str:
    """Write a context's number as letters: the nearest is its first digit."""
    digits = [number // 4**i % 4 for i in range(length)]
    return "".join(LETTERS[digit] for digit in digits)


def as_strings(table: np.ndarray, length: int) -> Counter[tuple[str, str]]:
    return Counter(
        {
            (context_of(number, length), LETTERS[letter]): int(table[number, letter])
            for number, letter in np.argwhere(table)
        }
    )


def all_lengths(counts) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for length in range(counts.order + 1):
        found |= as_strings(counts.table(length), length)
    return found


class TestContexts:
    def test_digits_are_the_letters_from_the_nearest_on(self):
        X = read_sequences(["ACGT"])
        contexts = read_contexts(X.codes, np.zeros(2, int), np.array([3, 4]), 3, 4)
        assert contexts.number.tolist() == [2 * 16 + 1 * 4 + 0, 3 * 16 + 2 * 4 + 1]
        assert contexts.length.tolist() == [3, 3]
        assert contexts.nearest(1, 4).tolist() == [2, 3]

    def test_end_at_the_start_of_the_record_and_at_ambiguous_letters(self):
        X = read_sequences(["TTT", "GNCA"])
        place = np.arange(3, 8)  # the second record, and the base after its end
        contexts = read_contexts(X.codes, np.full(5, 3), place, 3, 4)
        assert contexts.length.tolist() == [0, 1, 0, 1, 2]
        assert contexts.number.tolist() == [0, 2 * 16, 0, 1 * 16, 0 * 16 + 1 * 4]

    def test_longer_than_all_bases(self):
        contexts = read_contexts(
            read_sequences(["GA"]).codes, np.zeros(1, int), np.ones(1, int), 9, 4
        )
        assert contexts.number.tolist() == [2 * 4**8]
        assert contexts.length.tolist() == [1]

    @given(
        st.lists(st.integers(1, 9), min_size=1, max_size=8), st.integers(0, 2), st.integers(1, 9)
    )
    def test_every_place_is_listed_once_in_order(self, lengths, first, block):
        X = read_sequences(["A" * length for length in lengths])
        blocks = list(every_place(X.records(), first, block))
        found = [
            pair for both in blocks for pair in zip(*map(np.ndarray.tolist, both), strict=True)
        ]
        assert found == [(r, i) for r, n in enumerate(lengths) for i in range(first, n)]
        assert all(len(record) <= block for record, _ in blocks)


class TestCounts:
    def test_by_hand(self):
        counts = count_contexts([read_sequences(["AACAAG"])], 1, 4)
        assert counts.table(1).tolist() == [[2, 1, 1, 0], [1, 0, 0, 0], [0] * 4, [0] * 4]
        assert counts.table(0).tolist() == [[4, 1, 1, 0]]
        assert counts.total == 6

    @given(records, st.integers(0, 4), st.integers(1, 4))
    def test_equal_brute_force(self, records, order, stride):
        counts = count_contexts([read_sequences(records)], order, 4, stride=stride)
        assert all_lengths(counts) == brute_force(records, order, stride)

    @given(records, st.integers(0, 4))
    @settings(max_examples=30)
    def test_rows_in_any_order_across_blocks(self, records, order):
        X = read_sequences(records)[::-1]
        expected = brute_force(records, order)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(every_place, "__defaults__", (0, 3))
            assert all_lengths(count_contexts([X], order, 4)) == expected

    @pytest.mark.parametrize("spare", [0, 10**6])
    def test_tables_and_sorting_agree(self, spare, monkeypatch):
        monkeypatch.setattr(context_counts, "MOST_SPARE", spare)
        monkeypatch.setattr(context_counts, "MOST_PENDING", 50)
        random = np.random.default_rng(0)
        rows = ["".join(random.choice(list("ACGTN"), 200)) for _ in range(3)]
        counts = count_contexts([read_sequences(rows[:2])], 3, 4)
        counts = count_contexts([read_sequences(rows[2:])], 3, 4, onto=counts)
        assert all_lengths(counts) == brute_force(rows, 3)
        assert counts.strings[3].number.dtype.itemsize <= 2

    def test_strands_are_added(self):
        X = read_sequences(["AACG", "NGA"])
        both = count_contexts([X, X.reverse_complement()], 2, 4)
        assert all_lengths(both) == brute_force(["AACG", "NGA", "CGTT", "TCN"], 2)

    @given(records, st.integers(0, 4), st.integers(0, 4))
    @settings(max_examples=30)
    def test_shorter(self, records, order, length):
        X = read_sequences(records)
        order, length = max(order, length), min(order, length)
        shorter = count_contexts([X], order, 4).shorter(length)
        assert all_lengths(shorter) == brute_force(records, length)

    def test_of_other_alphabets(self):
        X = read_sequences(["MKVMKL"], "ACDEFGHIKLMNPQRSTVWY")
        table = count_contexts([X], 2, 20).table(2)
        m, k, v = (X.vocabulary.letters.index(letter) for letter in "MKV")
        assert table[k * 20 + m, v] == 1
        assert table.sum() == 4

    def test_orders_whose_numbers_need_eight_bytes(self):
        random = np.random.default_rng(1)
        row = "".join(random.choice(list("ACGT"), 100)) * 2
        counts = count_contexts([read_sequences([row])], 27, 4)
        longest = counts.strings[27]
        assert longest.count.sum() == 200 - 27
        assert (longest.count == 2).sum() == 100 - 27
        assert as_strings(counts.table(3), 3) == Counter(
            {k: n for k, n in brute_force([row], 3).items() if len(k[0]) == 3}
        )


class TestPickles:
    def test_keep_everything(self):
        X = read_sequences(["ACGTNACCGT" * 20, "GG"])
        counts = count_contexts([X], 14, 4)
        loaded = pickle.loads(pickle.dumps(counts))
        for one, other in zip(loaded.strings, counts.strings, strict=True):
            np.testing.assert_array_equal(one.number, other.number)
            np.testing.assert_array_equal(one.count, other.count)
            assert one.number.dtype == other.number.dtype

    def test_are_small(self):
        random = np.random.default_rng(0)
        X = read_sequences(["".join(random.choice(list("ACGT"), 100_000))])
        counts = count_contexts([X], 8, 4)
        assert len(pickle.dumps(counts)) < 2.1 * len(counts.strings[-1])


class TestIndex:
    @given(records, st.integers(0, 5), st.sampled_from([4, 16, 1 << 12]))
    def test_counts_of_all_lengths_equal_the_tables(self, records, order, entries):
        X = read_sequences(records)
        counts = count_contexts([X], order, 4)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(context_index, "SMALLEST_TABLE", entries)
            patch.setattr(context_index, "LARGEST_TABLE", entries)
            index = ContextIndex(counts)
        assert 4 ** (index.n_tabled + 1) <= entries
        number = np.arange(4**order)
        contexts = context_index.Contexts(number, np.full(4**order, order, np.uint8), order)
        for length in range(order + 1):
            expected = counts.table(length)[number // 4 ** (order - length)]
            np.testing.assert_array_equal(index.counts(contexts, length), expected)

    def test_finds_what_is_long_enough_and_was_counted(self, monkeypatch):
        monkeypatch.setattr(context_index, "LARGEST_TABLE", 4)
        index = ContextIndex(count_contexts([read_sequences(["AACAACAAC"])], 3, 4))
        # A, then AA, then CA (the nearest first), then GAA
        number, length = np.array([0, 0, 16, 0 * 16 + 0 * 4 + 2]), np.array([1, 2, 2, 3], np.uint8)
        contexts = context_index.Contexts(number, length, 3)
        found = {n: [each.tolist() for each in index.find(contexts, n)] for n in (1, 2, 3)}
        a, aa, ac = [3, 3, 0, 0], [0, 3, 0, 0], [2, 0, 0, 0]
        assert found[1] == [[0, 1, 2, 3], [a, a, ac, a]]
        assert found[2] == [[1, 2, 3], [aa, ac, aa]]
        assert found[3] == [[], []]
