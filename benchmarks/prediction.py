"""From a FASTA file to probabilities, beside Keras' predict on one-hot arrays that are ready."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from common import Benchmark, in_turn, random_bases, temporary_folder, write_random_fasta

from skdeepg import FastaWindowTransformer, SequenceClassifier
from skdeepg.engine.compiled import Encoder, Forward

CONDITIONS = "the tutorial's CNN (130,146 parameters), windows of 500 at stride 100, float32"


def make_classifier(stride: int) -> SequenceClassifier:
    windows = FastaWindowTransformer(500, stride=stride)
    classifier = SequenceClassifier(windows=windows, max_epochs=0, random_state=0)
    return classifier.fit(["ACGT", "GGGG"], [0, 1])


def measure_files(bench: Benchmark, folder: Path) -> None:
    n_windows = bench.pick(5_000, 20_000, 20_000)
    path = write_random_fasta(folder / "genome.fasta", n_windows * 100, n_records=1)
    classifier = make_classifier(stride=100)
    codes = classifier.windows.fit_transform([path]).to_array()
    x = np.eye(6, 4, dtype=np.float32)[codes]
    model, forward = classifier.model_, Forward(classifier.model_, Encoder(np.eye(6, 4, dtype="f")))
    batches = [codes[first : first + 256] for first in range(0, len(codes), 256)]
    expected = model.predict(x[:512], verbose=0).mean(axis=0)
    found = classifier.predict_windows([path])[[0, 1]][:512].mean(axis=0)
    np.testing.assert_allclose(found, expected, atol=1e-5)

    def predict(batch_size: int | None) -> int:
        return len(model.predict(x, batch_size=batch_size, verbose=0))

    peers = {
        "keras.Model.predict, as called by default (batches of 32)": lambda: predict(None),
        "keras.Model.predict in batches of 256": lambda: predict(256),
        "bare compiled call on ready codes": lambda: sum(len(forward(b)) for b in batches),
    }
    ours = {"ours": lambda: len(classifier.predict_proba([path])) and len(codes)}
    costs = in_turn(ours | peers, bench.pick(3, 5, 7))
    for number, peer in enumerate(peers):
        bench.ratio(
            "predict_proba, from a FASTA file",
            peer,
            costs["ours"],
            costs[peer],
            unit="windows",
            conditions=CONDITIONS,
            **({"least": 1.5} if number < 2 else {}),
        )


def measure_every_base(bench: Benchmark) -> None:
    """Answer a region of 2,500 bases at every base, as in deepG's tutorial."""
    classifier, region = make_classifier(stride=1), random_bases(2_500).decode()
    codes = classifier.windows.fit_transform([region]).to_array()
    x = np.eye(6, 4, dtype=np.float32)[codes]
    work = {
        "ours": lambda: len(classifier.predict_windows([region])),
        "peer": lambda: len(classifier.model_.predict(x, batch_size=256, verbose=0)),
    }
    bench.ratio(
        "predict_windows, a region at stride 1",
        "keras.Model.predict in batches of 256",
        *in_turn(work, bench.pick(3, 7, 9)).values(),
        unit="windows",
        conditions="2,500 bases, 2,001 windows",
        key="region",
    )


if __name__ == "__main__":
    bench = Benchmark(__doc__)
    with temporary_folder() as folder:
        measure_files(bench, folder)
    measure_every_base(bench)
