"""The only user of scikit-learn's private names."""

from __future__ import annotations

from typing import Any

from sklearn import get_config
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    StrOptions,
    validate_parameter_constraints,
)

__all__ = [
    "CALLBACK_ATTRIBUTES",
    "OUTPUT_CONFIG",
    "HasMethods",
    "Interval",
    "StrOptions",
    "output_container",
    "validate_parameters",
]

CALLBACK_ATTRIBUTES = "_parent_callback_ctx", "_skl_callbacks"  # left by searches, from 1.9 on
OUTPUT_CONFIG = "_sklearn_output_config"  # where `set_output` keeps what was asked for


def output_container(transformer: Any) -> str:
    """Tell what `transform` is to give: "default", "pandas" or "polars"."""
    asked = getattr(transformer, OUTPUT_CONFIG, {})
    return str(asked.get("transform", get_config()["transform_output"]))


def validate_parameters(estimator: Any) -> None:
    """Check constructor parameters against the class's ``_parameter_constraints``."""
    validate_parameter_constraints(
        estimator._parameter_constraints,
        estimator.get_params(deep=False),
        caller_name=type(estimator).__name__,
    )
