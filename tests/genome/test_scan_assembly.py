"""Tracks from the blocks of a scan, in memory and in a file."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from skdeepg.genome import read_states
from skdeepg.genome.scan_assembly import make_track, write_scan
from skdeepg.genome.scan_log import DiskLog, LogEntry, RecordInfo, ScanLog, ScannedBlock

LAYOUT = {"strands": ("+", "-"), "columns": ("16s",), "window_length": 100, "stride": 50}
RECORDS = (
    RecordInfo("chr", "a.fasta", 270, False),
    RecordInfo("empty", "a.fasta", 0, False),
    RecordInfo("short", "b.fasta", 30, True),
)


def block(record, start, first):
    """Values are numbers from `first` on, and their negatives on the other strand."""
    values = np.arange(first, first + len(start), dtype=np.float32)
    return ScannedBlock(
        np.array(record), np.array(start), np.stack([values, -values])[:, :, np.newaxis]
    )


@pytest.fixture(params=["memory", "disk"])
def log(request, tmp_path):
    """A record in two blocks; one without windows; a third one shares a block with the first."""
    disk = request.param == "disk"
    log = DiskLog(tmp_path / "log", "this scan", 2, 1) if disk else ScanLog()
    with log:
        log.append(LogEntry(0, 3, RECORDS[:1], False), block([0, 0, 0], [0, 50, 100], 1))
        log.append(LogEntry(0, 3, RECORDS[1:], True), block([0, 0, 2], [150, 170, 0], 4))
        yield log


def test_windows_go_to_their_records(log):
    track = make_track(log, details={"seed": 1}, **LAYOUT)
    assert track.names.tolist() == ["chr", "empty", "short"]
    assert track.files.tolist() == ["a.fasta", "a.fasta", "b.fasta"]
    assert (track.lengths.tolist(), track.padded.tolist()) == ([270, 0, 30], [False, False, True])
    assert track.n_windows.tolist() == [5, 0, 1]
    assert track.start.tolist() == [0, 50, 100, 150, 170, 0]
    assert track.values[:, :, 0].tolist() == [[1, 2, 3, 4, 5, 6], [-1, -2, -3, -4, -5, -6]]
    assert track.details == {"seed": 1}


def test_a_file_holds_the_same(log, tmp_path):
    write_scan(log, tmp_path / "a.h5", overwrite=False, details={"seed": 1}, **LAYOUT)
    read, made = read_states(tmp_path / "a.h5"), make_track(log, details={"seed": 1}, **LAYOUT)
    pd.testing.assert_frame_equal(read.to_frame(), made.to_frame())
    pd.testing.assert_frame_equal(read.summarize(), made.summarize())
    assert read.details == made.details
    with pytest.raises(FileExistsError, match="overwrite=True"):
        write_scan(log, tmp_path / "a.h5", overwrite=False, details={}, **LAYOUT)


def test_a_scan_of_nothing(tmp_path):
    track = make_track(ScanLog(), details={}, **LAYOUT)
    assert (len(track.names), track.values.shape) == (0, (2, 0, 1))
    write_scan(ScanLog(), tmp_path / "a.h5", overwrite=False, details={}, **LAYOUT)
    assert len(read_states(tmp_path / "a.h5").names) == 0
