"""`Attribution`: how much every base of every row contributed to an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdeepg.inspection.attribution_outputs import AttributionOutputs
from skdeepg.inspection.explained_windows import ExplainedWindows
from skdeepg.sequences.store import row_index
from skdeepg.sequences.vocabulary import get_vocabulary

__all__ = ["Attribution", "Importance"]

Importance = Literal["absolute", "observed", "sum"]


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Attribution(AttributionOutputs):
    """How much every base of every row contributed to an answer of a network.

    What `explain` gives and `read_attribution` reads.

    Parameters
    ----------
    values : array-like of float, of shape (n_rows, longest, n_symbols)
        Attribution of every symbol at every base, in the unit of what was explained; zero behind
        a row's end. Where windows overlap, the mean over the windows that see a base.
    codes : array-like of int, of shape (n_rows, longest)
        Code of the symbol observed at every base: 0 to k-1 the letters of `symbols`, k any other
        letter, k+1 behind a row's end.
    baseline : str
        What the rows were compared with, such as ``"shuffle"``.
    target : array-like of shape (n_rows,)
        What was explained in every row: a class label, a letter, or a unit's number.
    of : {"probability", "logit", "log_probability", "activation"}
        Which number of the target.
    method : str
        How: ``"integrated_gradients"``, ``"mutagenesis"``, ``"occlusion"``.
    lengths : array-like of int, of shape (n_rows,), default=None
        Bases of every row; None for all that are not padding.
    symbols : str, default="ACGT"
        The letter of every column of `values`.
    records : array-like of str, of shape (n_rows,), default=None
        Name of the record that each row is on; None for ``"row_0"``, ``"row_1"`` and so on.
    files : array-like of str, of shape (n_rows,), default=None
        The file it is in; None where that is not known.
    starts : array-like of int, of shape (n_rows,), default=None
        The first base of each row on its record, counted from 0; None for 0.
    strands : array-like of {"+", "-"}, of shape (n_rows,), default=None
        Strand that a row is read on. Values and codes of a row on ``"-"`` begin at its end on the
        record. None for ``"+"``.
    windows : ExplainedWindows, default=None
        The windows that rows were cut into; None where they are not known.
    explanation : object, default=None
        What the package alibi returned, with ``engine="alibi"``.

    Attributes
    ----------
    values : ndarray of float32, of shape (n_rows, longest, n_symbols)
        As given.
    codes : ndarray of uint8, of shape (n_rows, longest)
        As given.
    lengths, starts : ndarray of int64, of shape (n_rows,)
        As given.
    target : ndarray of shape (n_rows,)
        As given.
    records, strands : ndarray of object (str), of shape (n_rows,)
        As given.
    files : ndarray of object (str), of shape (n_rows,), or None
        As given.
    windows : ExplainedWindows
        As given.

    Raises
    ------
    ValueError
        If arrays do not fit each other.

    References
    ----------
    Sundararajan, Taly, Yan (2017), Axiomatic attribution for deep networks,
    https://doi.org/10.48550/arXiv.1703.01365

    Examples
    --------
    >>> from skdeepg.inspection import Attribution
    >>> attribution = Attribution(
    ...     values=[[[0.3, 0.0, -0.1, 0.0], [0.0, 0.2, 0.0, 0.0]]],
    ...     codes=[[0, 1]],
    ...     baseline="zero",
    ...     target=["16s"],
    ...     of="probability",
    ...     method="integrated_gradients",
    ... )
    >>> attribution
    <Attribution: 1 row(s), 2 bases, integrated_gradients of probability, baseline zero>
    >>> attribution.importance()
    array([[0.4, 0.2]], dtype=float32)
    """

    values: NDArray[np.float32]
    codes: NDArray[np.uint8]
    lengths: NDArray[np.int64]
    baseline: str
    target: NDArray[Any]
    of: str
    method: str
    symbols: str
    records: NDArray[np.object_]
    files: NDArray[np.object_] | None
    starts: NDArray[np.int64]
    strands: NDArray[np.object_]
    windows: ExplainedWindows
    explanation: Any

    def __init__(
        self,
        *,
        values: ArrayLike,
        codes: ArrayLike,
        baseline: str,
        target: ArrayLike,
        of: str,
        method: str,
        lengths: ArrayLike | None = None,
        symbols: str = "ACGT",
        records: ArrayLike | None = None,
        files: ArrayLike | None = None,
        starts: ArrayLike | None = None,
        strands: ArrayLike | None = None,
        windows: ExplainedWindows | None = None,
        explanation: Any = None,
    ) -> None:
        codes = np.asarray(codes, dtype=np.uint8)
        n_rows = len(codes)
        if lengths is None:
            lengths = (codes != len(symbols) + 1).sum(axis=-1)
        if records is None:
            records = [f"row_{i}" for i in range(n_rows)]
        given = {
            "values": np.asarray(values, dtype=np.float32),
            "codes": codes,
            "lengths": np.asarray(lengths, dtype=np.int64),
            "baseline": str(baseline),
            "target": np.asarray(target),
            "of": str(of),
            "method": str(method),
            "symbols": str(symbols),
            "records": np.asarray(records, dtype=object),
            "files": None if files is None else np.asarray(files, dtype=object),
            "starts": np.asarray(np.zeros(n_rows) if starts is None else starts, dtype=np.int64),
            "strands": np.asarray(["+"] * n_rows if strands is None else strands, dtype=object),
            "windows": ExplainedWindows._empty() if windows is None else windows,
            "explanation": explanation,
        }
        for name, value in given.items():
            object.__setattr__(self, name, value)
        self._check_shapes()
        self._check_values()

    def _check_shapes(self) -> None:
        n_rows = len(self.codes)
        if self.codes.ndim != 2 or self.values.shape != (*self.codes.shape, len(self.symbols)):
            raise ValueError(
                f"values must have the shape (n_rows, longest, {len(self.symbols)}) and codes "
                f"(n_rows, longest), found {self.values.shape} and {self.codes.shape}."
            )
        for name in ("lengths", "target", "records", "files", "starts", "strands"):
            value = getattr(self, name)
            if value is not None and value.shape != (n_rows,):
                raise ValueError(
                    f"{name} must have the shape {(n_rows,)}, one value a row, found {value.shape}."
                )

    def _check_values(self) -> None:
        get_vocabulary(self.symbols)
        if (self.codes > len(self.symbols) + 1).any():
            raise ValueError(
                f"codes must be 0 to {len(self.symbols) + 1}, found {self.codes.max()}."
            )
        if not np.isin(self.windows.rows, np.arange(len(self.codes))).all():
            raise ValueError(f"windows are of the rows 0 to {len(self.codes) - 1}.")
        longest = self.codes.shape[1]
        if ((self.lengths < 0) | (self.lengths > longest)).any():
            raise ValueError(f"lengths must be 0 to {longest}, found {self.lengths}.")
        if self.values[~self.is_base].any():
            raise ValueError("values must be zero behind the end of each row.")
        if not set(self.strands) <= {"+", "-"}:
            raise ValueError(f'strands must be "+" or "-", found {set(self.strands)}.')

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        return (
            f"<Attribution: {len(self):,} row(s), {int(self.lengths.sum()):,} bases, "
            f"{self.method} of {self.of}, baseline {self.baseline}>"
        )

    def __getitem__(self, key: Any) -> Attribution:
        """Return the rows that a mask, a slice, positions or one position select.

        Without the object of alibi, which is of all rows.
        """
        rows = row_index(key, len(self))
        longest = int(self.lengths[rows].max(initial=0))
        return Attribution(
            values=self.values[rows, :longest],
            codes=self.codes[rows, :longest],
            lengths=self.lengths[rows],
            baseline=self.baseline,
            target=self.target[rows],
            of=self.of,
            method=self.method,
            symbols=self.symbols,
            records=self.records[rows],
            files=None if self.files is None else self.files[rows],
            starts=self.starts[rows],
            strands=self.strands[rows],
            windows=self.windows._of_rows(rows),
        )

    @property
    def is_base(self) -> NDArray[np.bool_]:
        """Whether there is a base, of shape (n_rows, longest); False behind a row's end."""
        return np.asarray(np.arange(self.codes.shape[1]) < self.lengths[:, None])

    @property
    def positions(self) -> NDArray[np.int64]:
        """Place of every base on its record, of shape (n_rows, longest); -1 behind a row's end."""
        along = np.arange(self.codes.shape[1])
        forward = self.starts[:, None] + along
        backward = (self.starts + self.lengths - 1)[:, None] - along
        places = np.where((self.strands == "-")[:, None], backward, forward)
        return np.where(self.is_base, places, -1)

    @property
    def convergence_delta(self) -> NDArray[np.float64]:
        """The delta of largest absolute value over the windows of each row, of shape (n_rows,).

        Nan where windows are not known.
        """
        return self.windows._worst_deltas(len(self))

    def importance(self, kind: Importance = "absolute") -> NDArray[np.float32]:
        """Give one number a base.

        Parameters
        ----------
        kind : {"absolute", "observed", "sum"}, default="absolute"
            The sum of absolute values over all symbols, as in deepG's tutorial; the value, with
            its sign, of the symbol that is there, and 0 where that is none of `symbols`; or the sum
            over all symbols. With integrated gradients, the last one adds up, over the bases of a
            window, to the difference between its answer and that of the baseline.

        Returns
        -------
        ndarray of shape (n_rows, longest) and dtype float32
            Zero behind a row's end.

        Raises
        ------
        ValueError
            If `kind` is none of these.

        Examples
        --------
        >>> from skdeepg.inspection import Attribution
        >>> attribution = Attribution(
        ...     values=[[[0.5, -0.25]]],
        ...     codes=[[1]],
        ...     baseline="zero",
        ...     target=[0],
        ...     of="logit",
        ...     method="integrated_gradients",
        ...     symbols="AB",
        ... )
        >>> [float(attribution.importance(k)[0, 0]) for k in ("absolute", "observed", "sum")]
        [0.75, -0.25, 0.25]
        """
        if kind == "absolute":
            return np.asarray(np.abs(self.values).sum(axis=2))
        if kind == "sum":
            return np.asarray(self.values.sum(axis=2))
        if kind != "observed":
            raise ValueError(f'kind must be "absolute", "observed" or "sum", found {kind!r}.')
        is_symbol = self.codes < len(self.symbols)
        codes = np.where(is_symbol, self.codes, 0).astype(np.intp)
        observed = np.take_along_axis(self.values, codes[:, :, None], axis=2)[:, :, 0]
        return np.where(is_symbol, observed, np.float32(0))
