"""K-mers beside scikit-learn's CountVectorizer, and the memory of counting a 100 Mb file."""

from __future__ import annotations

import sys
from pathlib import Path

from common import (
    Benchmark,
    in_own_process,
    in_turn,
    peak_memory,
    random_bases,
    temporary_folder,
    write_random_fasta,
)
from sklearn.feature_extraction.text import CountVectorizer

from skdeepg import KmerVectorizer

N_BASES, LARGE, SMALL = 5_000_000, 100_000_000, 1_000_000
ALL_LENGTHS = (5_000_000, 50_000, 1_500, 500, 150)


def random_rows(length: int) -> list[str]:
    bases = random_bases(N_BASES).decode()
    return [bases[start : start + length] for start in range(0, N_BASES - length + 1, length)]


def check_equal(rows: list[str], peer: CountVectorizer) -> None:
    """Compare all counts, column by column."""
    ours = KmerVectorizer(k=6, canonical=False)
    column = {name: number for number, name in enumerate(ours.get_feature_names_out())}
    expected = peer.fit_transform(rows)
    order = [column[name] for name in peer.get_feature_names_out()]
    found = ours.transform(rows)
    assert (found[:, order] != expected).nnz == 0
    assert found.sum() == expected.sum()


def measure_speed(bench: Benchmark, length: int) -> None:
    """Count 6-mers of the same 5 Mb, cut into rows of one length."""
    rows = random_rows(length)
    peer = CountVectorizer(analyzer="char", ngram_range=(6, 6), lowercase=False)
    check_equal(rows, peer)

    def count(vectorizer: KmerVectorizer | CountVectorizer) -> int:
        vectorizer.fit_transform(rows)
        return N_BASES

    ours = {
        "KmerVectorizer(k=6, canonical=False)": KmerVectorizer(k=6, canonical=False),
        "KmerVectorizer(k=6)": KmerVectorizer(k=6),
    }
    work = {name: lambda v=v: count(v) for name, v in (ours | {"peer": peer}).items()}
    costs = in_turn(work, bench.pick(3, 3, 5), warm_up=False)  # the check has run both
    for name in ours:
        bench.ratio(
            name,
            'CountVectorizer(analyzer="char", ngram_range=(6, 6))',
            costs[name],
            costs["peer"],
            unit="bases",
            conditions=f"5 Mb in {len(rows):,} rows of {length:,}; counts checked to be equal",
            least=20,
        )


def measure_word_lengths(bench: Benchmark) -> None:
    """Count words of other lengths in one row."""
    rows = random_rows(N_BASES)

    def count(vectorizer: KmerVectorizer) -> int:
        vectorizer.transform(rows)
        return N_BASES

    vectorizers = {k: KmerVectorizer(k=k) for k in (4, 6, 8, 10, 12)}
    work = {k: lambda v=v: count(v) for k, v in vectorizers.items()}
    costs = in_turn(work, bench.pick(3, 5, 9))
    for k in (4, 8, 10, 12):
        bench.ratio(
            f"KmerVectorizer(k={k})",
            "KmerVectorizer(k=6)",
            costs[k],
            costs[6],
            unit="bases",
            conditions="5 Mb in one row",
        )


def measure_memory(bench: Benchmark) -> None:
    """Count files of 1 Mb and 100 Mb; what grows with the file would be 100 MB and more."""
    with temporary_folder() as folder:
        for n_bases, n_records in ((SMALL, 20), (LARGE, 20), (LARGE, 1)):
            path = write_random_fasta(folder / f"{n_bases}_{n_records}.fasta", n_bases, n_records)
            bench.value(
                f"KmerVectorizer(k=6) on a file of {n_bases / 1e6:.0f} Mb: peak above the start",
                in_own_process(path),
                "MB",
                conditions=f"{n_records} record(s)",
                most=100,
            )


def count_file(path: Path) -> float:
    vectorizer = KmerVectorizer(k=6)
    vectorizer.transform(["A" * 99])
    with peak_memory() as rise:
        vectorizer.transform([path])
    return rise[0]


def main() -> None:
    bench = Benchmark(__doc__)
    for length in bench.pick((500,), (5_000_000, 1_500, 150), ALL_LENGTHS):
        measure_speed(bench, length)
    measure_word_lengths(bench)
    measure_memory(bench)


if __name__ == "__main__":
    if len(sys.argv) == 2 and Path(sys.argv[1]).is_file():
        print(count_file(Path(sys.argv[1])))
    else:
        main()
