"""Finding 16S genes beside barrnap: CPU time a megabase, genes found; and how coarse a scan can be.

Needs barrnap (Debian package), the large data (SKDEEPG_DATA names the folder that holds
16s_vs_bacteria), and a classifier: python benchmarks/find_16s.py --seeds 0 --save FOLDER

Run: python benchmarks/beside_barrnap.py FOLDER/find_16s_0.h5 [--precision bfloat16] [--refine 27]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from common import data_folder

import skdeepg
from skdeepg.genome import Regions, read_gff3
from skdeepg.sequences import read_sequences

STRIDES = (108, 250, 500, 756, 999, 1107, 1242, 1377, 1512, 1755)


def barrnap(genomes: list[Path]) -> tuple[float, Regions]:
    """Run barrnap on one thread; return its CPU seconds and the 16S genes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        for genome in genomes:
            command = ["barrnap", "--quiet", "--threads", "1", str(genome)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            (Path(folder) / f"{genome.stem}.gff").write_text(done.stdout)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = read_gff3(sorted(Path(folder).glob("*.gff"))).select(name="16S_rRNA")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, found


def how_coarse(classifier, genomes: list[Path], known: Regions, precision: str | None) -> None:
    """Count genes without any window above the threshold of `refine`, at four offsets."""
    print("\nstride: genes that no window shows (of four offsets), windows elsewhere above 0.2")
    dense = classifier.scan(genomes, stride=27, precision=precision)
    column = dense.column_index("16s")
    for stride in STRIDES:
        lost, elsewhere = [], 0
        for offset in (0, stride // 4, stride // 2, 3 * stride // 4):
            seen = shows(dense, column, stride, offset)
            lost.append(int((~known.touches(seen)).sum()))
            elsewhere += int((~seen.touches(known)).sum())
        print(f"  {stride:>4}: {lost}, {elsewhere / 4:.0f}", flush=True)


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
        return Regions.empty()
    record, begin, end = zip(*rows, strict=True)
    return Regions(record, begin, end)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("classifier")
    parser.add_argument("--precision")
    parser.add_argument("--refine", type=int, default=10, help="stride of the closer look")
    parser.add_argument("--strides", type=int, nargs="+", default=[250, 500, 756, 999])
    arguments = parser.parse_args()
    if (root := data_folder()) is None:
        sys.exit(0)
    data = root / "16s_vs_bacteria"
    genomes = sorted((data / "bacteria/validation").glob("*.fasta"))
    known = read_gff3(sorted((data / "annotations").glob("*.gff"))).select(name="16S_rRNA")
    n_megabases = read_sequences(genomes).n_bases / 1e6
    start_up = time.process_time()
    classifier = skdeepg.load(arguments.classifier)
    classifier.scan(["ACGT" * 2000], stride=500)
    print(f"start-up: {start_up:.1f} CPU s to import, {time.process_time() - start_up:.1f} to load")
    seconds, found = barrnap(genomes)
    print(f"barrnap: {seconds / n_megabases:.3f} CPU s a Mb; {found.overlap(known)}")
    for stride in arguments.strides:
        cpu = time.process_time()
        track = classifier.scan(
            genomes, stride=stride, refine=arguments.refine, precision=arguments.precision
        )
        regions = track.regions("16s")
        cpu = (time.process_time() - cpu) / n_megabases
        print(
            f"skdeepg, stride {stride}: {cpu:.3f} CPU s a Mb; {regions.overlap(known)}", flush=True
        )
    how_coarse(classifier, genomes, known, arguments.precision)


if __name__ == "__main__":
    main()
