"""What language models predict: a stretch of bases becomes an input and its target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.vocabulary import Codes, Vocabulary

__all__ = ["LanguageTarget", "TargetKind"]

TargetKind = Literal["next", "middle", "middle_cnn", "all"]


@dataclass(frozen=True)
class LanguageTarget:
    """Splits stretches of ``window_length + 1`` bases into a network's input and its target.

    Attributes
    ----------
    kind : {"next", "middle", "middle_cnn", "all"}
        The base after the window; the one in its middle, given the left half and the right half
        reversed (deepG: ``target_middle_lstm``) or both halves joined (``target_middle_cnn``); or
        the window moved by one base (``wavenet``).
    window_length : int
        Bases that the network sees.
    vocabulary : Vocabulary
        Of the codes.
    """

    kind: TargetKind
    window_length: int
    vocabulary: Vocabulary

    @property
    def stretch_length(self) -> int:
        """Bases a stretch: the window's, and the target."""
        return self.window_length + 1

    @property
    def place(self) -> int:
        """Where in the stretch the target is; for "all" that of the last one."""
        if self.kind in ("next", "all"):
            return self.window_length
        return -(-self.window_length // 2)

    @property
    def shortest_record(self) -> int:
        """Bases a padded record needs to have a target among them, and others around it."""
        return max(self.stretch_length - self.place, 2)

    def split(self, stretches: Codes) -> tuple[Codes, NDArray[np.int32]]:
        """Split stretches.

        Parameters
        ----------
        stretches : ndarray of shape (n, window_length + 1) and dtype uint8
            Codes.

        Returns
        -------
        inputs : ndarray of shape (n, window_length) and dtype uint8
            Codes; with "middle" the left half, then the right half reversed.
        y : ndarray of shape (n,) or, for "all", (n, window_length), and dtype int32
            The letter's code, or -1 for an ambiguous base or padding.
        """
        place = self.place
        if self.kind == "all":
            return stretches[:, :-1], self.known(stretches[:, 1:])
        right = stretches[:, place + 1 :]
        if self.kind == "middle":
            right = right[:, ::-1]
        inputs = np.concatenate([stretches[:, :place], right], axis=1)
        return inputs, self.known(stretches[:, place])

    def split_for_training(self, stretches: Codes) -> tuple[Codes, NDArray[np.int32]]:
        """Split stretches; for "all" padding goes to the right, where no output depends on it."""
        if self.kind == "all":
            stretches = self._align_left(stretches)
        return self.split(stretches)

    def known(self, codes: Codes) -> NDArray[np.int32]:
        """Mark what is no letter by -1."""
        return np.where(codes < self.vocabulary.n_symbols, codes.astype(np.int32), np.int32(-1))

    def _align_left(self, stretches: Codes) -> Codes:
        is_padding = stretches == self.vocabulary.padding_code
        padded = np.flatnonzero(is_padding[:, 0])
        if len(padded):
            stretches = stretches.copy()
        for row in padded:
            first_base = int(is_padding[row].argmin())
            stretches[row] = np.roll(stretches[row], -first_base)
        return stretches
