"""What language models explain: the answer for a base, from those around it."""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.estimators.explained_targets import PREDICTED, refuse_position, with_stride
from skdeepg.estimators.explaining import ExplainMixin
from skdeepg.estimators.language_training import LanguageTraining
from skdeepg.inspection.explained_rows import (
    ExplainedRows,
    pad_right,
    rows_of_targets,
    rows_of_windows,
    slid_targets,
)
from skdeepg.sequences import Sequences, SequenceWindows
from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.stretches import last_places, middle_places
from skdeepg.sequences.windows import name_some

__all__ = ["CausalExplainMixin", "TargetExplainMixin"]

WINDOWS_AT_ONCE: Final = 256


class LanguageExplainMixin(ExplainMixin, LanguageTraining):
    """Adds `explain` to a language model that is a network.

    Subclasses supply `_lay_explained` and `_answer_explained`.
    """

    def _answer_explained(self, rows: ExplainedRows, part: slice) -> NDArray[np.float32]:
        """Give the probability of each letter for some windows."""
        raise NotImplementedError

    def _open_explained(self, X: Any) -> Sequences:
        return self._read_rows(X)

    def _predicted_targets(
        self, opened: Sequences, rows: ExplainedRows
    ) -> tuple[IntArray, NDArray[Any]]:
        del opened
        best = np.concatenate(
            [
                self._answer_explained(rows, slice(start, start + WINDOWS_AT_ONCE)).argmax(axis=1)
                for start in range(0, rows.n_windows, WINDOWS_AT_ONCE)
            ]
        )
        if rows.n_windows == len(rows):  # one a row, in their order
            return best, self.classes_[best]
        return best, np.full(len(rows), PREDICTED)


class TargetExplainMixin(LanguageExplainMixin):
    """Adds `explain` to a language model that answers for one base a window.

    Subclasses supply `_carries_state`.
    """

    @property
    def _carries_state(self) -> bool:
        """Whether the network goes on from window to window."""
        raise NotImplementedError

    def _lay_explained(self, opened: Sequences, stride: int | None, position: int) -> ExplainedRows:
        refuse_position(position)
        if self._carries_state:
            raise ValueError(
                "explain looks at each window alone, but LSTMCNN(stateful=True) carries its state "
                "from window to window."
            )
        if stride is None:
            find = last_places if self._kind == "next" else middle_places
            return rows_of_targets(opened, *find(opened), self._target())
        cut = with_stride(self.windows_.cut(), stride)
        return slid_targets(self._widen(SequenceWindows(opened, cut)), self._target())

    def _answer_explained(self, rows: ExplainedRows, part: slice) -> NDArray[np.float32]:
        answers: NDArray[np.float32] = self._forward(rows.codes[part][:, rows.order])
        return answers


class CausalExplainMixin(LanguageExplainMixin):
    """Adds `explain` to a language model that answers at every base of a row.

    Subclasses supply `_receptive_field`.
    """

    _explains_position = True

    @property
    def _receptive_field(self) -> int:
        """Bases that an output depends on, its own included."""
        raise NotImplementedError

    def _lay_explained(self, opened: Sequences, stride: int | None, position: int) -> ExplainedRows:
        longest = self._forward.fixed_length or self._receptive_field
        if stride is not None:
            if position != -1:
                raise ValueError(
                    f"position={position!r} asks for one answer a row, stride={stride} for those "
                    "all along it: give one of them."
                )
            cut = replace(with_stride(self.windows_.cut(), stride), window_length=longest)
            return pad_right(rows_of_windows(SequenceWindows(opened, replace(cut, short="pad"))))
        record, ends = last_places(opened)
        place = _check_position(position, ends, opened) + 1
        target = LanguageTarget("next", longest, opened.vocabulary)
        return pad_right(rows_of_targets(opened, record, place, target))

    def _answer_explained(self, rows: ExplainedRows, part: slice) -> NDArray[np.float32]:
        outputs: NDArray[np.float32] = self._forward(rows.codes[part])
        return outputs[np.arange(len(outputs)), rows.output[part]]


def _check_position(position: Any, lengths: IntArray, rows: Sequences) -> IntArray:
    """Count positions from the start of records."""
    if not isinstance(position, Integral) or isinstance(position, bool):
        raise ValueError(f"position must be a whole number, not {position!r}.")
    places = int(position) + np.where(int(position) < 0, lengths, 0)
    outside = np.flatnonzero((places < 0) | (places >= lengths))
    if len(outside):
        raise ValueError(
            f"position={position} is outside of {len(outside)} rows: "
            f"{name_some(rows.names[outside])}, which have {lengths[outside[0]]} bases and less."
        )
    return places
