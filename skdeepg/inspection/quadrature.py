"""Points between a baseline and a window, and what the gradient at each of them counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["QUADRATURES", "Rule", "quadrature_rule"]


class Rule(NamedTuple):
    """Nodes from 0 to 1 and weights that add up to 1: float64, of shape (n_points,)."""

    nodes: NDArray[np.float64]
    weights: NDArray[np.float64]


@lru_cache(maxsize=32)
def quadrature_rule(name: str, n_steps: int) -> Rule:
    """Give the points of an integral from 0 to 1.

    Parameters
    ----------
    name : {"gausslegendre", "trapezoid"}
        Gauss and Legendre's rule, as in alibi; or trapezoids, as in deepG.
    n_steps : int
        Points of the first; steps of the second, which has a point more.

    Returns
    -------
    Rule
        Nodes and weights.

    Examples
    --------
    >>> quadrature_rule("trapezoid", 2)
    Rule(nodes=array([0. , 0.5, 1. ]), weights=array([0.25, 0.5 , 0.25]))
    """
    return QUADRATURES[name](n_steps)


def _gauss_legendre(n_steps: int) -> Rule:
    from scipy.special import roots_legendre

    nodes, weights = roots_legendre(n_steps)
    return Rule((nodes + 1) / 2, weights / 2)


def _trapezoid(n_steps: int) -> Rule:
    weights = np.full(n_steps + 1, 1 / n_steps)
    weights[[0, -1]] /= 2
    return Rule(np.linspace(0, 1, n_steps + 1), weights)


QUADRATURES: Final[dict[str, Callable[[int], Rule]]] = {
    "gausslegendre": _gauss_legendre,
    "trapezoid": _trapezoid,
}
