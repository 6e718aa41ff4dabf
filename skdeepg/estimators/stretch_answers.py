"""Answers of a language model to stretches: windows with their target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.estimators.language_explaining import TargetExplainMixin
from skdeepg.estimators.layer_features import LayerFeaturesMixin
from skdeepg.estimators.likelihood_scan import name_columns
from skdeepg.estimators.scan_plan import ScanPlan
from skdeepg.estimators.scanning import ScanMixin
from skdeepg.sequences import SequenceWindows
from skdeepg.sequences.scored import log_likelihoods
from skdeepg.sequences.vocabulary import Codes

if TYPE_CHECKING:
    from skdeepg.sequences.scanned import Scanner

__all__ = ["StretchAnswers"]


class StretchAnswers(ScanMixin, LayerFeaturesMixin, TargetExplainMixin):
    """A language model whose network answers for one base of a stretch."""

    @property
    def _carries_state(self) -> bool:
        from skdeepg.engine.stateful import is_stateful

        return is_stateful(self.model_)

    def _compile(self) -> Any:
        if not self._carries_state:
            return super()._compile()
        from skdeepg.engine.compiled import Encoder
        from skdeepg.engine.stateful_reading import StatefulForward

        return StatefulForward(self.model_, Encoder(self.symbol_table_))

    def _answer_windows(self, rows: SequenceWindows) -> NDArray[np.float32]:
        from skdeepg.engine.predict import predict_windows

        if self._carries_state:
            answers: NDArray[np.float32] = self._forward.answer_windows(
                rows, rows.grid(), self._target(), self.batch_size, self.verbose
            )
            return answers
        return predict_windows(
            self._answer_stretches,
            rows,
            self.task_.n_outputs,
            batch_size=self.batch_size,
            verbose=self.verbose,
        )

    def _answer_stretches(self, stretches: Codes) -> NDArray[np.float32]:
        answers: NDArray[np.float32] = self._forward(self._target().split(stretches)[0])
        return answers

    def _average_layer(self, X: Any, layer: str | None) -> NDArray[np.float32]:
        from skdeepg.engine.activations import LayerForward, average_layer, cut_model
        from skdeepg.engine.compiled import Encoder

        model = cut_model(self.model_, layer)
        forward, target = LayerForward(model, Encoder(self.symbol_table_)), self._target()
        return average_layer(
            lambda codes: forward(target.split(codes)[0]),
            self._cut(X),
            int(model.output.shape[-1]),
            batch_size=self.batch_size,
            verbose=self.verbose,
        )

    def _make_scanner(self, plan: ScanPlan) -> Scanner:
        from skdeepg.engine.activations import LayerForward, cut_model
        from skdeepg.engine.compiled import Encoder
        from skdeepg.engine.scanning import WindowScanner

        if self._carries_state:
            raise ValueError(
                "scan looks at each window alone, but LSTMCNN(stateful=True) carries its state "
                "from window to window: score_samples and predict_windows read a record that way."
            )
        target = self._target()
        if plan.layer is None:
            answer: Any = self._score_stretches
        else:
            model = cut_model(self.model_, plan.layer)
            forward = LayerForward(model, Encoder(self.symbol_table_))
            answer = lambda stretches: forward(target.split(stretches)[0])  # noqa: E731
        n_outputs = len(plan.columns)
        return WindowScanner(answer, n_outputs, plan.strands, self.batch_size, lambda _: None)

    def _score_stretches(self, stretches: Codes) -> NDArray[np.float32]:
        """Give the log-likelihood of the target of each stretch; nan where it is ambiguous."""
        true = stretches[:, self._target().place]
        likelihoods = log_likelihoods(true, self._answer_stretches(stretches))
        return likelihoods[:, np.newaxis].astype(np.float32)

    def _scanned_columns(self, layer: str | None) -> tuple[str, ...]:
        return name_columns(self.model_, layer)

    @property
    def _scanned_length(self) -> int:
        return self.task_.window_length + 1
