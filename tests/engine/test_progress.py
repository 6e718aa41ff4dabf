"""Progress in a terminal and in a log file."""

from __future__ import annotations

import io
import sys

import pytest

from skdeepg.engine import progress
from skdeepg.engine.progress import progress_bar
from tests.callbacks.trainings import X, Y, make_classifier


class Terminal(io.StringIO):
    def isatty(self):
        return True


def run(stream, monkeypatch, verbose=1, n=5, delay=0):
    monkeypatch.setattr(sys, "stderr", stream)
    with progress_bar("Count", n, "step", verbose, delay) as bar:
        for _ in range(n):
            bar.update()
        bar.set_postfix(loss="0.5000", refresh=False)
    return stream.getvalue()


def test_a_log_file_gets_whole_lines(monkeypatch):
    text = run(io.StringIO(), monkeypatch)
    assert "\r" not in text
    (line,) = text.splitlines()
    assert line.startswith("Count: 100%")
    assert "5/5" in line
    assert "loss=0.5000" in line


def test_a_line_a_minute(monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_A_LINE", 0)
    assert len(run(io.StringIO(), monkeypatch, n=20).splitlines()) > 10


def test_a_terminal_gets_a_bar(monkeypatch):
    text = run(Terminal(), monkeypatch)
    assert text.count("\r") >= 2


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_nothing_unless_asked(stream, monkeypatch):
    assert run(stream, monkeypatch, verbose=0) == ""


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_what_is_done_before_the_delay_is_not_shown(stream, monkeypatch):
    assert run(stream, monkeypatch, delay=3600).strip("\n") == ""


@pytest.mark.slow
def test_a_training_in_a_log_file(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    make_classifier(verbose=1, max_epochs=2).fit(X, Y)
    lines = stream.getvalue().splitlines()
    assert [line.split(":")[0] for line in lines] == ["Epoch 1/2", "Epoch 2/2"]
    assert all("val_loss=" in line for line in lines)
