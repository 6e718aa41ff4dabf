"""Answers of windows, and of rows as a combination of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from skdeepg.estimators.base import BaseSequenceEstimator
from skdeepg.estimators.explained_targets import refuse_position, with_stride
from skdeepg.estimators.explaining import ExplainMixin
from skdeepg.estimators.likelihood_scan import name_columns
from skdeepg.estimators.scan_plan import ScanPlan
from skdeepg.estimators.scanning import ScanMixin
from skdeepg.inspection.explained_network import BothStrands, ExplainedNetwork
from skdeepg.inspection.explained_rows import ExplainedRows, rows_of_windows
from skdeepg.sequences import SequenceWindows

if TYPE_CHECKING:
    from skdeepg.engine.predict import Strand
    from skdeepg.sequences.collection import IntArray
    from skdeepg.sequences.scanned import Scanner

__all__ = ["RowAnswers"]


# From here on folding a network, which takes half a second, pays.
MANY_WINDOWS: Final = 20_000


class RowAnswers(ScanMixin, ExplainMixin, BaseSequenceEstimator):
    """A sequence estimator whose answer to a row combines those to its windows."""

    aggregation: str
    strands: Literal["forward", "both"]
    classes_: NDArray[Any]

    def _answer_windows(self, windows: SequenceWindows, strand: Strand) -> NDArray[np.float32]:
        """Give the network's outputs for every window, of shape (n_windows, n_outputs)."""
        from skdeepg.engine.predict import predict_windows

        many = windows.n_windows >= MANY_WINDOWS
        return predict_windows(
            self._fast_forward() if many else self._forward,
            windows,
            self.task_.n_outputs,
            batch_size=self.batch_size,
            strand=strand,
            verbose=self.verbose,
        )

    def _both_strands(
        self, windows: SequenceWindows, answers: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Give the mean of answers to windows and, if it counts, to their other strand."""
        if self.strands == "forward":
            return answers
        return np.asarray((answers + self._answer_windows(windows, "reverse")) / 2)

    def _combine(
        self, windows: SequenceWindows, answers: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """Give the answer to each row, and to its reverse complement, by those to its windows."""
        rows = self._aggregate(windows, answers)
        if self.strands == "forward":
            return rows
        other = self._aggregate(windows, self._answer_windows(windows, "mirrored"))
        return np.asarray((rows + other) / 2)

    def _aggregate(
        self, windows: SequenceWindows, answers: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """Combine answers to one a row, of shape (n_rows, n_outputs)."""
        from skdeepg.engine.predict import aggregate

        return aggregate(
            answers,
            windows.groups,
            len(windows),
            self.aggregation,
            exclusive=self.task_.activation == "softmax",
        )

    def _average_layer(self, X: Any, layer: str | None) -> NDArray[np.float32]:
        """Give a layer's activations, the mean over the windows of each row and the strands."""
        from skdeepg.engine.activations import LayerForward, average_layer, cut_model
        from skdeepg.engine.compiled import Encoder

        windows = self._cut(X)
        model = cut_model(self.model_, layer)
        forward = LayerForward(model, Encoder(self.symbol_table_))
        strands: list[Strand] = ["forward", "mirrored"] if self.strands == "both" else ["forward"]
        means = [
            average_layer(
                forward,
                windows,
                int(model.output.shape[-1]),
                batch_size=self.batch_size,
                verbose=self.verbose,
                strand=strand,
            )
            for strand in strands
        ]
        return np.asarray(np.mean(means, axis=0))

    def _make_scanner(self, plan: ScanPlan) -> Scanner:
        from skdeepg.engine.scanning import scan_network

        return scan_network(
            self.model_,
            self.symbol_table_,
            plan.strands,
            layer=plan.layer,
            precision=plan.precision,
            batch_size=self.batch_size,
        )

    def _note_on_speed(self, plan: ScanPlan) -> str:
        from skdeepg.engine.stretch_forward import faster_stride

        stride = plan.cut.stride
        better = None if plan.layer else faster_stride(self.model_, stride)
        if better is None:
            return ""
        return (
            f"stride={better} would be faster for this network than stride={stride}: it fits the "
            "network's pooling."
        )

    def _scanned_columns(self, layer: str | None) -> tuple[str, ...]:
        if layer is None:
            return tuple(str(name) for name in self.classes_)
        return name_columns(self.model_, layer)

    def _open_explained(self, X: Any) -> SequenceWindows:
        return self._cut(X)

    def _lay_explained(
        self, opened: SequenceWindows, stride: int | None, position: int
    ) -> ExplainedRows:
        refuse_position(position)
        cut = with_stride(opened.cut, stride)
        return rows_of_windows(SequenceWindows(opened.sequences, cut))

    def _predicted_targets(
        self, opened: SequenceWindows, rows: ExplainedRows
    ) -> tuple[IntArray, NDArray[Any]]:
        answers = self._combine(opened, self._answer_windows(opened, "forward"))
        best = answers.argmax(axis=1)[rows.source]
        return best[rows.row], self.classes_[best]

    def _explained_strands(self, network: ExplainedNetwork) -> ExplainedNetwork:
        if self.strands != "both":
            return network
        letters = self.windows_.vocabulary_
        return BothStrands(network, letters.complement[: letters.n_symbols].astype(np.int64))
