"""Make docs/benchmarks.rst and its pictures from what the benchmarks have kept.

Run: python benchmarks/page.py
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from common import RESULTS
from page_text import BEFORE, DEEPG, DEEPG_TEXT, GROWTH_TEXT, SECTIONS
from pictures import draw_growth, draw_ratios
from run import MINUTES

DOCS = Path(__file__).parents[1] / "docs"
Line = dict[str, Any]


def read_results() -> list[Line]:
    """Read all lines, in the order of the run."""
    paths = (RESULTS / f"{name}.jsonl" for name in MINUTES)
    texts = [path.read_text() for path in paths if path.exists()]
    results = [json.loads(line) for text in texts for line in text.splitlines()]
    has_amx = any("amx_bf16" in line.get("instructions", ()) for line in results)
    return [line | {"has_amx": has_amx} for line in results]


def escape(text: str) -> str:
    """Take the meaning from letters that mark up."""
    return re.sub(r"([*`|\\]|_(?!\w))", r"\\\1", text)


def number(value: float, digits: int = 3) -> str:
    """Write so many digits, or whole numbers where these are longer."""
    if value and abs(value) < 1e-3:
        return f"{value:.1e}"
    if abs(value) >= 10**digits or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def shown(facts: dict[str, float], digits: int = 3) -> str:
    """Write median and range."""
    median, low, high = (number(facts[name], digits) for name in ("median", "min", "max"))
    return median if low == high else f"{median} ({low} to {high})"


def missed(line: Line) -> bool:
    """Tell whether an aim is not met, by the processor's time."""
    median = line["cpu" if line["kind"] == "ratio" else "value"]["median"]
    return median < line.get("least", median) or median > line.get("most", median)


def aim(line: Line) -> str:
    words = [f"at {word} {number(line[word])}" for word in ("least", "most") if word in line]
    if not words:
        return ""
    if line.get("needs_amx") and not line["has_amx"]:
        return f"{words[0]} with AMX"
    return f"**{words[0]}, missed**" if missed(line) else words[0]


def cell(what: str, conditions: str) -> str:
    """Write what it is, and below it the conditions."""
    if not conditions:
        return escape(what)
    return f"| {escape(what)}\n       | *{escape(conditions)}*"


def table(header: list[str], widths: list[int], rows: list[list[str]]) -> str:
    lines = [
        ".. list-table::",
        "   :header-rows: 1",
        f"   :widths: {' '.join(map(str, widths))}",
        "",
    ]
    for row in [header, *rows]:
        lines += [f"   {'*' if not place else ' '} - {text}" for place, text in enumerate(row)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def ratio_table(lines: list[Line]) -> str:
    rows = []
    for line in lines:
        conditions = "; ".join(filter(None, [line.get("conditions"), f"{line['rounds']} rounds"]))
        less = "(times as long) " if line.get("slower") else ""
        ratios = [less + shown(line["cpu"]), less + shown(line["clock"])]
        rows.append([cell(line["what"], conditions), escape(line["peer"]), *ratios, aim(line)])
    header = ["what", "beside", "times as fast, CPU time", "by the clock", "aim"]
    return table(header, [36, 22, 16, 16, 10], rows)


def value_table(lines: list[Line]) -> str:
    rows = [
        [
            cell(v["what"], v.get("conditions", "")),
            f"{shown(v['value'], 4)} {v['unit']}".strip(),
            aim(v),
        ]
        for v in lines
    ]
    return table(["what", "found", "aim"], [60, 25, 15], rows)


def heading(text: str, mark: str = "-") -> str:
    return f"{text}\n{mark * len(text)}\n"


def section(title: str, names: list[str], text: str, results: list[Line]) -> str:
    """Write one task: ratios, other figures, what is not measured."""
    mine = [line for line in results if line["benchmark"] in names]
    parts = [heading(title), text]
    for kind, write in (("ratio", ratio_table), ("value", value_table)):
        if lines := [line for line in mine if line["kind"] == kind]:
            parts.append(write(lines))
    notes = [
        f"- ``{line['benchmark']}``, {escape(line['what'])}: {escape(line['why'])}"
        for line in mine
        if line["kind"] == "skipped"
    ]
    there = {line["benchmark"] for line in mine}
    ended = {line["benchmark"] for line in mine if line["kind"] == "end"}
    notes += [
        f"- ``{name}`` was stopped before it was through."
        for name in names
        if name in there - ended
    ]
    notes += [f"- ``{name}`` was not run." for name in names if name not in there]
    if notes:
        parts.append("Not measured in this run:\n\n" + "\n".join(notes) + "\n")
    return "\n".join(parts)


def growth_section(results: list[Line]) -> str:
    curves = [line for line in results if line["kind"] == "curve"]
    if not curves:
        return section("How cost grows", ["growth"], "", results)
    draw_growth(curves, DOCS / "_static/benchmarks_growth.png")
    rows = []
    for curve in curves:
        sizes = f"{curve['x'][0]:,.0f} to {curve['x'][-1]:,.0f}"
        memory = [number(max(curve["memory"][place], 0)) for place in (0, -1)]
        exponent = f"{curve['exponent']:.2f}"
        rows.append([escape(curve["task"]), curve["against"], sizes, exponent, *memory])
    header = ["task", "by", "from, to", "exponent", "MB, smallest", "MB, largest"]
    growth = table(header, [22, 12, 26, 12, 14, 14], rows)
    return "\n".join([heading("How cost grows"), GROWTH_TEXT, growth])


def found_here(key: str, results: list[Line]) -> str:
    """Give the figure of this run that answers to one of deepG's."""
    for line in results:
        if line.get("key") == key:
            if line["kind"] == "value":
                return f"{number(line['value']['median'])} {line['unit']}"
            if line.get("slower"):
                return f"{number(1 / line['rate_cpu'])} CPU s"
            return f"{number(line['rate_cpu'])} {line['unit']} a CPU second"
    return "not measured"


def deepg_section(results: list[Line]) -> str:
    rows = [[escape(work), theirs, found_here(key, results)] for work, theirs, key in DEEPG]
    header = ["work", "deepG, its machine", "skdeepg, this run"]
    return "\n".join([heading("deepG's figures"), DEEPG_TEXT, table(header, [40, 30, 30], rows)])


def machine_section(results: list[Line]) -> str:
    machines = [line for line in results if line["kind"] == "machine"]
    first = machines[0]
    common = Counter(json.dumps(m["versions"]) for m in machines).most_common(1)[0][0]
    versions = ", ".join(f"{name} {v}" for name, v in json.loads(common).items())
    flags = ", ".join(first["instructions"]) or "none of AVX2, AVX-512, AMX"
    absent = "" if "amx_bf16" in first["instructions"] else " There is no AMX."
    text = (
        f"{first['processor']}, {first['cores']} cores, {first['memory_gb']:.0f} GB, "
        f"{first['system']}; instructions: {flags}.{absent} Python {first['python']}; {versions}.\n"
    )
    seconds = {line["benchmark"]: line["seconds"] for line in results if line["kind"] == "end"}
    rows = []
    for machine in machines:
        name = machine["benchmark"]
        minutes = number(seconds[name] / 60, 2) if name in seconds else ""
        others = [f"{n} {v}" for n, v in machine["versions"].items() if f"{n} {v}" not in versions]
        load = f"{machine['load']:g}"
        start = [f"``{name}``", machine["level"], machine["date"], load]
        rows.append([*start, minutes, ", ".join(others)])
    header = ["benchmark", "level", "date", "load before", "minutes", "other versions"]
    run = table(header, [20, 10, 15, 12, 10, 33], rows)
    return "\n".join([heading("The machine, and what was run"), escape(text), run])


def main() -> None:
    results = read_results()
    if not results:
        raise SystemExit("there are no results: run benchmarks/run.py")
    draw_ratios(
        [r for r in results if r["kind"] == "ratio"], DOCS / "_static/benchmarks_ratios.png"
    )
    parts = [BEFORE]
    parts += [section(title, names, text, results) for title, names, text in SECTIONS]
    parts += [growth_section(results), deepg_section(results), machine_section(results)]
    page = re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"
    (DOCS / "benchmarks.rst").write_text(page)
    print(f"{DOCS / 'benchmarks.rst'} is made")


if __name__ == "__main__":
    main()
