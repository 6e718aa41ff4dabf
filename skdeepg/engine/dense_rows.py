"""Where the positions of windows are in rows that all windows of a stretch share.

Pooling halves or thirds the positions, and windows that start at different bases pool differently.
So a stretch becomes several rows: each holds the positions of one phase, the remainder of their
coordinate by the distance between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

__all__ = ["Rows", "Split"]


@dataclass(frozen=True)
class Split:
    """How an operation that leaves out positions is applied to rows.

    Attributes
    ----------
    start : int
        Positions to leave out at the left.
    hop : int
        Distance of the operation's outputs.
    n_parts : int
        Rows that a row of outputs is dealt out to, one output after another.
    """

    start: int
    hop: int
    n_parts: int


@dataclass(frozen=True)
class Rows:
    """Rows of positions at some depth of a network.

    Attributes
    ----------
    phases : tuple of int
        Coordinate of the first position of each row, in bases from the start of the stretch.
    step : int
        Bases between neighbours in a row.
    offset : int
        Bases that padding has put before a window: position j of a window that starts at base s has
        coordinate ``s + j * step - offset``.
    """

    phases: tuple[int, ...] = (0,)
    step: int = 1
    offset: int = 0

    def pad(self, width: int) -> Rows:
        """Count positions of padding before a window."""
        return Rows(self.phases, self.step, self.offset + width * self.step)

    def split(self, factor: int, stride: int) -> tuple[Split, Rows]:
        """Keep what some window needs when one of every `factor` positions of a window is kept.

        Parameters
        ----------
        factor : int
            Of the pooling or the stride of a convolution.
        stride : int
            Bases between the starts of windows.

        Returns
        -------
        Split
            What to do with the rows.
        Rows
            The result. Once there are several rows, all their positions are kept.
        """
        if len(self.phases) > 1:
            split = Split(0, 1, factor)
        else:  # then the stride is a multiple of the step
            hop = gcd(stride // self.step, factor)
            start = (-self.offset - self.phases[0]) // self.step % hop
            split = Split(start, hop, factor // hop)
        phases = [
            phase + (split.start + part * split.hop) * self.step
            for part in range(split.n_parts)
            for phase in self.phases
        ]
        return split, Rows(tuple(phases), self.step * factor, self.offset)
