"""What a scan has done is on disk, whole, however the process ended."""

from __future__ import annotations

import errno

import numpy as np
import pytest

from skdeepg.genome.scan_log import ENTRIES, DiskLog, LogEntry, RecordInfo, ScanLog, ScannedBlock

RECORDS = (RecordInfo("a", "x.fasta", 90, False), RecordInfo("b ä", "x.fasta", 3, True))


def block(n, seed=0):
    rng = np.random.default_rng(seed)
    record, start = np.sort(rng.integers(0, 2, n)), np.arange(n)
    return ScannedBlock(record, start, rng.random((2, n, 3), dtype=np.float32))


def entry(n, source=0, records=(), ends=False):
    return LogEntry(source, n, records, ends)


def open_log(folder, identity="this scan"):
    return DiskLog(folder, identity, 2, 3)


def fill(log):
    log.append(entry(4, records=RECORDS), block(4))
    log.append(entry(2, ends=True), block(2, seed=1))
    log.append(entry(3, source=1, records=RECORDS[:1]), block(3, seed=2))
    return log


def assert_filled(log):
    for found, n, seed in zip(log.blocks(), (4, 2, 3), (0, 1, 2), strict=True):
        for one, other in zip(found, block(n, seed), strict=True):
            np.testing.assert_array_equal(one, other)
    assert log.records == [*RECORDS, RECORDS[0]]
    assert (log.n_windows, log.n_done(0), log.n_done(1), log.n_done(2)) == (9, 2, 1, 0)
    assert (log.is_done(0), log.is_done(1)) == (True, False)
    assert (log.n_records_before(0), log.n_records_before(1)) == (0, 2)


def test_memory_and_disk(tmp_path):
    with ScanLog() as log:
        assert_filled(fill(log))
    with open_log(tmp_path / "log") as log:
        assert_filled(fill(log))
    with open_log(tmp_path / "log") as again:
        assert_filled(again)
        again.remove()
    assert not (tmp_path / "log").exists()


def test_a_block_without_its_line_is_done_again(tmp_path):
    with open_log(tmp_path) as log:
        fill(log)
        log._keep(entry(5), block(5))
    with open_log(tmp_path) as again:
        again.append(entry(4, source=1), block(4, seed=3))
    with open_log(tmp_path) as again:
        *_, last = again.blocks()
        np.testing.assert_array_equal(last.values, block(4, seed=3).values)


def test_a_line_that_was_cut_short(tmp_path):
    with open_log(tmp_path) as log:
        fill(log)
    lines = (tmp_path / ENTRIES).read_bytes()
    (tmp_path / ENTRIES).write_bytes(lines[:-7])
    with open_log(tmp_path) as again:
        assert (again.n_windows, again.n_done(1)) == (6, 0)
        again.append(entry(3, source=1, records=RECORDS[:1]), block(3, seed=2))
        assert_filled(again)


def test_another_scan(tmp_path):
    open_log(tmp_path).close()
    with open_log(tmp_path, "the next one") as log:  # of the first nothing was done
        fill(log)
    with pytest.raises(FileExistsError, match="first part of another scan.*overwrite=True"):
        open_log(tmp_path, "another")


def test_one_scan_at_a_time(tmp_path):
    with open_log(tmp_path) as log:
        fill(log)
        for restart in (False, True):
            with pytest.raises(FileExistsError, match="another scan is writing to"):
                DiskLog(tmp_path, "this scan", 2, 3, restart=restart)
        assert_filled(log)
    with open_log(tmp_path) as again:
        assert_filled(again)


@pytest.mark.parametrize("n_bytes", [0, 1, 100, 235, 239])
def test_data_that_are_lost_are_done_again(n_bytes, tmp_path):
    with open_log(tmp_path) as log:
        fill(log)
    data = tmp_path / "blocks.bin"
    sizes = np.cumsum([n * (16 + 4 * 2 * 3) for n in (4, 2, 3)])
    data.write_bytes(data.read_bytes()[:n_bytes])
    with open_log(tmp_path) as again:
        n_whole = int((sizes <= n_bytes).sum())
        assert len(again.entries) == n_whole
        for number, (n, seed) in enumerate([(4, 0), (2, 1), (3, 2)]):
            if number >= n_whole:
                source = int(number == 2)
                records = (RECORDS, (), RECORDS[:1])[number]
                again.append(entry(n, source, records, ends=number == 1), block(n, seed))
        assert_filled(again)


def test_a_damaged_line_ends_what_is_done(tmp_path):
    with open_log(tmp_path) as log:
        fill(log)
    lines = (tmp_path / ENTRIES).read_text(encoding="utf-8").splitlines()
    (tmp_path / ENTRIES).write_text("\n".join([lines[0], "{}", lines[2], ""]), encoding="utf-8")
    with open_log(tmp_path) as again:
        assert again.n_windows == 4
    assert (tmp_path / ENTRIES).read_text(encoding="utf-8").splitlines() == lines[:1]


def test_bytes_that_are_no_text_end_what_is_done(tmp_path):
    with open_log(tmp_path) as log:
        fill(log)
    with (tmp_path / ENTRIES).open("ab") as handle:
        handle.write(b"\xff\n")
    with open_log(tmp_path) as again:
        assert_filled(again)


def test_systems_without_locks_scan_all_the_same(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl", reason="Windows has no fcntl")

    def refuse(handle, operation):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)  # as on some network disks
    with open_log(tmp_path) as log:
        assert_filled(fill(log))


@pytest.mark.parametrize("content", [b"", b'{"scan', b"[]", b"\xff"])
def test_a_damaged_head_is_another_scan(content, tmp_path):
    with open_log(tmp_path) as log:
        fill(log)
    (tmp_path / "scan.json").write_bytes(content)
    with pytest.raises(FileExistsError, match="another scan"):
        open_log(tmp_path)
    with DiskLog(tmp_path, "this scan", 2, 3, restart=True) as log:
        assert log.n_windows == 0
        assert_filled(fill(log))
