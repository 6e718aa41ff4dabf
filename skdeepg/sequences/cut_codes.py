"""`CutCodes`: an array of windows that knows which row each of them was cut from."""

from __future__ import annotations

import uuid
import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.vocabulary import Codes

__all__ = ["CutCodes", "Origin", "origin_of", "with_origin"]


@dataclass(frozen=True)
class Origin:
    """Which windows of one call of `cut_windows` the rows of an array are.

    Attributes
    ----------
    source : bytes
        Another one for each call.
    row_of_window : ndarray of shape (n_all_windows,) and an unsigned dtype
        The row of each window of the call; all selections share it.
    windows : ndarray of shape (n_windows,) and an unsigned dtype
        The windows that are meant.
    """

    source: bytes
    row_of_window: NDArray[np.unsignedinteger[Any]]
    windows: NDArray[np.unsignedinteger[Any]]

    @classmethod
    def of_rows(cls, groups: IntArray) -> Origin:
        """Describe all windows of a call.

        Parameters
        ----------
        groups : ndarray of shape (n_windows,)
            The row of each window.

        Returns
        -------
        Origin
            Of a source of its own.
        """
        dtype = np.min_scalar_type(len(groups))
        windows = np.arange(len(groups), dtype=dtype)
        return cls(uuid.uuid4().bytes, groups.astype(dtype), windows)

    @property
    def n_rows(self) -> int:
        """The number of rows that the call has cut windows from."""
        return len(np.unique(self.row_of_window))


class CutCodes(np.ndarray[Any, np.dtype[np.uint8]]):
    """A 2-D array of codes with a memory of where its windows are from.

    An array like any other. Selections of rows, copies and pickles keep the memory; what else is
    made of it has none, and the memory is lost when the codes are changed in place.
    """

    _origin: Origin | None = None
    _plain: Codes | None = None
    _checksum: int = 0

    def __getitem__(self, key: Any) -> Any:
        found = _as_plain(self)[key]
        origin = origin_of(self) if _selects_rows(key) else None
        if origin is None:
            return found
        rows = key[0] if isinstance(key, tuple) else key
        return with_origin(found, replace(origin, windows=origin.windows[rows]))

    def copy(self, order: Any = "C") -> CutCodes:
        """Copy the codes; the memory goes with them."""
        return with_origin(_as_plain(self).copy(order), origin_of(self))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        out = options.get("out", ())
        if out:
            options["out"] = tuple(map(_as_plain, out))
        result = getattr(ufunc, method)(*map(_as_plain, inputs), **options)
        if not out:
            return result
        return out[0] if len(out) == 1 else out

    def __repr__(self) -> str:
        return repr(_as_plain(self))

    def __reduce__(self) -> Any:
        # joblib puts large arrays into shared memory, but only plain ones, by their identity
        return with_origin, (self._plain if self._is_as_cut() else _as_plain(self), origin_of(self))

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.__reduce__()

    def _is_as_cut(self) -> bool:
        """Tell whether the shape is that of the memory, and rows have not changed places."""
        plain = self._plain
        return (
            plain is not None
            and plain.__array_interface__ == self.__array_interface__
            and _checksum(plain) == self._checksum
        )


def with_origin(codes: Codes, origin: Origin | None) -> CutCodes:
    """Give codes a memory, without copying them.

    Parameters
    ----------
    codes : ndarray of shape (n_windows, window_length)
        The codes.
    origin : Origin or None
        Where they are from.

    Returns
    -------
    CutCodes
        A view of them.
    """
    plain = np.asarray(codes)
    cut = plain.view(CutCodes)
    cut._origin, cut._plain, cut._checksum = origin, plain, _checksum(plain)
    return cut


def origin_of(X: Any) -> Origin | None:
    """Tell where windows are from, if that is known.

    Parameters
    ----------
    X : object
        Anything.

    Returns
    -------
    Origin or None
        None for what `cut_windows` has not made, and where the memory was lost on the way.
    """
    return X._origin if isinstance(X, CutCodes) and X._is_as_cut() else None


def _as_plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, CutCodes) else value


def _checksum(codes: Codes, n_windows: int = 32) -> int:
    """Sum up some windows, which tells whether an array has been shuffled or sorted in place."""
    step = max(1, len(codes) // n_windows)
    return zlib.crc32(codes[::step].tobytes())


def _selects_rows(key: Any) -> bool:
    """Tell keys of rows, and ``X[key, ...]`` as scikit-learn writes it, from all others."""
    if isinstance(key, tuple):
        return len(key) == 2 and key[1] is Ellipsis and _selects_rows(key[0])
    return isinstance(key, slice) or np.ndim(key) == 1
