"""Sequences under any series of operations hold what lists of strings hold."""

from __future__ import annotations

import copy
import pickle
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule

from skdeepg.sequences import Sequences, Vocabulary, concatenate_sequences, read_sequences
from tests.machines import EXAMPLES, chosen_positions, keys_of_rows, run_machine

DNA = Vocabulary("ACGT")
LETTERS = st.text("ACGTacgtuNRY-", min_size=1, max_size=12)
FILES = st.lists(LETTERS, min_size=1, max_size=4)
MOST_ROWS = 40


@dataclass(frozen=True)
class Record:
    """A record as it must come out: its name, its file and its letters."""

    name: str
    file: str
    letters: str


@dataclass(frozen=True)
class Row:
    """A row as it must come out: its name and records."""

    name: str
    records: tuple[Record, ...]

    @property
    def letters(self) -> str:
        return "".join(record.letters for record in self.records)


def as_read(text: str) -> str:
    """Letters in the only spelling that `Sequences` give back."""
    plain = text.upper().replace("U", "T")
    return "".join(letter if letter in "ACGT" else "N" for letter in plain)


def other_strand(text: str) -> str:
    return text[::-1].translate(str.maketrans("ACGT", "TGCA"))


def check(found: Sequences, rows: list[Row]) -> None:
    """Compare all that a collection tells with plain rows."""
    records = [record for row in rows for record in row.records]
    assert found.shape == (len(found),) == (len(rows),)
    assert found.names.tolist() == [row.name for row in rows]
    assert found.lengths.tolist() == [len(row.letters) for row in rows]
    assert [found.sequence(i) for i in range(len(rows))] == [row.letters for row in rows]
    assert [one.sequence(0) for one in found] == [row.letters for row in rows]
    assert (found.n_records, found.n_bases) == (len(records), sum(found.lengths))
    frame = found.to_frame()
    assert frame["row"].tolist() == [i for i, row in enumerate(rows) for _ in row.records]
    assert frame["record"].tolist() == [record.name for record in records]
    assert frame["file"].tolist() == [record.file for record in records]
    assert frame["length"].tolist() == [len(record.letters) for record in records]
    table = found.records()
    stretches = zip(table.start, table.end, strict=True)
    assert [DNA.decode(found.codes[start:end]) for start, end in stretches] == [
        record.letters for record in records
    ]
    counted = Counter("".join(row.letters for row in rows))
    assert found.count_letters().tolist() == [counted[letter] for letter in "ACGT"]
    assert found.digest() == read_sequences([record.letters for record in records]).digest()
    assert not found.codes.flags.writeable


class SequencesMachine(RuleBasedStateMachine):
    """Makes collections, and others of them; none may change the ones that were there."""

    collections = Bundle("collections")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.known: list[tuple[Sequences, list[Row]]] = []
        self.n_files = 0

    def teardown(self) -> None:
        try:
            for found, rows in self.known:
                check(found, rows)
        finally:
            self.known.clear()  # maps into files of the folder
            shutil.rmtree(self.folder)

    def keep(self, found: Sequences, rows: list[Row]) -> tuple[Sequences, list[Row]]:
        check(found, rows)
        self.known.append((found, rows))
        return found, rows

    def write(self, texts: list[str]) -> tuple[Path, Row]:
        """Write a file of records r0, r1 and so on."""
        self.n_files += 1
        path = self.folder / f"file{self.n_files}.fasta"
        path.write_text("".join(f">r{i} of it\n{text}\n" for i, text in enumerate(texts)))
        records = (Record(f"r{i}", str(path), as_read(text)) for i, text in enumerate(texts))
        return path, Row(path.name, tuple(records))

    @initialize(target=collections, texts=st.lists(LETTERS, max_size=6))
    def begin(self, texts):
        return self.read_strings(texts)

    @rule(target=collections, texts=st.lists(LETTERS, max_size=6))
    def read_strings(self, texts):
        rows = [Row(str(i), (Record(str(i), "", as_read(t)),)) for i, t in enumerate(texts)]
        return self.keep(read_sequences(texts), rows)

    @rule(
        target=collections,
        items=st.lists(LETTERS | FILES, min_size=1, max_size=4),
        by=st.sampled_from(["file", "record"]),
        mapped=st.booleans(),
    )
    def read_files_and_strings(self, items, by, mapped):
        given, rows = [], []
        for i, item in enumerate(items):
            if isinstance(item, str):
                given.append(item)
                rows.append(Row(str(i), (Record(str(i), "", as_read(item)),)))
                continue
            path, row = self.write(item)
            given.append(path)
            rows += [row] if by == "file" else [Row(r.name, (r,)) for r in row.records]
        memory = self.folder / "cache" if mapped else None
        return self.keep(read_sequences(given, by=by, memory=memory), rows)

    @rule(target=collections, source=collections, data=st.data(), ellipsis=st.booleans())
    def choose(self, source, data, ellipsis):
        found, rows = source
        key = data.draw(keys_of_rows(len(rows)))
        chosen = [rows[i] for i in chosen_positions(key, len(rows))]
        return self.keep(found[(key, ...) if ellipsis else key], chosen)

    @rule(target=collections, sources=st.lists(collections, min_size=1, max_size=3))
    def concatenate(self, sources):
        rows = [row for _, part in sources for row in part]
        if len(rows) > MOST_ROWS:
            return multiple()
        return self.keep(concatenate_sequences([found for found, _ in sources]), rows)

    @rule(target=collections, source=collections)
    def split_into_records(self, source):
        found, rows = source
        parts = [Row(record.name, (record,)) for row in rows for record in row.records]
        if len(parts) > MOST_ROWS:
            return multiple()
        return self.keep(found.by_record(), parts)

    @rule(target=collections, source=collections)
    def turn_to_the_other_strand(self, source):
        found, rows = source
        turned = [
            Row(
                row.name,
                tuple(Record(r.name, r.file, other_strand(r.letters)) for r in row.records),
            )
            for row in rows
        ]
        return self.keep(found.reverse_complement(), turned)

    @rule(
        target=collections,
        source=collections,
        again=st.sampled_from([copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]),
    )
    def copy(self, source, again):
        found, rows = source
        return self.keep(again(found), rows)

    @rule(one=collections, other=collections)
    def compare_digests(self, one, other):
        letters = [[r.letters for row in rows for r in row.records] for _, rows in (one, other)]
        same = one[0].digest() == other[0].digest()
        assert same == (letters[0] == letters[1])


@pytest.mark.parametrize("examples", EXAMPLES)
def test_any_series_of_operations(examples):
    run_machine(SequencesMachine, examples)
