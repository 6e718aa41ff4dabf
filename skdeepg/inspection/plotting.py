"""The way to matplotlib, which is an optional dependency."""

from __future__ import annotations

from typing import Any

__all__ = ["figure_and_axes", "import_pyplot"]


def import_pyplot(caller: str) -> Any:
    """Import ``matplotlib.pyplot``, or say how to install it."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            f'{caller} needs matplotlib, which is not installed: pip install "skdeepg[plot]"'
        ) from error
    return plt


def figure_and_axes(
    caller: str, ax: Any = None, size: tuple[float, float] | None = None
) -> tuple[Any, Any]:
    """Give the figure and axes to draw on: new ones, of a size in inches, if `ax` is None."""
    plt = import_pyplot(caller)
    if ax is None:
        _, ax = plt.subplots(figsize=size, layout="constrained")
    return ax.figure, ax
