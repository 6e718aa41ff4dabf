"""Which regions share bases with others."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skdeepg.genome import Regions

regions = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 40), st.integers(1, 20)), max_size=8
).map(
    lambda rows: Regions(
        [r for r, _, _ in rows], [s for _, s, _ in rows], [s + n for _, s, n in rows]
    )
)


@given(regions, regions, st.integers(0, 5))
def test_touches_are_shared_bases(found, others, margin):
    expected = [
        any(
            a == b and s < end + margin and start - margin < e
            for b, start, end in zip(others.record, others.start, others.end, strict=True)
        )
        for a, s, e in zip(found.record, found.start, found.end, strict=True)
    ]
    np.testing.assert_array_equal(found.touches(others, margin=margin), expected)


def test_files_tell_records_of_one_name_apart():
    found = Regions(["a", "a", "a"], [0, 0, 0], [9, 9, 9], file=["x/1.fasta", "2.fasta", ""])
    assert found.touches(Regions(["a"], [5], [7], file=["1.fasta"])).tolist() == [True, False, True]
