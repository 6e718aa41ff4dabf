"""Where positions are in rows that windows share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skdeepg.engine.dense_rows import Rows, Split


def test_a_stride_that_fits_keeps_one_row():
    split, rows = Rows().split(3, stride=6)
    assert split == Split(start=0, hop=3, n_parts=1)
    assert rows == Rows(phases=(0,), step=3)
    assert rows.split(3, stride=6) == (Split(0, 1, 3), Rows((0, 3, 6), 9))


def test_any_start_needs_every_phase():
    split, rows = Rows().split(2, stride=1)
    assert split == Split(start=0, hop=1, n_parts=2)
    assert rows.split(2, stride=1)[1].phases == (0, 1, 2, 3)


def test_padding_moves_what_is_kept():
    split, rows = Rows().pad(5).split(3, stride=3)
    assert split.start == 1  # of windows at 0, 3, ..., position 2 is at 2 * 3 - 5 = 1
    assert rows == Rows(phases=(1,), step=3, offset=5)


LEVELS = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)), min_size=1, max_size=4)


@given(levels=LEVELS, stride=st.integers(1, 30))
def test_every_position_of_every_window_is_found(levels, stride):
    rows = Rows()
    content = [list(range(2_000))]  # the coordinate of each position
    for pad, factor in levels:
        split, rows = rows.pad(pad).split(factor, stride)
        kept = [row[split.start :: split.hop] for row in content]
        content = [row[part :: split.n_parts] for part in range(split.n_parts) for row in kept]
    for start in range(0, 5 * stride, stride):
        for position in range(3):
            coordinate = start + position * rows.step - rows.offset
            if coordinate >= 0:
                row = rows.phases.index(coordinate % rows.step)
                assert content[row][coordinate // rows.step] == coordinate
