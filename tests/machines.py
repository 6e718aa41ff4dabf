"""What the state machines have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

# as a parameter: a few seconds by default, a minute among the slow tests
EXAMPLES = [30, pytest.param(400, marks=pytest.mark.slow)]


def run_machine(machine: type[RuleBasedStateMachine], examples: int) -> None:
    """Run series of rules, the same ones in each run of the tests."""
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=examples, stateful_step_count=20, derandomize=True),
    )


@st.composite
def keys_of_rows(draw: Any, n_rows: int) -> Any:
    """Draw what selects among rows: a position, a slice, a mask, positions with repeats."""
    positions = st.integers(-n_rows, n_rows - 1) if n_rows else st.nothing()
    several = st.lists(positions, max_size=2 * n_rows)
    masks = st.lists(st.booleans(), min_size=n_rows, max_size=n_rows)
    return draw(
        st.one_of(
            positions,
            st.slices(n_rows),
            several,
            several.map(lambda rows: np.array(rows, dtype=np.int64)),
            masks.map(lambda rows: np.array(rows, dtype=bool)),
        )
    )


def chosen_positions(key: Any, n_rows: int) -> list[int]:
    """Tell in plain Python which rows a key selects."""
    rows = list(range(n_rows))
    if isinstance(key, int):
        return [rows[key]]
    if isinstance(key, slice):
        return rows[key]
    if isinstance(key, np.ndarray) and key.dtype == bool:
        return [row for row, is_chosen in zip(rows, key, strict=True) if is_chosen]
    return [rows[row] for row in key]
