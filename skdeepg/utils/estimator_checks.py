"""Checks that any sequence estimator must pass, for those who write their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from skdeepg.utils.checks_of_rows import (
    check_containers,
    check_every_row_is_answered,
    check_files,
    check_invalid_rows_are_refused,
    check_letters,
    check_permuted_rows,
    check_rows_are_independent,
    check_slices_of_sequences,
)
from skdeepg.utils.checks_of_state import (
    check_classes,
    check_clone_keeps_settings,
    check_fit_changes_no_parameter,
    check_fit_leaves_data_alone,
    check_fit_returns_itself,
    check_global_state_is_left_alone,
    check_not_fitted,
    check_pickle_fitted,
    check_pickle_in_pipeline,
    check_pickle_unfitted,
    check_random_state_repeats,
    check_refit_forgets,
)

__all__ = ["check_sequence_estimator", "yield_sequence_checks"]

CHECKS: tuple[Callable[[Any], None], ...] = (
    check_global_state_is_left_alone,  # first: others may leave what it looks for
    check_fit_returns_itself,
    check_not_fitted,
    check_classes,
    check_fit_changes_no_parameter,
    check_fit_leaves_data_alone,
    check_clone_keeps_settings,
    check_random_state_repeats,
    check_refit_forgets,
    check_containers,
    check_files,
    check_letters,
    check_slices_of_sequences,
    check_every_row_is_answered,
    check_permuted_rows,
    check_rows_are_independent,
    check_invalid_rows_are_refused,
    check_pickle_unfitted,
    check_pickle_fitted,
    check_pickle_in_pipeline,
)


def yield_sequence_checks(estimator: Any) -> Iterator[partial[None]]:
    """Give the checks of a sequence estimator one by one, for pytest.

    Parameters
    ----------
    estimator : estimator
        As in `check_sequence_estimator`.

    Yields
    ------
    functools.partial
        A check to be called without arguments; its ``func`` has the name and says what is checked.

    Examples
    --------
    >>> from skdeepg import FastaWindowTransformer
    >>> from skdeepg.utils import yield_sequence_checks
    >>> for check in yield_sequence_checks(FastaWindowTransformer(window_length=12)):
    ...     check()
    >>> check.func.__name__
    'check_pickle_in_pipeline'

    In a test, each check has a line of its own:

    >>> import pytest
    >>> checks = list(yield_sequence_checks(FastaWindowTransformer(window_length=12)))
    >>> @pytest.mark.parametrize("check", checks, ids=lambda check: check.func.__name__)
    ... def test_checks(check):
    ...     check()
    """
    for check in CHECKS:
        yield partial(check, estimator)


def check_sequence_estimator(
    estimator: Any, *, expected_failed_checks: Mapping[str, str] | None = None
) -> list[str]:
    """Check that an estimator treats sequences as those of skdeepg do.

    Sequences, files and containers of every kind that `SequenceClassifier` reads give equal
    answers; each row has an answer of its own, whatever its length, letters and neighbours; the
    same `random_state` gives the same answers; clones and pickles keep everything; parameters,
    data and global state stay as they are. This comes on top of
    `sklearn.utils.estimator_checks.check_estimator`, which knows tables of numbers only.

    Parameters
    ----------
    estimator : estimator
        A classifier, which is fitted with labels; or anything else, such as a transformer or a
        language model, which is fitted without. It reads strings of DNA as sequences, and is
        cloned and fitted some 60 times: give it a tiny network, 1 epoch, and windows of at most 60
        bases.
    expected_failed_checks : dict of str to str, default=None
        Names of checks not to run, each with the reason.

    Returns
    -------
    list of str
        The names of the checks that were passed.

    Raises
    ------
    AssertionError
        If a check fails. An error that the estimator raises is passed on with the check's name.
    ValueError
        If `expected_failed_checks` names what is no check.

    See Also
    --------
    yield_sequence_checks : The checks one by one.

    Examples
    --------
    >>> from skdeepg import FastaWindowTransformer
    >>> from skdeepg.utils import check_sequence_estimator
    >>> passed = check_sequence_estimator(FastaWindowTransformer(window_length=12))
    >>> len(passed), passed[0]
    (20, 'check_global_state_is_left_alone')
    """
    skipped = expected_failed_checks or {}
    unknown = set(skipped) - {check.__name__ for check in CHECKS}
    if unknown:
        raise ValueError(f"expected_failed_checks names what is no check: {sorted(unknown)}.")
    passed = []
    for check in yield_sequence_checks(estimator):
        name = check.func.__name__
        if name in skipped:
            continue
        try:
            check()
        except Exception as error:
            error.add_note(f"in {name} of {type(estimator).__name__}")
            raise
        passed.append(name)
    return passed
