"""Tools for those who write sequence estimators of their own."""

from skdeepg.utils.estimator_checks import check_sequence_estimator, yield_sequence_checks

__all__ = ["check_sequence_estimator", "yield_sequence_checks"]
