"""A scan is run: file by file, here or in workers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from joblib import Parallel, delayed

from skdeepg.estimators.digests import describe_model, digest_of
from skdeepg.genome.scan_log import LogEntry, RecordInfo, ScanLog, ScannedBlock
from skdeepg.sequences import Sequences
from skdeepg.sequences.formats.registry import SequenceFormat, known_formats, take_formats
from skdeepg.sequences.record_groups import RecordSource
from skdeepg.sequences.row_checks import cut_rows

if TYPE_CHECKING:
    from skdeepg.estimators.scan_plan import ScanPlan
    from skdeepg.estimators.scanning import ScanMixin

__all__ = ["run_scan", "scan_identity"]


class ScannedPart(NamedTuple):
    """A block of a file; `block.record` counts the file's records."""

    records: tuple[RecordInfo, ...]
    block: ScannedBlock
    is_last: bool


def scan_identity(estimator: Any, sources: list[RecordSource], plan: ScanPlan) -> str:
    """Hash what a scan depends on: the estimator, the files, the parameters."""
    model = estimator.model_
    learnt = [describe_model(model), *model.get_weights(), estimator.symbol_table_]
    files = [source.identity() for source in sources]
    return digest_of([type(estimator).__name__, *learnt, repr(plan), *files])


def run_scan(
    estimator: ScanMixin,
    sources: list[RecordSource],
    plan: ScanPlan,
    log: ScanLog,
    n_jobs: int | None,
    verbose: int,
) -> None:
    """Scan all files that are not in the log yet.

    Parameters
    ----------
    estimator : fitted estimator
        What scans.
    sources : list of RecordSource
        Files, or sequences in memory.
    plan : ScanPlan
        How to scan.
    log : ScanLog
        Takes what is done, in the order of the files.
    n_jobs : int or None
        Files at a time.
    verbose : int
        With 1 a progress bar.
    """
    from skdeepg.engine.progress import progress_bar

    todo = [number for number in range(len(sources)) if not log.is_done(number)]
    total = sum(source.n_bytes for source in sources)
    with progress_bar("Scan", total, "B", verbose, delay=1) as bar:
        bar.update(total - sum(sources[number].n_bytes for number in todo))
        scanned = _scan_each(estimator, [sources[i] for i in todo], plan, log, todo, n_jobs)
        for number, parts in zip(todo, scanned, strict=True):
            first, n_left = log.n_records_before(number), sources[number].n_bytes
            for part in parts:
                entry = LogEntry(number, len(part.block.start), part.records, part.is_last)
                log.append(entry, part.block._replace(record=part.block.record + first))
                n_bases = sum(record.length for record in part.records)
                bar.update(n_bases)
                n_left -= n_bases
            bar.update(n_left)  # names and line ends


def _scan_each(
    estimator: ScanMixin,
    sources: list[RecordSource],
    plan: ScanPlan,
    log: ScanLog,
    numbers: list[int],
    n_jobs: int | None,
) -> Iterator[Any]:
    """Give the parts of each file; in workers a file is done as a whole."""
    n_done = [log.n_done(number) for number in numbers]
    if n_jobs in (None, 1) or len(sources) < 2:
        scanner = estimator._make_scanner(plan)
        for source, n in zip(sources, n_done, strict=True):
            yield _scan_source(estimator, scanner, source, plan, n)
        return
    workers = Parallel(n_jobs=n_jobs, return_as="generator")
    yield from workers(
        delayed(_scan_file)(estimator, source, plan, n, known_formats())
        for source, n in zip(sources, n_done, strict=True)
    )


def _scan_file(
    estimator: ScanMixin,
    source: RecordSource,
    plan: ScanPlan,
    n_done: int,
    formats: tuple[SequenceFormat, ...],
) -> list[ScannedPart]:
    """Scan a file in a worker, which knows no formats of the user's own."""
    take_formats(formats)
    scanner = estimator._make_scanner(plan)
    return list(_scan_source(estimator, scanner, source, plan, n_done))


def _scan_source(
    estimator: Any, scanner: Any, source: RecordSource, plan: ScanPlan, n_done: int
) -> Iterator[ScannedPart]:
    """Give the parts of a file but the first `n_done`."""
    vocabulary = estimator.windows_.vocabulary_
    n_before = number = 0
    waiting: ScannedPart | None = None
    for group in source.groups(vocabulary):
        records = _list_records(group, plan.cut.window_length)
        windows = cut_rows(group, plan.cut)
        for compute in scanner.blocks(windows, plan.refinement):
            if number >= n_done:
                if waiting is not None:
                    yield waiting
                block = compute()
                moved = ScannedBlock(block.record + n_before, block.start, block.values)
                waiting = ScannedPart(records, moved, is_last=False)
            number, records = number + 1, ()
        n_before += len(group)
    if waiting is not None:
        yield waiting._replace(is_last=True)


def _list_records(group: Sequences, window_length: int) -> tuple[RecordInfo, ...]:
    table = group.records()
    lengths = table.length.tolist()
    return tuple(
        RecordInfo(str(name), str(file), length, length < window_length)
        for name, file, length in zip(table.name, table.file, lengths, strict=True)
    )
