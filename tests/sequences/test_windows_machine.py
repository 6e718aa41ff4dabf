"""Windows under any series of operations are what plain slicing of strings gives."""

from __future__ import annotations

import math
import pickle
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule

from skdeepg.exceptions import LostDataWarning
from skdeepg.sequences import FastaWindowTransformer, SequenceWindows, Vocabulary, cut_windows
from skdeepg.sequences.grid import WindowGrid
from tests.machines import EXAMPLES, chosen_positions, keys_of_rows, run_machine

DNA = Vocabulary("ACGT")
# a row: records of letters; N is rare, so that windows without it are not
RECORDS = st.text("AACCGGTTN", min_size=1, max_size=24)
ROWS = st.lists(st.lists(RECORDS, min_size=1, max_size=3), min_size=1, max_size=5)
MOST_ROWS = 15

Row = list[str]
Place = tuple[int, int, int]  # row, record within it, start within that


def other_strand(text: str) -> str:
    return text[::-1].translate(str.maketrans("ACGT", "TGCA"))


def starts_of(length: int, window_length: int, stride: int, anchored: bool) -> list[int]:
    """Where windows start on a stretch, the last one at its end if that is asked for."""
    starts = list(range(0, length - window_length + 1, stride))
    if anchored and starts and starts[-1] < length - window_length:
        starts.append(length - window_length)
    return starts


@dataclass(frozen=True)
class Model:
    """Rows of strings, and how they are to be cut."""

    rows: list[Row]
    window_length: int
    stride: int
    tail: str
    short: str
    ambiguous: str
    random_offset: bool

    def prediction(self) -> list[Place]:
        """Every window; a row of which nothing is left is asked by its first record."""
        found = []
        for i, row in enumerate(self.rows):
            places = [
                (i, k, start) for k, text in enumerate(row) for start in self._plain_starts(text)
            ]
            found += places or [(i, 0, 0)]
        return found

    def training(self) -> list[Place]:
        """The windows of training: with "drop" those without N."""
        return [
            (i, k, start)
            for i, row in enumerate(self.rows)
            for k, text in enumerate(row)
            for start in self._training_starts(text)
        ]

    def _plain_starts(self, text: str) -> list[int]:
        if len(text) < self.window_length:
            return [] if self.short == "drop" else [0]
        return starts_of(len(text), self.window_length, self.stride, self.tail == "anchor")

    def _training_starts(self, text: str) -> list[int]:
        if self.ambiguous != "drop" or "N" not in text:
            return self._plain_starts(text)
        if len(text) < self.window_length:
            return []
        return self._clean_starts(text) if self.random_offset else self._starts_in_stride(text)

    def _clean_starts(self, text: str) -> list[int]:
        """Cut each stretch without N for itself; a tail is one at the record's end only."""
        found, begin = [], 0
        for piece in text.split("N"):
            anchored = self.tail == "anchor" and begin + len(piece) == len(text)
            starts = starts_of(len(piece), self.window_length, self.stride, anchored)
            found += [begin + start for start in starts]
            begin += len(piece) + 1
        return found

    def _starts_in_stride(self, text: str) -> list[int]:
        """Walk on by a stride behind a window, and by a base where there is an N."""
        found, start, last = [], 0, len(text) - self.window_length
        while start <= last:
            if "N" in text[start : start + self.window_length]:
                start += 1
            else:
                found.append(start)
                start += self.stride
        anchored = self.tail == "anchor" and found and "N" not in text[found[-1] :]
        return [*found, last] if anchored and found[-1] < last else found

    def end(self, place: Place) -> int:
        """Where a window ends on its record: at its end, if that is shorter."""
        row, record, start = place
        return min(start + self.window_length, len(self.rows[row][record]))

    def text(self, place: Place, reverse: bool = False) -> str:
        """The letters of a window, of either strand."""
        row, record, start = place
        text, length = self.rows[row][record], self.window_length
        if len(text) >= length:
            window = text[start : start + length]
            return other_strand(window) if reverse else window
        text = other_strand(text) if reverse else text
        if self.short == "repeat":
            return (text * length)[:length]
        return text.rjust(length, "_")


def gathered(
    windows: SequenceWindows, grid: WindowGrid, index: list[int], reverse: list[bool] | None = None
) -> list[str]:
    """Cut some windows of a grid, as batches are cut."""
    numbers = np.array(index, dtype=np.int64)
    run = grid.run_of(numbers)
    flipped = None if reverse is None else np.array(reverse, dtype=bool)
    codes = windows._gatherer_of(grid).gather(run, grid.starts(numbers, run), flipped)
    return [DNA.decode(window) for window in codes]


def check(windows: SequenceWindows, model: Model) -> None:
    """Compare all that windows tell with plain slices."""
    places, rows = model.prediction(), range(len(model.rows))
    assert windows.shape == (len(windows),) == (len(model.rows),)
    assert windows.n_windows == len(places)
    assert windows.groups.tolist() == [row for row, _, _ in places]
    assert [DNA.decode(codes) for codes in windows.to_array()] == [model.text(p) for p in places]
    frame = windows.coordinates()
    assert frame["row"].tolist() == [row for row, _, _ in places]
    assert frame["start"].tolist() == [start for _, _, start in places]
    assert frame["end"].tolist() == [model.end(place) for place in places]
    plain = replace(model, ambiguous="zero").training()
    answered = {row for row, _, _ in plain}
    assert windows._padded_rows().tolist() == [row for row in rows if row not in answered]
    training, grid = model.training(), windows._training_grid()
    assert gathered(windows, grid, list(range(grid.n_windows))) == [model.text(p) for p in training]
    counts = [sum(place[0] == row for place in training) for row in rows]
    assert grid.windows_per_row.tolist() == counts


class WindowsMachine(RuleBasedStateMachine):
    """Cuts rows, and makes others of them; none may change the ones that were there."""

    cuts = Bundle("cuts")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.known: list[tuple[SequenceWindows, Model]] = []
        self.n_files = 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder)
        for windows, model in self.known:
            check(windows, model)

    def keep(self, windows: SequenceWindows, model: Model) -> tuple[SequenceWindows, Model]:
        check(windows, model)
        self.known.append((windows, model))
        return windows, model

    def given(self, rows: list[Row]) -> list[str | Path]:
        """Rows of one record as strings, others as files."""
        return [row[0] if len(row) == 1 else self.write(row) for row in rows]

    def write(self, row: Row) -> Path:
        self.n_files += 1
        path = self.folder / f"{self.n_files}.fasta"
        path.write_text("".join(f">r{i}\n{text}\n" for i, text in enumerate(row)))
        return path

    @rule(
        target=cuts,
        rows=ROWS,
        window_length=st.integers(1, 10),
        stride=st.none() | st.integers(1, 14),
        tail=st.sampled_from(["anchor", "drop"]),
        short=st.sampled_from(["pad", "repeat", "drop"]),
        ambiguous=st.sampled_from(["zero", "drop", "drop"]),
        random_offset=st.booleans(),
    )
    def cut(self, rows, window_length, stride, tail, short, ambiguous, random_offset):
        settings = {"tail": tail, "short": short, "ambiguous": ambiguous}
        settings |= {"window_length": window_length, "random_offset": random_offset}
        transformer = FastaWindowTransformer(stride=stride, **settings)
        model = Model(rows, stride=stride or window_length, **settings)
        return self.keep(transformer.fit_transform(self.given(rows)), model)

    @rule(target=cuts, source=cuts, rows=ROWS)
    def cut_others_alike(self, source, rows):
        windows, model = source
        transformer = FastaWindowTransformer._from_cut(windows.cut, windows.vocabulary)
        return self.keep(transformer.transform(self.given(rows)), replace(model, rows=rows))

    @rule(target=cuts, source=cuts, window_length=st.integers(1, 10), stride=st.integers(1, 14))
    def cut_the_same_rows_otherwise(self, source, window_length, stride):
        windows, model = source
        changed = {"window_length": window_length, "stride": stride}
        cut = replace(windows.cut, **changed)
        transformer = FastaWindowTransformer._from_cut(cut, windows.vocabulary)
        return self.keep(transformer.transform(windows), replace(model, **changed))

    @rule(target=cuts, source=cuts, data=st.data())
    def choose(self, source, data):
        windows, model = source
        key = data.draw(keys_of_rows(len(windows)))
        chosen = chosen_positions(key, len(windows))[:MOST_ROWS]
        selected = windows[key][:MOST_ROWS]
        return self.keep(selected, replace(model, rows=[model.rows[i] for i in chosen]))

    @rule(target=cuts, source=cuts)
    def turn_to_the_other_strand(self, source):
        windows, model = source
        rows = [[other_strand(text) for text in row] for row in model.rows]
        return self.keep(windows.reverse_complement(), replace(model, rows=rows))

    @rule(target=cuts, source=cuts)
    def pickle(self, source):
        windows, model = source
        return self.keep(pickle.loads(pickle.dumps(windows)), model)

    @rule(source=cuts, data=st.data())
    def cut_a_batch_of_either_strand(self, source, data):
        windows, model = source
        places = model.prediction()
        drawn = st.tuples(st.integers(0, len(places) - 1), st.booleans())
        batch = data.draw(st.lists(drawn, max_size=12)) if places else []
        index, reverse = [i for i, _ in batch], [flip for _, flip in batch]
        expected = [model.text(places[i], flip) for i, flip in batch]
        assert gathered(windows, windows.grid(), index, reverse) == expected

    @rule(source=cuts, share=st.floats(0, 1, exclude_max=True))
    def draw_starts_anew(self, source, share):
        """A drawn window lies on its record and, with "drop", has no N."""
        windows, model = source
        grid = windows._training_grid()
        index = np.arange(grid.n_windows)
        run = grid.run_of(index)
        starts = grid.drawn_starts(index, run, np.full(len(index), share))
        texts = [DNA.decode(codes) for codes in windows._gatherer_of(grid).gather(run, starts)]
        for (row, record, _), text in zip(model.training(), texts, strict=True):
            whole = model.rows[row][record]
            place = (row, record, max(whole.find(text), 0))
            assert text == model.text(place)
            assert model.ambiguous != "drop" or "N" not in text

    @rule(
        source=cuts,
        max_windows=st.none() | st.integers(1, 4),
        proportion=st.none() | st.sampled_from([0.01, 0.3, 0.5, 1.0]),
        seed=st.integers(0, 9),
    )
    def cut_some_into_an_array(self, source, max_windows, proportion, seed):
        windows, model = source
        cut = replace(windows.cut, max_windows=max_windows, proportion=proportion)
        transformer = FastaWindowTransformer._from_cut(cut, windows.vocabulary)
        transformer.set_params(random_state=seed)
        # an array has no random offsets
        rows = [replace(model, rows=[row], random_offset=False).training() for row in model.rows]
        if not any(rows):
            with pytest.raises(ValueError, match="No window is left"):
                cut_windows(windows, windows=transformer)
            return
        if not all(rows):
            with pytest.warns(LostDataWarning, match="rows give no window"):
                codes, _, groups = cut_windows(windows, windows=transformer)
        else:
            codes, _, groups = cut_windows(windows, windows=transformer)
        for i, places in enumerate(rows):
            own = [DNA.decode(window) for window in codes[groups == i]]
            most = math.ceil(len(places) * (proportion or 1))
            assert len(own) == min(most, max_windows or most)
            left = [replace(model, rows=[model.rows[i]]).text(place) for place in places]
            for text in own:  # in order, each place once
                assert text in left
                del left[: left.index(text) + 1]


@pytest.mark.parametrize("examples", EXAMPLES)
def test_any_series_of_operations(examples):
    run_machine(WindowsMachine, examples)
