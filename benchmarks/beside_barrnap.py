"""Finding 16S genes beside barrnap: CPU time, genes found; how coarse a scan can be.

Needs barrnap (Debian package) and the classifier that `find_16s.py` keeps beside its results.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from common import RESULTS, Benchmark, in_turn, temporary_folder

import skdeepg
from skdeepg.engine.precision import choose_precision
from skdeepg.genome import Regions, read_gff3
from skdeepg.sequences import read_sequences

CLASSIFIER = RESULTS / "find_16s_0.h5"
STRIDES = (108, 250, 500, 756, 999, 1107, 1242, 1377, 1512, 1755)


def barrnap(genomes: list[Path]) -> Regions:
    """Run barrnap on one thread; return the 16S genes."""
    with temporary_folder() as folder:
        for genome in genomes:
            command = ["barrnap", "--quiet", "--threads", "1", str(genome)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            (folder / f"{genome.stem}.gff").write_text(done.stdout)
        return read_gff3(sorted(folder.glob("*.gff"))).select(name="16S_rRNA")


def measure_speed(bench: Benchmark, classifier: Any, genomes: list[Path], known: Regions) -> None:
    """Scan coarsely, look closer, and call genes; in turn with barrnap."""
    n_bases = read_sequences(genomes).n_bases
    precision = "float32"
    if choose_precision("auto", classifier.model_) != "float32":
        precision = "bfloat16"
    found: dict[str, Regions] = {}

    def find(stride: int, refine: int) -> Regions:
        track = classifier.scan(genomes, stride=stride, refine=refine, precision=precision)
        return track.regions("16s")

    work: dict[str, Any] = {"barrnap": lambda: barrnap(genomes)}
    for stride, refine in ((250, 10), (999, 10), (1377, 27)):
        name = f"scan(stride={stride}, refine={refine}, precision={precision!r})"
        work[name] = lambda stride=stride, refine=refine: find(stride, refine)

    def run(name: str) -> int:
        found[name] = work[name]()
        return n_bases

    costs = in_turn({name: lambda name=name: run(name) for name in work}, bench.pick(3, 3, 7))
    for name, cost in costs.items():
        overlap = found[name].overlap(known)
        where = (
            f"{overlap.same_strand.sum()} of {len(known)} genes, {len(overlap.false)} false, "
            f"borders off by {overlap.median_border_error:g} bases (median)"
        )
        aims = {"least": 1.0, "needs_amx": True} if name == list(work)[-1] else {}
        bench.ratio(name, "barrnap", cost, costs["barrnap"], unit="bases", conditions=where, **aims)


def measure_coarseness(
    bench: Benchmark, classifier: Any, genomes: list[Path], known: Regions
) -> None:
    """Count genes without any window above the threshold of `refine`, at four offsets."""
    dense = classifier.scan(genomes, stride=27)
    column = dense.columns.index("16s")
    for stride in STRIDES:
        lost = []
        for offset in (0, stride // 4, stride // 2, 3 * stride // 4):
            seen = shows(dense, column, stride, offset)
            lost.append(int((~known.touches(seen)).sum()))
        what = f"genes that no window shows at a coarse stride of {stride}"
        where = f"{len(known)} genes, most of four offsets"
        bench.value(what, max(lost), "genes", conditions=where)


def shows(track, column: int, stride: int, offset: int) -> Regions:
    """Give the windows nearest to a coarser grid that are above the threshold."""
    rows = []
    for number, name in enumerate(track.names):
        part = slice(track.offsets[number], track.offsets[number + 1])
        start = track.start[part]
        wanted = np.arange(offset, start[-1] + 1, stride)
        chosen = np.unique(np.clip(np.searchsorted(start, wanted), 0, len(start) - 1))
        high = track.values[:, part, column].max(axis=0)[chosen] > 0.2
        rows += [(name, int(s), int(s) + track.window_length) for s in start[chosen][high]]
    if not rows:
        return Regions([], [], [])
    record, begin, end = zip(*rows, strict=True)
    return Regions(record, begin, end)


def main() -> None:
    bench = Benchmark(__doc__)
    what = "finding 16S genes beside barrnap"
    if (data := bench.data(what)) is None:
        return
    if shutil.which("barrnap") is None:
        bench.skip(what, "barrnap is not installed")
    elif not CLASSIFIER.exists():
        bench.skip(what, "there is no classifier: run find_16s before")
    else:
        genomes = sorted((data / "bacteria/validation").glob("*.fasta"))
        known = read_gff3(sorted((data / "annotations").glob("*.gff"))).select(name="16S_rRNA")
        classifier = skdeepg.load(CLASSIFIER)
        classifier.scan(["ACGT" * 2000], stride=500)
        measure_speed(bench, classifier, genomes, known)
        if bench.level == "full":
            measure_coarseness(bench, classifier, genomes, known)
        else:
            bench.skip("how coarse a scan can be", "measured with --full")


if __name__ == "__main__":
    main()
