"""Regions under any series of operations hold what a list of tuples holds."""

from __future__ import annotations

import math
import pickle
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, multiple, rule

from skdeepg.exceptions import InvalidRegionsError
from skdeepg.genome import RecordLengths, Regions, read_bed, read_gff3
from tests.machines import EXAMPLES, chosen_positions, keys_of_rows, run_machine

MOST_REGIONS = 40
LENGTH = 60  # of every record that is known


class Region(NamedTuple):
    """A region as it must come out, in the order of the columns."""

    record: str
    start: int
    end: int
    strand: str
    score: float
    name: str
    kind: str
    file: str


NAMES = st.sampled_from(
    ["", "16S", "a b", "ü;=&,%41", "#x", "track", ".", "x\ty", " y ", "\ufeffz"]
)
SCORES = st.sampled_from([math.nan, 0.0, -1.5, 0.1 + 0.2, 1e300, math.inf, -math.inf])


@st.composite
def regions(draw):
    start = draw(st.integers(0, LENGTH - 1))
    return Region(
        record=draw(st.sampled_from(["chr", "chr 2", "plasmid"]) | NAMES),
        start=start,
        end=draw(st.integers(start + 1, LENGTH)),
        strand=draw(st.sampled_from("+-.")),
        score=draw(SCORES),
        name=draw(NAMES),
        kind=draw(NAMES),
        file=draw(st.sampled_from(["", "a.fasta", "folder/a.fasta", "b.fasta"])),
    )


LISTS = st.lists(regions(), max_size=6)


def made(rows: list[Region], **known) -> Regions:
    return Regions(*zip(*rows, strict=True), **known) if rows else Regions([], [], [], **known)


def shown(rows: list[Region]) -> list[str]:
    """As text, in which nan equals nan."""
    return [repr(tuple(row)) for row in rows]


def rows_of(found: Regions) -> list[Region]:
    columns = [getattr(found, column).tolist() for column in Region._fields]
    return [Region(*values) for values in zip(*columns, strict=True)]


def check(found: Regions, rows: list[Region]) -> None:
    """Compare all that regions tell with plain rows."""
    assert len(found) == len(rows)
    assert shown(rows_of(found)) == shown(rows)
    frame = found.to_frame()
    assert tuple(frame.columns) == Region._fields
    assert shown(rows_of(Regions.from_frame(frame))) == shown(rows)
    n_bases = sum(row.end - row.start for row in rows)
    n_records = len({row.record for row in rows})
    assert repr(found) == f"<Regions: {len(rows)} on {n_records} record(s), {n_bases} bases>"
    assert not any(getattr(found, column).flags.writeable for column in Region._fields)


def may_be_one_place(one: Region, other: Region) -> bool:
    """Whether two regions are on the same record, as far as their files tell."""
    files = {Path(row.file).name for row in (one, other) if row.file}
    return one.record == other.record and len(files) < 2


def shared_bases(one: Region, other: Region, margin: int = 0) -> int:
    start = max(one.start, other.start - margin)
    return max(min(one.end, other.end + margin) - start, 0)


def shared_part(one: Region, other: Region) -> float:
    """The smaller share of both lengths that two regions have in common."""
    if not may_be_one_place(one, other):
        return 0.0
    return shared_bases(one, other) / max(one.end - one.start, other.end - other.start)


def fits(one: Region, other: Region, least: float, tolerance: float | None) -> bool:
    off = max(abs(one.start - other.start), abs(one.end - other.end))
    return shared_part(one, other) >= least and (tolerance is None or off <= tolerance)


def has_doubtful_files(found: list[Region], truth: list[Region]) -> bool:
    """Whether a record of several files is in the truth without its file."""
    unnamed = {row.record for row in truth if not row.file}
    return any(
        len({Path(row.file).name for row in found if row.record == record}) > 1
        for record in unnamed
    )


def check_overlap(overlap, found, truth, least, tolerance) -> None:
    """Check one-to-one pairs that fit, of which none gives way to a worse one."""
    pairs = list(zip(rows_of(overlap.matched), rows_of(overlap.matched_truth), strict=True))
    missed, false = rows_of(overlap.missed), rows_of(overlap.false)
    assert sorted(shown([one for one, _ in pairs] + false)) == sorted(shown(found))
    assert sorted(shown([other for _, other in pairs] + missed)) == sorted(shown(truth))
    assert all(fits(one, other, least, tolerance) for one, other in pairs)
    best_found, best_truth = {}, {}  # the best pair that a region is in; equal ones count as one
    for one, other in pairs:
        share = shared_part(one, other)
        for key, best in ((repr(one), best_found), (repr(other), best_truth)):
            best[key] = min(share, best.get(key, 1.0))
    for one in found:
        for other in truth:
            if fits(one, other, least, tolerance):
                taken = max(best_found.get(repr(one), 0), best_truth.get(repr(other), 0))
                assert taken >= shared_part(one, other)


class RegionsMachine(RuleBasedStateMachine):
    """Makes regions, and others of them; none may change the ones that were there."""

    tables = Bundle("tables")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.known: list[tuple[Regions, list[Region]]] = []

    def teardown(self) -> None:
        shutil.rmtree(self.folder)
        for found, rows in self.known:
            check(found, rows)

    def keep(self, found: Regions, rows: list[Region]) -> tuple[Regions, list[Region]]:
        check(found, rows)
        self.known.append((found, rows))
        return found, rows

    @rule(target=tables, rows=LISTS, details=st.none() | st.just({"threshold": 0.5}))
    def make(self, rows, details):
        found = made(rows, details=details)
        assert found.details == (details or {})
        return self.keep(found, rows)

    @rule(target=tables, source=tables, data=st.data())
    def choose(self, source, data):
        found, rows = source
        key = data.draw(keys_of_rows(len(rows)))
        chosen = chosen_positions(key, len(rows))[:MOST_REGIONS]
        selected = found[key]
        assert selected.details == found.details
        return self.keep(selected[:MOST_REGIONS], [rows[i] for i in chosen])

    @rule(
        target=tables,
        source=tables,
        name=st.none() | NAMES | st.lists(NAMES, max_size=3),
        kind=st.none() | st.sets(NAMES, max_size=6),
        strand=st.none() | st.sampled_from(["+", "-", ["+", "."]]),
    )
    def select(self, source, name, kind, strand):
        found, rows = source
        kept = rows
        wanted = {"name": name, "kind": kind, "strand": strand}
        for column, values in wanted.items():
            allowed = [values] if isinstance(values, str) else values
            kept = [row for row in kept if allowed is None or getattr(row, column) in allowed]
        return self.keep(found.select(**wanted), kept)

    @rule(target=tables, source=tables)
    def sort(self, source):
        found, rows = source
        order = np.lexsort((found.end, found.start, found.record.astype(str)))
        expected = sorted(rows, key=lambda row: (row.record, row.start, row.end))
        return self.keep(found[order], expected)

    @rule(target=tables, sources=st.lists(tables, max_size=3))
    def concatenate(self, sources):
        rows = [row for _, part in sources for row in part]
        if len(rows) > MOST_REGIONS:
            return multiple()
        return self.keep(Regions.concatenate([found for found, _ in sources]), rows)

    @rule(target=tables, source=tables, by=st.integers(-5, 5))
    def shift(self, source, by):
        found, rows = source
        frame = found.to_frame().assign(start=found.start + by, end=found.end + by)
        if any(row.start + by < 0 for row in rows):
            with pytest.raises(InvalidRegionsError, match="starts count from 0"):
                Regions.from_frame(frame)
            return multiple()
        moved = [row._replace(start=row.start + by, end=row.end + by) for row in rows]
        return self.keep(Regions.from_frame(frame), moved)

    @rule(target=tables, source=tables)
    def pickle(self, source):
        found, rows = source
        return self.keep(pickle.loads(pickle.dumps(found)), rows)

    @rule(target=tables, source=tables)
    def write_and_read_gff3(self, source):
        found, rows = source
        path = self.folder / "regions.gff3"
        found.to_gff3(path, overwrite=True)
        back = [row._replace(kind=row.kind or "sequence_feature") for row in rows]
        return self.keep(read_gff3(path), back)

    @rule(target=tables, source=tables)
    def write_and_read_bed(self, source):
        found, rows = source
        path = self.folder / "regions.bed"
        if not all(self.bed_can_hold(row) for row in rows):
            with pytest.raises(InvalidRegionsError, match="write GFF3"):
                found.to_bed(path, overwrite=True)
            return multiple()
        found.to_bed(path, overwrite=True)
        return self.keep(read_bed(path), [row._replace(kind="", file="") for row in rows])

    @staticmethod
    def bed_can_hold(row: Region) -> bool:
        begins_another_line = row.record.split(maxsplit=1)[:1] in ([], ["track"], ["browser"])
        marked = row.record.startswith(("#", "\ufeff"))
        has_tab = "\t" in row.record + row.name
        return not (begins_another_line or marked or has_tab or row.name == ".")

    @rule(one=tables, other=tables, margin=st.integers(0, 20))
    def touch(self, one, other, margin):
        expected = [
            any(may_be_one_place(a, b) and shared_bases(a, b, margin) > 0 for b in other[1])
            for a in one[1]
        ]
        assert one[0].touches(other[0], margin=margin).tolist() == expected

    @rule(
        one=tables,
        other=tables,
        least=st.sampled_from([0.01, 0.3, 0.5, 1.0]),
        tolerance=st.none() | st.integers(0, 30),
    )
    def overlap(self, one, other, least, tolerance):
        (found, rows), (truth, true_rows) = one, other
        if has_doubtful_files(rows, true_rows):
            with pytest.raises(InvalidRegionsError, match="file"):
                found.overlap(truth)
            return
        overlap = found.overlap(truth, min_overlap=least, tolerance=tolerance)
        check_overlap(overlap, rows, true_rows, least, tolerance)

    @rule(source=tables, shortest=st.integers(1, LENGTH))
    def check_lengths(self, source, shortest):
        _, rows = source
        names = np.array(sorted({row.record for row in rows}), dtype=object)
        files, bases = np.full(len(names), "", dtype=object), np.full(len(names), shortest)
        lengths = RecordLengths(names, files, bases)
        if any(row.end > shortest for row in rows):
            with pytest.raises(InvalidRegionsError, match="ends behind the record"):
                made(rows, lengths=lengths)
        else:
            check(made(rows, lengths=lengths), rows)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_any_series_of_operations(examples):
    run_machine(RegionsMachine, examples)
