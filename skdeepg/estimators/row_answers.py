"""Answers of windows, and of rows as a combination of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.estimators.base import BaseSequenceEstimator
from skdeepg.sequences import SequenceWindows

if TYPE_CHECKING:
    from skdeepg.engine.predict import Strand

__all__ = ["RowAnswers"]


class RowAnswers(BaseSequenceEstimator):
    """A sequence estimator whose answer to a row combines those to its windows."""

    aggregation: str

    def _answer_windows(self, windows: SequenceWindows, strand: Strand) -> NDArray[np.float32]:
        """Give the network's outputs for every window, of shape (n_windows, n_outputs)."""
        from skdeepg.engine.predict import predict_windows

        return predict_windows(
            self._forward,
            windows,
            self.task_.n_outputs,
            batch_size=self.batch_size,
            strand=strand,
            verbose=self.verbose,
        )

    def _answer_rows(self, windows: SequenceWindows, strand: Strand) -> NDArray[np.float64]:
        """Combine them to one answer a row, of shape (n_rows, n_outputs)."""
        from skdeepg.engine.predict import aggregate

        outputs = self._answer_windows(windows, strand)
        return aggregate(
            outputs,
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
