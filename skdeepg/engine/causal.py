"""Causal networks along whole records: every base in one pass, each with its context."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import tf
from skdeepg.engine.compiled import Encoder, NetworkCall, compile_function
from skdeepg.engine.progress import progress_bar
from skdeepg.sequences import Sequences
from skdeepg.sequences.collection import IntArray, RecordTable, ranges
from skdeepg.sequences.scored import ScoredBases
from skdeepg.sequences.vocabulary import Codes

__all__ = ["CausalForward", "answer_ends", "lay_pieces", "mean_of_rows", "score_records"]

PIECE_LENGTH = 16_384
BASES_PER_CALL = 131_072
# From here on compiling by XLA, which takes seconds, pays.
BASES_WORTH_XLA = 2_000_000


class CausalForward:
    """A causal network as a compiled function from codes to the outputs at every position.

    Parameters
    ----------
    model : keras.Model
        With inputs of open or fixed length.
    encode : Encoder
        From codes to its input.
    """

    def __init__(self, model: Any, encode: Encoder) -> None:
        self.fixed_length: int | None = model.inputs[0].shape[1]
        self.n_outputs: int = model.outputs[0].shape[-1]
        signature = [tf.TensorSpec([None, self.fixed_length], tf.uint8)]
        call = NetworkCall(model, encode)
        self._plain = compile_function(call, signature)
        self._fast = compile_function(call, signature, jit_compile=True)

    def __call__(self, codes: Codes, fast: bool = False) -> NDArray[np.float32]:
        """Return the outputs, of shape (n, length, n_outputs); `fast` compiles by XLA."""
        outputs: NDArray[np.float32] = (self._fast if fast else self._plain)(codes).numpy()
        return outputs


@dataclass(frozen=True)
class Pieces:
    """Pieces of records: inputs from `begin`, outputs that are wanted from `first` to `last`.

    Attributes
    ----------
    record : ndarray of shape (n_pieces,) and dtype int64
        Index into the records.
    begin, first, last : ndarray of shape (n_pieces,) and dtype int64
        Places in the record; the output at a place answers for the base after it.
    """

    record: IntArray
    begin: IntArray
    first: IntArray
    last: IntArray

    def __len__(self) -> int:
        return len(self.record)

    @property
    def length(self) -> IntArray:
        """Bases that the network reads."""
        return self.last - self.begin

    def select(self, start: int, stop: int) -> Pieces:
        """Take some of the pieces."""
        part = slice(start, stop)
        return Pieces(self.record[part], self.begin[part], self.first[part], self.last[part])


def lay_pieces(n_outputs: IntArray, context: int, piece_length: int) -> Pieces:
    """Cut records into pieces that overlap by the context, so that no base lacks its own.

    Parameters
    ----------
    n_outputs : ndarray of shape (n_records,) and dtype int64
        Outputs wanted from the start of each record on.
    context : int
        Bases before an output's own that it depends on.
    piece_length : int
        Outputs a piece, at most.

    Returns
    -------
    Pieces
        In the order of the records.
    """
    n_pieces = -(-n_outputs // piece_length)
    record = np.repeat(np.arange(len(n_outputs)), n_pieces)
    number = np.arange(len(record)) - np.repeat(np.cumsum(n_pieces) - n_pieces, n_pieces)
    first = number * piece_length
    last = np.minimum(first + piece_length, n_outputs[record])
    return Pieces(record, np.maximum(first - context, 0), first, last)


def score_records(
    forward: CausalForward, sequences: Sequences, context: int, verbose: int = 0
) -> Iterator[ScoredBases]:
    """Answer for every base of all records but the first, which has no context.

    Parameters
    ----------
    forward : CausalForward
        The network.
    sequences : Sequences
        The rows.
    context : int
        Bases before an output's own that it depends on. A network of fixed length gets as much
        context as leaves half of its length for outputs.
    verbose : int, default=0
        With 1 a progress bar.

    Yields
    ------
    ScoredBases
        The bases of some pieces, in order.
    """
    table = sequences.records()
    n_outputs = np.maximum(table.length - 1, 0)
    for record, place, outputs in run_along(forward, sequences, n_outputs, context, verbose):
        true = sequences.codes[table.start[record] + place + 1]
        yield ScoredBases(table.row[record], record, place + 1, true, outputs)


def mean_of_rows(
    forward: CausalForward, sequences: Sequences, context: int, n_features: int, verbose: int = 0
) -> NDArray[np.float32]:
    """Average the outputs at all bases of each row, of shape (n_rows, n_features)."""
    table = sequences.records()
    sums = np.zeros((len(sequences), n_features))
    for record, _, outputs in run_along(forward, sequences, table.length, context, verbose):
        rows, first = np.unique(table.row[record], return_index=True)
        sums[rows] += np.add.reduceat(outputs, first, axis=0, dtype=np.float64)
    return (sums / sequences.lengths[:, np.newaxis]).astype(np.float32)


def run_along(
    forward: CausalForward, sequences: Sequences, n_outputs: IntArray, context: int, verbose: int
) -> Iterator[tuple[IntArray, IntArray, NDArray[np.float32]]]:
    """Give the outputs at the first bases of each record, piece by piece.

    Parameters
    ----------
    forward : CausalForward
        The network.
    sequences : Sequences
        The rows.
    n_outputs : ndarray of shape (n_records,) and dtype int64
        Bases of each record whose outputs are wanted.
    context : int
        Bases before an output's own that it depends on.
    verbose : int
        With 1 a progress bar.

    Yields
    ------
    record, place : ndarray of shape (n_bases,) and dtype int64
        Where the outputs are: index into the records, place in the record.
    outputs : ndarray of shape (n_bases, n_outputs) and dtype float32
        What the network says there.
    """
    table = sequences.records()
    context, piece_length = _sizes(context, forward.fixed_length)
    pieces = lay_pieces(n_outputs, context, piece_length)
    shape = _constant_shape(pieces, n_outputs.sum()) if forward.fixed_length is None else None
    bar = progress_bar("Bases", int(n_outputs.sum()), "base", verbose, delay=1)
    with bar:
        for part in _calls(pieces, shape, forward.fixed_length):
            codes = _cut(part, sequences, table, shape, forward.fixed_length)
            outputs = forward(codes, fast=shape is not None)
            counts = part.last - part.first
            wanted = zip(part.first - part.begin, part.length, strict=True)
            yield (
                np.repeat(part.record, counts),
                ranges(part.first, counts),
                np.concatenate([outputs[i, a:b] for i, (a, b) in enumerate(wanted)]),
            )
            bar.update(int(counts.sum()))


def _sizes(context: int, fixed_length: int | None) -> tuple[int, int]:
    """Return the bases of context and of outputs of a piece."""
    if fixed_length is None:
        return context, max(PIECE_LENGTH, 16 * context)
    context = min(context, fixed_length // 2)
    return context, fixed_length - context


def _constant_shape(pieces: Pieces, n_bases: int) -> tuple[int, int] | None:
    """Give all calls one shape, so that XLA compiles once, where that pays."""
    if n_bases < BASES_WORTH_XLA:
        return None
    longest = int(pieces.length.max())
    n_rows = max(BASES_PER_CALL // longest, 1)
    computed = -(-len(pieces) // n_rows) * n_rows * longest
    return (n_rows, longest) if computed < 1.5 * n_bases else None


def _calls(
    pieces: Pieces, shape: tuple[int, int] | None, fixed_length: int | None
) -> Iterator[Pieces]:
    """Share pieces out to calls of about equal work."""
    lengths = pieces.length if fixed_length is None else np.full(len(pieces), fixed_length)
    start = longest = 0
    for number, length in enumerate(lengths.tolist()):
        longest = max(longest, length)
        n_rows = shape[0] if shape else BASES_PER_CALL // longest
        if number > start and number - start >= n_rows:
            yield pieces.select(start, number)
            start, longest = number, length
    if len(pieces):
        yield pieces.select(start, len(pieces))


def _cut(
    pieces: Pieces,
    sequences: Sequences,
    table: RecordTable,
    shape: tuple[int, int] | None,
    fixed_length: int | None,
) -> Codes:
    """Cut the inputs of pieces, padded on the right, where no output depends on it."""
    n_rows, longest = shape or (len(pieces), fixed_length or int(pieces.length.max()))
    codes = np.full((n_rows, longest), sequences.vocabulary.padding_code, dtype=np.uint8)
    start = table.start[pieces.record]
    for i, (a, b) in enumerate(zip(start + pieces.begin, start + pieces.last, strict=True)):
        codes[i, : b - a] = sequences.codes[a:b]
    return codes


def answer_ends(forward: CausalForward, codes: Codes, length: IntArray) -> NDArray[np.float32]:
    """Answer for the base after each row.

    Parameters
    ----------
    forward : CausalForward
        The network.
    codes : ndarray of shape (n_rows, width) and dtype uint8
        Rows, padded on the right.
    length : ndarray of shape (n_rows,) and dtype int64
        Bases of each row, at least 1.

    Returns
    -------
    ndarray of shape (n_rows, n_outputs) and dtype float32
        The outputs at the last base of each row.
    """
    answers = [np.zeros((0, forward.n_outputs), dtype=np.float32)]
    step = max(BASES_PER_CALL // codes.shape[1], 1)
    for start in range(0, len(codes), step):
        part = slice(start, start + step)
        outputs = forward(codes[part])
        answers.append(outputs[np.arange(len(outputs)), length[part] - 1])
    return np.concatenate(answers)
