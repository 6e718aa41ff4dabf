"""`ExplainedWindows`: the windows that an attribution was computed on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdeepg.sequences.collection import ranges

__all__ = ["ExplainedWindows"]

KINDS = {
    "rows": np.int64,
    "starts": np.int64,
    "outputs": np.float64,
    "baseline_outputs": np.float64,
    "convergence_deltas": np.float64,
    "n_steps": np.int64,
}


@dataclass(frozen=True, eq=False, init=False, repr=False)
class ExplainedWindows:
    """The windows that the rows of an `Attribution` were cut into, and what the network said.

    All arrays have the shape (n_windows,).

    Parameters
    ----------
    rows : array-like of int
        The row that each window was cut from.
    starts : array-like of int
        The first base of each window, counted from 0 at the start of its row.
    outputs : array-like of float
        What the network answers for the window: the number that is explained.
    baseline_outputs : array-like of float
        What it answers for the baseline, as a mean over all baselines of the window.
    convergence_deltas : array-like of float
        Sum of all attributions of the window, minus the difference of the two answers; 0 if
        the integral is exact.
    n_steps : array-like of int
        Points at which the gradient was taken between a baseline and the window.

    Attributes
    ----------
    rows, starts, n_steps : ndarray of int64
        As given.
    outputs, baseline_outputs, convergence_deltas : ndarray of float64
        As given.

    Raises
    ------
    ValueError
        If the arrays differ in length.

    Examples
    --------
    >>> from skdeepg.inspection import ExplainedWindows
    >>> windows = ExplainedWindows(
    ...     rows=[0, 0],
    ...     starts=[0, 100],
    ...     outputs=[0.9, 0.8],
    ...     baseline_outputs=[0.5, 0.5],
    ...     convergence_deltas=[0.001, -0.002],
    ...     n_steps=[50, 50],
    ... )
    >>> windows
    <ExplainedWindows: 2 of 1 row(s)>
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    outputs: NDArray[np.float64]
    baseline_outputs: NDArray[np.float64]
    convergence_deltas: NDArray[np.float64]
    n_steps: NDArray[np.int64]

    def __init__(
        self,
        *,
        rows: ArrayLike,
        starts: ArrayLike,
        outputs: ArrayLike,
        baseline_outputs: ArrayLike,
        convergence_deltas: ArrayLike,
        n_steps: ArrayLike,
    ) -> None:
        given = (rows, starts, outputs, baseline_outputs, convergence_deltas, n_steps)
        for (name, kind), value in zip(KINDS.items(), given, strict=True):
            object.__setattr__(self, name, np.asarray(value, dtype=kind))
        shapes = {name: getattr(self, name).shape for name in KINDS}
        if set(shapes.values()) != {(len(self.rows),)}:
            raise ValueError(f"All arrays of windows need the same length, found {shapes}.")

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<ExplainedWindows: {len(self):,} of {len(np.unique(self.rows)):,} row(s)>"

    @classmethod
    def _empty(cls) -> ExplainedWindows:
        """Return no windows.

        Returns
        -------
        ExplainedWindows
            Of length 0.

        Examples
        --------
        >>> from skdeepg.inspection import ExplainedWindows
        >>> len(ExplainedWindows._empty())
        0
        """
        return cls(
            rows=[], starts=[], outputs=[], baseline_outputs=[], convergence_deltas=[], n_steps=[]
        )

    def _worst_deltas(self, n_rows: int) -> NDArray[np.float64]:
        """Give the convergence delta of largest absolute value of each row.

        Parameters
        ----------
        n_rows : int
            How many rows there are.

        Returns
        -------
        ndarray of shape (n_rows,) and dtype float64
            With its sign; nan for a row without windows.

        Examples
        --------
        >>> from skdeepg.inspection import ExplainedWindows
        >>> ExplainedWindows._empty()._worst_deltas(1)
        array([nan])
        """
        worst = np.full(n_rows, np.nan)
        order = np.argsort(np.abs(self.convergence_deltas), kind="stable")
        worst[self.rows[order]] = self.convergence_deltas[order]  # the last one stays
        return worst

    def _of_rows(self, chosen: NDArray[np.int64]) -> ExplainedWindows:
        """Give the windows of some rows, numbered anew.

        Parameters
        ----------
        chosen : ndarray of int64, of shape (n_chosen,)
            The rows, in the order wanted, possibly with repeats.

        Returns
        -------
        ExplainedWindows
            Their windows; `rows` count the chosen ones.

        Examples
        --------
        >>> import numpy as np
        >>> from skdeepg.inspection import ExplainedWindows
        >>> windows = ExplainedWindows(
        ...     rows=[0, 1, 1],
        ...     starts=[0, 0, 5],
        ...     outputs=[0.1, 0.2, 0.3],
        ...     baseline_outputs=[0, 0, 0],
        ...     convergence_deltas=[0, 0, 0],
        ...     n_steps=[50, 50, 50],
        ... )
        >>> windows._of_rows(np.array([1])).outputs
        array([0.2, 0.3])
        """
        order = np.argsort(self.rows, kind="stable")
        in_order = self.rows[order]
        first = np.searchsorted(in_order, chosen, side="left")
        counts = np.searchsorted(in_order, chosen, side="right") - first
        rows = np.repeat(np.arange(len(chosen)), counts)
        taken = order[ranges(first, counts)]
        columns = {name: getattr(self, name)[taken] for name in KINDS}
        return ExplainedWindows(**{**columns, "rows": rows})
