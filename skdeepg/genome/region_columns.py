"""Columns of `Regions`: copied and checked."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from skdeepg.exceptions import InvalidRegionsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["COLUMNS", "MISSING", "convert_column"]

COLUMNS = ("record", "start", "end", "strand", "score", "name", "kind", "file")
MISSING: dict[str, Any] = {"strand": ".", "score": np.nan, "name": "", "kind": "", "file": ""}


def convert_column(column: str, values: ArrayLike | None, n_regions: int) -> NDArray[Any]:
    """Copy a column into an array of its type, or fill it where nothing is given."""
    if values is None and column in MISSING:
        values = [MISSING[column]] * n_regions
    array = np.asarray(values, dtype=None if isinstance(values, np.ndarray) else object)
    if array.shape != (n_regions,):
        raise InvalidRegionsError(
            f"{column} has shape {array.shape}, but there are {n_regions} records; every column "
            f"needs one value a region."
        )
    if column in ("start", "end"):
        return _to_integers(column, array)
    if column == "score":
        return _to_floats(array)
    return _to_text(column, array)


def _to_integers(column: str, array: NDArray[Any]) -> NDArray[np.int64]:
    if array.dtype.kind not in "iu":
        for index, value in enumerate(array):
            if not _is_whole(value):
                raise InvalidRegionsError(
                    f"{column} of region {index} must be a whole number, found {value!r}."
                )
    return array.astype(np.int64)


def _is_whole(value: object) -> bool:
    # Tables with a missing value elsewhere in a column hold whole numbers as floats.
    return isinstance(value, Real) and float(value).is_integer()


def _to_floats(array: NDArray[Any]) -> NDArray[np.float64]:
    if array.dtype.kind not in "iuf":
        for index, value in enumerate(array):
            if not isinstance(value, Real):
                raise InvalidRegionsError(
                    f"score of region {index} must be a number, or nan for none, found {value!r}."
                )
    return array.astype(np.float64)


def _to_text(column: str, array: NDArray[Any]) -> NDArray[np.object_]:
    for index, value in enumerate(array):
        if not isinstance(value, str):
            raise InvalidRegionsError(
                f"{column} of region {index} must be a string, found {value!r}."
            )
    text = np.empty(len(array), dtype=object)
    text[:] = [str(value) for value in array]
    return text
