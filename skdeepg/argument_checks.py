"""Refuses arguments of methods and functions, in one sentence each, before NumPy does.

Parameters of constructors are checked as scikit-learn checks its own (`_compat`).
"""

from __future__ import annotations

import math
from collections.abc import Collection
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import Any

__all__ = [
    "check_choice",
    "check_file_name",
    "check_number",
    "check_whole",
    "is_whole",
    "not_found",
]


def is_whole(value: Any) -> bool:
    """Tell whole numbers, but not False and True."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def check_whole(name: str, value: Any, least: int = 1, unit: str = "") -> None:
    """Refuse what is no whole number, or is below the least one."""
    if not is_whole(value) or int(value) < least:
        words = f"a whole number of {unit}" if unit else "a whole number"
        raise ValueError(f"{name} must be {words}, at least {least}, not {value!r}.")


def check_number(name: str, value: Any, least: float = -math.inf, unit: str = "") -> None:
    """Refuse what is no number, nan, or below the least one."""
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not float(value) >= least:  # nan is not
        words = f"a number of {unit}" if unit else "a number"
        bound = "" if math.isinf(least) else f", at least {least:g}"
        raise ValueError(f"{name} must be {words}{bound}, not {value!r}.")


def check_choice(name: str, value: Any, allowed: Collection[Any]) -> None:
    """Refuse what is not among some words."""
    is_word = value is None or isinstance(value, str)  # an array cannot be compared
    if not is_word or value not in allowed:
        found = ", ".join(map(repr, allowed))
        raise ValueError(f"{name} must be one of {found}, not {value!r}.")


def check_file_name(name: str, value: Any) -> Path:
    """Return the path of a file that is to be written, or refuse what is none."""
    if not isinstance(value, str | PathLike):
        raise TypeError(f"{name} must be the path of a file, not {value!r}.")
    if not str(value):
        raise ValueError(f"{name} is an empty string; give the path of a file.")
    return Path(value)


def not_found(kind: str, path: str | PathLike[str]) -> FileNotFoundError:
    """Say that there is no such file or folder, and from where a relative path was looked for."""
    path = Path(path)
    where = "" if path.is_absolute() else f" in {Path.cwd()}"
    return FileNotFoundError(f"There is no {kind} {path}{where}. Check the spelling of the path.")
