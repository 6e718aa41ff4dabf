"""Checks of a specification's arguments; each error says what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from numbers import Integral, Real
from typing import Any

__all__ = [
    "check_choice",
    "check_flags",
    "check_share",
    "integers",
    "is_count",
    "one_per_layer",
    "shares",
]


def integers(name: str, value: object) -> tuple[int, ...]:
    """Read the sizes of a stack of layers: None (no layer), an integer, or one a layer.

    Parameters
    ----------
    name : str
        The parameter's name, for the error.
    value : None, int or iterable of int
        What the user gave.

    Returns
    -------
    tuple of int
        One value a layer, each at least 1.

    Raises
    ------
    ValueError
        If a value is not an integer of at least 1.

    Examples
    --------
    >>> from skdeepg.networks.arguments import integers
    >>> integers("lstm_units", 32), integers("lstm_units", None), integers("filters", [8, 16])
    ((32,), (), (8, 16))
    """
    if value is None:
        return ()
    values = _as_tuple(value)
    if not all(is_count(size) for size in values):
        raise ValueError(
            f"{name}={value!r} must be an integer of at least 1, or a tuple of such integers, one "
            f"a layer."
        )
    return tuple(int(size) for size in values)


def one_per_layer(name: str, value: object, n_layers: int, layers: str) -> tuple[int, ...]:
    """Read an integer that holds for all layers, or one a layer.

    Parameters
    ----------
    name : str
        The parameter's name, for the error.
    value : int or iterable of int
        What the user gave.
    n_layers : int
        How many layers there are.
    layers : str
        The parameter that sets this number, for the error.

    Returns
    -------
    tuple of int
        `n_layers` values.

    Raises
    ------
    ValueError
        If a value is not an integer of at least 1, or their number is another.

    Examples
    --------
    >>> from skdeepg.networks.arguments import one_per_layer
    >>> one_per_layer("kernel_size", 12, 3, "filters")
    (12, 12, 12)
    """
    values = integers(name, value)
    if is_count(value):
        return values * n_layers
    if len(values) != n_layers:
        raise ValueError(_wrong_number(name, value, len(values), n_layers, layers))
    return values


def shares(name: str, value: object, n_layers: int, layers: str) -> tuple[float, ...]:
    """Read a dropout rate that holds for all layers, or one a layer.

    Parameters
    ----------
    name : str
        The parameter's name, for the error.
    value : float or iterable of float
        What the user gave.
    n_layers : int
        How many layers there are.
    layers : str
        The parameter that sets this number, for the error.

    Returns
    -------
    tuple of float
        `n_layers` values, at least 0 and below 1.

    Raises
    ------
    ValueError
        If a value is not such a number, or their number is another.

    Examples
    --------
    >>> from skdeepg.networks.arguments import shares
    >>> shares("dropout", 0.2, 2, "lstm_units")
    (0.2, 0.2)
    """
    values = _as_tuple(value)
    if not all(_is_share(rate) for rate in values):
        raise ValueError(
            f"{name}={value!r} must be a number from 0 to below 1, the share of units dropped, or "
            f"a tuple of such numbers, one a layer."
        )
    if isinstance(value, Real):
        return (float(value),) * n_layers
    if len(values) != n_layers:
        raise ValueError(_wrong_number(name, value, len(values), n_layers, layers))
    return tuple(float(rate) for rate in values)


def is_count(value: object) -> bool:
    """Tell whether a value is an integer of at least 1.

    Parameters
    ----------
    value : object
        What the user gave.

    Returns
    -------
    bool
        False also for True, which Python counts among the integers.

    Examples
    --------
    >>> from skdeepg.networks.arguments import is_count
    >>> is_count(3), is_count(0), is_count(3.0), is_count(True)
    (True, False, False, False)
    """
    return not isinstance(value, bool) and isinstance(value, Integral) and int(value) >= 1


def check_share(name: str, value: object) -> None:
    """Check that a value is a number from 0 to below 1.

    Parameters
    ----------
    name : str
        The parameter's name, for the error.
    value : object
        What the user gave.

    Raises
    ------
    ValueError
        If it is not.

    Examples
    --------
    >>> from skdeepg.networks.arguments import check_share
    >>> check_share("dense_dropout", 0.5)
    """
    if not _is_share(value):
        raise ValueError(f"{name}={value!r} must be a number from 0 to below 1.")


def check_choice(name: str, value: object, choices: Collection[object]) -> None:
    """Check that a value is one of those allowed.

    Parameters
    ----------
    name : str
        The parameter's name, for the error.
    value : object
        What the user gave.
    choices : collection
        The values allowed.

    Raises
    ------
    ValueError
        If it is none of them.

    Examples
    --------
    >>> from skdeepg.networks.arguments import check_choice
    >>> check_choice("padding", "same", ("same", "valid"))
    """
    if value not in choices:
        allowed = ", ".join(map(repr, choices))
        raise ValueError(f"{name}={value!r} must be one of {allowed}.")


def check_flags(**flags: object) -> None:
    """Check that values are True or False.

    Parameters
    ----------
    **flags : object
        The values by their parameters' names.

    Raises
    ------
    ValueError
        If one is neither.

    Examples
    --------
    >>> from skdeepg.networks.arguments import check_flags
    >>> check_flags(use_bias=True, residual=False)
    """
    for name, value in flags.items():
        # np.bool_ compares equal and comes out of NumPy parameter grids.
        check_choice(name, value, (True, False))


def _as_tuple(value: object) -> tuple[Any, ...]:
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return tuple(value)
    return (value,)


def _is_share(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and 0 <= float(value) < 1


def _wrong_number(name: str, value: object, found: int, wanted: int, layers: str) -> str:
    return (
        f"{name}={value!r} has {found} value(s), but {layers} asks for {wanted} layer(s); give one "
        f"value for all layers, or {wanted} values."
    )
