"""Columns of tables: those that every table has, and those named by the user's classes."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable
from typing import Any

__all__ = ["tell_apart"]


def tell_apart(classes: Iterable[Any], fixed: Collection[str]) -> list[Any]:
    """Name the columns of classes, so that none has the name of another column.

    Parameters
    ----------
    classes : iterable
        Labels, or names of a track's columns.
    fixed : collection of str
        The table's other columns.

    Returns
    -------
    list
        The classes; with ``_class`` behind those that are the name of another column.

    Warns
    -----
    UserWarning
        If there are any.

    Examples
    --------
    >>> from skdeepg.sequences.table_columns import tell_apart
    >>> tell_apart(["16s", 2], {"start", "end"})
    ['16s', 2]
    """
    names = list(classes)
    for i, name in enumerate(names):
        if name in fixed:
            names[i] = f"{name}_class"
            warnings.warn(
                f"The class {str(name)!r} has the name of a column that the table has anyway: its "
                f"column is named {names[i]!r}.",
                stacklevel=4,
            )
    return names
