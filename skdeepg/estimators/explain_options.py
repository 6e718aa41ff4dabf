"""The parameters of `explain`, checked."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

from skdeepg.argument_checks import check_choice, check_whole
from skdeepg.inspection.baselines import NAMED
from skdeepg.inspection.integrated_gradients import IntegratedGradients
from skdeepg.inspection.mutagenesis import mutate
from skdeepg.inspection.occlusion import Occlusion
from skdeepg.inspection.quadrature import QUADRATURES

if TYPE_CHECKING:
    from skdeepg.inspection.explain_windows import Method

__all__ = ["ExplainOptions"]

METHODS: Final = ("integrated_gradients", "mutagenesis", "occlusion")
ENGINES: Final = ("native", "alibi")
NUMBERS: Final = ("probability", "logit", "log_probability")
OCCLUDERS: Final = ("zero", "uniform")
DEFAULT: Final = ("shuffle",)  # stands for the first of them


@dataclass(frozen=True)
class ExplainOptions:
    """What is the same for all rows; the names are those of `explain`."""

    baseline: Any
    n_baselines: int
    n_steps: int
    quadrature: str
    tolerance: float | None
    max_steps: int
    of: str
    layer: str | None
    unit: int | None
    stride: int | None
    method: str
    n_occluded: int
    engine: str
    max_memory: int

    def __post_init__(self) -> None:
        for name in ("n_baselines", "n_steps", "max_steps", "n_occluded", "max_memory"):
            check_whole(name, getattr(self, name))
        if self.stride is not None:
            check_whole("stride", self.stride)
        check_choice("quadrature", self.quadrature, QUADRATURES)
        check_choice("of", self.of, NUMBERS)
        check_choice("method", self.method, METHODS)
        check_choice("engine", self.engine, ENGINES)
        self._check_steps()
        self._check_unit()
        self._check_baseline()
        self._check_engine()

    def _check_steps(self) -> None:
        tolerance = self.tolerance
        if tolerance is None:
            return
        if not isinstance(tolerance, Real) or isinstance(tolerance, bool) or not tolerance > 0:
            raise ValueError(f"tolerance must be a number above 0, or None, not {tolerance!r}.")
        if self.max_steps < self.n_steps:
            raise ValueError(
                f"max_steps={self.max_steps} is below n_steps={self.n_steps}, with which every row "
                "begins."
            )

    def _check_unit(self) -> None:
        if (self.layer is None) != (self.unit is None):
            given, missing = ("unit", "layer") if self.layer is None else ("layer", "unit")
            raise ValueError(
                f"{given}={getattr(self, given)!r} needs {missing}= too: a unit is the number of a "
                "channel of a layer."
            )
        if self.unit is not None:
            check_whole("unit", self.unit, least=0)
        if self.layer is not None and self.of != "probability":
            raise ValueError(f"of={self.of!r} is for outputs, but layer={self.layer!r} is given.")

    def _check_baseline(self) -> None:
        is_named = isinstance(self.baseline, str)
        if self.method == "mutagenesis" and not (is_named and self.baseline in NAMED):
            raise ValueError("method='mutagenesis' compares with mutants: leave baseline out.")
        if self.method == "occlusion" and not (is_named and self.baseline in OCCLUDERS + DEFAULT):
            raise ValueError(
                "method='occlusion' hides bases by baseline='zero' or 'uniform', not "
                f"{self.baseline!r}."
            )

    def _check_engine(self) -> None:
        if self.engine != "alibi":
            return
        if self.method != "integrated_gradients":
            raise ValueError(f"engine='alibi' has no method={self.method!r}; use engine='native'.")
        if self.quadrature != "gausslegendre":
            raise ValueError(
                "engine='alibi' needs quadrature='gausslegendre': the weights of alibi's "
                "trapezoids do not add up to 1, so its attributions miss a share of the answer."
            )

    @property
    def uses_gradients(self) -> bool:
        """Whether there are baselines."""
        return self.method == "integrated_gradients"

    @property
    def baseline_of_method(self) -> Any:
        """What windows are compared with; occlusion hides by zeros unless told otherwise."""
        if self.uses_gradients:
            return self.baseline
        return self.baseline if self.baseline == "uniform" else "zero"

    def make_method(self, n_symbols: int) -> Method:
        """Make what explains windows."""
        if self.method == "mutagenesis":
            return mutate
        if self.method == "occlusion":
            share = 1 / n_symbols if self.baseline_of_method == "uniform" else 0.0
            return Occlusion(self.n_occluded, share)
        return IntegratedGradients(
            self.n_steps, self.quadrature, self.tolerance, max(self.max_steps, self.n_steps)
        )
