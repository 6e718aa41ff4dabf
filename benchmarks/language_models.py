"""Language models on 16S genes of unseen genera and on a genome: nats, bits and accuracy.

Run: python benchmarks/language_models.py [--data 16s ecoli] [--only MODEL ...] [--seed 0]
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path
from typing import Any

import keras
import numpy as np
from common import Benchmark, timed
from muon import ConvolutionMuon

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    MarkovLanguageModel,
    SequenceLanguageModel,
    WaveNet,
    WaveNetLM,
)
from skdeepg.exceptions import LostDataWarning
from skdeepg.sequences import Sequences, read_sequences

FIRST_SCORED = 500  # deepG's tutorial network needs so many bases before its target
N_GENES = 60

# what a model is called, and the aims on 16S genes: nats at most, accuracy at least
GENE_AIMS = {
    "markov": ("MarkovLanguageModel", 0.65, 0.80),
    "next": ("the tutorial's network, next base", 1.30, None),
    "middle": ("the tutorial's network, middle base", None, 0.67),
    "wavenet": ("WaveNetLM, 17 layers of 48 channels", 0.46, None),
}

# the dilations double, so that an output sees about 770 bases in 17 layers
DILATIONS = tuple(2**i for i in range(8)) + tuple(2**i for i in range(9))


def cosine(n_steps: int, peak: float) -> Any:
    """A learning rate that rises for 100 steps and then falls along a cosine."""
    return keras.optimizers.schedules.CosineDecay(
        peak / 20, n_steps - 100, alpha=0.02, warmup_target=peak, warmup_steps=100
    )


def adamw(n_steps: int) -> Any:
    return keras.optimizers.AdamW(
        cosine(n_steps, 2e-3), weight_decay=0.01, beta_2=0.99, clipnorm=1.0
    )


def muon(n_steps: int) -> Any:
    return ConvolutionMuon(
        cosine(n_steps, 0.01),
        weight_decay=0.1,
        adam_weight_decay=0.1,
        adam_beta_2=0.99,
        adam_lr_ratio=0.4,
    )


def wavenet(
    n_steps: int, strands: str, optimizer: Any, seed: int, n_epochs: int = 10, **network: Any
) -> WaveNetLM:
    settings = {"filters": 48, "initial_filters": 48, "skip_filters": 48, "dropout": 0.1}
    settings |= {"initial_kernel_size": 2, "dilations": DILATIONS} | network
    return WaveNetLM(
        WaveNet(**settings),
        windows=FastaWindowTransformer(window_length=1024, stride=256),
        strands=strands,
        batch_size=8,
        steps_per_epoch=n_steps // n_epochs,
        max_epochs=n_epochs,
        optimizer=optimizer,
        random_state=seed,
    )


def tutorial(target: str, seed: int) -> SequenceLanguageModel:
    """The network, windows and number of steps of deepG's tutorial."""
    return SequenceLanguageModel(
        LSTMCNN(filters=(32, 64, 128), kernel_size=12, pool_size=3, lstm_units=32),
        windows=FastaWindowTransformer(window_length=500, stride=100),
        target=target,
        batch_size=512,
        steps_per_epoch=25,
        max_epochs=8,
        learning_rate=3e-3,
        random_state=seed,
    )


def model_window(model: Any) -> int:
    """Return a network's window length; the others see all bases before the target anyhow."""
    return model.windows_.window_length if hasattr(model, "windows_") else FIRST_SCORED


def late_bases(model: Any, genes: Sequences) -> tuple[float, float, int]:
    """Give nats a base, accuracy and number of the bases from FIRST_SCORED on."""
    every_base = FastaWindowTransformer(window_length=model_window(model), stride=1)
    table = model.predict_windows(every_base.fit_transform(genes))
    table = table[(table["position"] >= FIRST_SCORED) & table["base"].isin(list("ACGT"))]
    answers = table[list("ACGT")].to_numpy()
    true = table["base"].map({letter: i for i, letter in enumerate("ACGT")}).to_numpy()
    nats = -np.log(answers[np.arange(len(true)), true]).mean()
    return float(nats), float((answers.argmax(axis=1) == true).mean()), len(true)


def train_on(model: Any, X: Sequences) -> str:
    """Fit a model, and say what it took."""
    cost = timed(lambda: bool(model.fit(X)))
    return f"trained in {cost.cpu:.0f} CPU s"


def benchmark_genes(bench: Benchmark, data: Path, only: list[str]) -> None:
    train = read_sequences(sorted((data / "16s/train").glob("*.fasta")))
    genes = read_sequences(sorted((data / "16s/validation").glob("*.fasta"))[:N_GENES])
    n_steps = int(2800 * bench.options.factor)
    seed = bench.options.seed
    models = {
        "markov": MarkovLanguageModel(),
        "next": tutorial("next", seed),
        "middle": tutorial("middle", seed),
        "wavenet": wavenet(n_steps, "forward", adamw(n_steps), seed),
    }
    for name in only:
        conditions = train_on(models[name], train)
        nats, accuracy, n_bases = late_bases(models[name], genes)
        title, most, least = GENE_AIMS[name]
        conditions += f"; 16S genes of unseen genera, {n_bases:,} bases"
        key = {"key": name} if name != "middle" else {}
        limit = {"most": most} if most else {}
        bench.value(f"{title}: nats a base", nats, "nats", conditions=conditions, **limit, **key)
        key = {"key": name} if name == "middle" else {}
        limit = {"least": least} if least else {}
        bench.value(f"{title}: accuracy", accuracy, "", conditions=conditions, **limit, **key)


def benchmark_genome(bench: Benchmark, data: Path, only: list[str]) -> None:
    genome = read_sequences([data / "bacteria/train/Escherichia_coli_K12_MG1655.fasta"])
    sequence = genome.sequence(0)
    border = int(0.8 * len(sequence))
    train, rest = read_sequences([sequence[:border]]), read_sequences([sequence[border:]])
    n_steps = int(3000 * bench.options.factor)
    models = {
        "markov": MarkovLanguageModel(20, smoothing=1, strands="both"),
        "wavenet": wavenet(n_steps, "both", muon(n_steps), bench.options.seed, dropout=0.0),
    }
    bits = {}
    where = "E. coli K-12 MG1655, every base of the last 20 %, trained on the first 80 %"
    for name in (name for name in only if name in models):
        conditions = f"{train_on(models[name], train)}; {where}"
        bits[name] = models[name].bits_per_base(rest)
        title = GENE_AIMS[name][0]
        bench.value(f"{title}: bits a base", bits[name], "bits", conditions=conditions)
    if len(bits) == 2:
        better = bits["markov"] - bits["wavenet"]
        what = "bits a base that the WaveNet is better than the Markov model"
        bench.value(what, better, "bits", conditions=where, least=0.02)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", nargs="+", default=["16s", "ecoli"], choices=["16s", "ecoli"])
    parser.add_argument("--only", nargs="*", choices=GENE_AIMS, help="default: by level")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--factor", type=float, default=1, help="more steps for the WaveNets")


def main() -> None:
    bench = Benchmark(__doc__, add_options)
    warnings.simplefilter("ignore", LostDataWarning)  # ambiguous bases
    if (data := bench.data("language models on 16S genes and a genome")) is None:
        return
    all_models = list(GENE_AIMS)
    only = bench.options.only or bench.pick(["markov"], all_models[:3], all_models)
    if "wavenet" not in only:
        bench.skip("the large WaveNets", "trained with --full, about 15 minutes each on two cores")
    benchmarks = {"16s": benchmark_genes, "ecoli": benchmark_genome}
    for name in bench.options.data:
        benchmarks[name](bench, data, only)


if __name__ == "__main__":
    main()
