"""All windows of some rows are explained, block by block."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.exceptions import LostDataWarning, NotConvergedWarning
from skdeepg.inspection.baselines import Baselines
from skdeepg.inspection.explained_network import ExplainedNetwork, WindowBlock, WindowValues
from skdeepg.inspection.explained_rows import ExplainedRows, RowSums
from skdeepg.inspection.explained_windows import ExplainedWindows
from skdeepg.sequences.collection import IntArray

if TYPE_CHECKING:
    from skdeepg.inspection.attribution import Attribution

__all__ = ["Method", "Question", "explain_windows", "warn_if_not_converged"]

Method = Callable[[ExplainedNetwork, WindowBlock], WindowValues]

# Random baselines are drawn for so many windows at a time, whatever fits into memory.
WINDOWS_A_BLOCK: Final = 128
NAMED: Final = 3


@dataclass(frozen=True)
class Question:
    """What is to be explained of all windows.

    Attributes
    ----------
    rows : ExplainedRows
        Where windows are.
    targets : ndarray of shape (n_windows,) and dtype int64
        The output, or unit, of each.
    baselines : Baselines
        What windows are compared with.
    seed : int
        Fixes random baselines.
    """

    rows: ExplainedRows
    targets: IntArray
    baselines: Baselines
    seed: int

    def block(self, part: slice, rng: np.random.Generator) -> WindowBlock:
        """Make a block of some windows."""
        codes = self.rows.codes[part]
        return WindowBlock(
            codes=codes,
            symbols=self.baselines.table[codes],
            targets=self.targets[part],
            places=self.rows.output[part],
            baselines=self.baselines.draw(codes, rng),
        )


def explain_windows(
    method: Method, network: ExplainedNetwork, question: Question, verbose: int = 0
) -> tuple[NDArray[np.float32], ExplainedWindows]:
    """Explain all windows, and average over those that see a base.

    Parameters
    ----------
    method : callable
        Explains a block of windows.
    network : ExplainedNetwork
        What answers.
    question : Question
        Windows, targets and baselines.
    verbose : int, default=0
        With 1 a progress bar.

    Returns
    -------
    values : ndarray of shape (n_rows, longest, n_symbols) and dtype float32
        The attributions of rows.
    windows : ExplainedWindows
        What is known of each window.
    """
    from skdeepg.engine.progress import progress_bar

    rows, sums = question.rows, RowSums(question.rows)
    rng = np.random.default_rng(question.seed)
    parts = []
    with progress_bar("Explain", rows.n_windows, "window", verbose, delay=1) as bar:
        for start in range(0, rows.n_windows, WINDOWS_A_BLOCK):
            part = slice(start, min(start + WINDOWS_A_BLOCK, rows.n_windows))
            found = method(network, question.block(part, rng))
            sums.add(part, found.values)
            parts.append(found.without_values())
            bar.update(part.stop - part.start)
    if sums.n_unseen:
        warnings.warn(
            f"{sums.n_unseen:,} of {rows.lengths.sum():,} bases are in no window, and have the "
            "importance 0: a stride of at most the window length and tail='anchor' reach them.",
            LostDataWarning,
            stacklevel=4,
        )
    known = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return sums.means(), ExplainedWindows(
        rows=rows.row,
        starts=rows.first,
        outputs=known["outputs"],
        baseline_outputs=known["baseline_outputs"],
        convergence_deltas=known["deltas"],
        n_steps=known["n_steps"],
    )


def warn_if_not_converged(
    attribution: Attribution, tolerance: float, max_steps: int, stacklevel: int
) -> None:
    """Name the rows that have a window whose attributions do not add up.

    Parameters
    ----------
    attribution : Attribution
        What was found.
    tolerance : float
        By how much sums may be wrong.
    max_steps : int
        The most steps that were tried.
    stacklevel : int
        Of the warning.

    Warns
    -----
    NotConvergedWarning
        If there is such a row.
    """
    deltas = np.abs(attribution.windows.convergence_deltas)
    wrong = ~(deltas <= tolerance)
    found = np.unique(attribution.windows.rows[wrong])
    if not len(found):
        return
    named = ", ".join(f"{attribution.records[row]} (row {row})" for row in found[:NAMED])
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    warnings.warn(
        f"{len(found)} of {len(attribution)} rows did not converge to tolerance={tolerance:g} "
        f"within max_steps={max_steps}: {named}{more}. Their attributions miss the difference that "
        f"they explain by up to {np.max(deltas[wrong]):.2g}. Allow more steps, or a larger "
        "tolerance.",
        NotConvergedWarning,
        stacklevel=stacklevel + 1,
    )
