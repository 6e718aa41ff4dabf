"""The pictures of the page of benchmarks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

Line = dict[str, Any]
COLUMNS = {"length": "bases in one record", "files": "files of 20,000 bases", "windows": "windows"}


def draw_growth(curves: list[Line], path: Path) -> None:
    """Draw cost against size, by task."""
    figure, axes = plt.subplots(
        2, 3, figsize=(11, 6.4), sharex="col", sharey="row", layout="constrained"
    )
    tasks = list(dict.fromkeys(curve["task"] for curve in curves))
    for column, (against, label) in zip(axes.T, COLUMNS.items(), strict=True):
        mine = [curve for curve in curves if curve["against"] == against]
        for curve in mine:
            style = {"color": f"C{tasks.index(curve['task'])}", "marker": "o", "markersize": 4}
            column[0].loglog(curve["x"], curve["cpu"], label=curve["task"], **style)
            memory = np.maximum(curve["memory"], 1)
            column[1].loglog(curve["x"], memory, **style)
        if mine:
            draw_slope(column[0], mine)
        column[1].set_xlabel(label)
    axes[0, 0].set_ylabel("CPU seconds")
    axes[1, 0].set_ylabel("peak above the start, MB (at least 1)")
    axes[1, 0].set_ylim(0.9, 2000)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)
    save(figure, path)


def draw_slope(axis: Any, curves: list[Line]) -> None:
    """Draw a line of slope 1 through the geometric middle."""
    x = np.array([min(curve["x"][0] for curve in curves), max(curve["x"][-1] for curve in curves)])
    at = np.exp(np.mean([np.mean(np.log(curve["cpu"])) for curve in curves]))
    axis.plot(x, at * x / np.sqrt(x.prod()), color="0.7", linewidth=1, zorder=0)


def draw_ratios(lines: list[Line], path: Path) -> None:
    """Draw all ratios of speed that have an aim."""
    lines = [line for line in lines if "least" in line][::-1]
    figure, axis = plt.subplots(figsize=(9.5, 1.2 + 0.23 * len(lines)), layout="constrained")
    for place, line in enumerate(lines):
        facts = line["cpu"]
        axis.plot([facts["min"], facts["max"]], [place, place], color="C0", linewidth=1.5)
        axis.plot(facts["median"], place, "o", color="C0", markersize=4)
        axis.plot(line["least"], place, "|", color="C3", markersize=11, markeredgewidth=1.5)
    axis.axvline(1, color="0.6", linewidth=1, zorder=0)
    axis.set(xscale="log", xlabel="times as fast as the peer, CPU time", ylim=(-1, len(lines)))
    axis.set_yticks(range(len(lines)), label_lines(lines), fontsize=7)
    axis.grid(axis="x", color="0.92")
    save(figure, path)


def label_lines(lines: list[Line]) -> list[str]:
    """Name the pairs; those of one name by their conditions too."""
    pairs = [f"{line['what']} / {line['peer']}" for line in lines]
    return [
        shorten(pair if pairs.count(pair) == 1 else f"{line['conditions'].split(';')[0]}: {pair}")
        for pair, line in zip(pairs, lines, strict=True)
    ]


def shorten(text: str, length: int = 95) -> str:
    return text if len(text) <= length else f"{text[: length - 3]}..."


def save(figure: Any, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)
