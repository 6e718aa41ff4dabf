"""The main job, end to end, on the bundled data.

Trains a network to tell 16S rRNA genes from other bacterial DNA, evaluates it on genera it has not
seen, saves it, loads it in a new process, and classifies a FASTA file there. Takes about two
minutes on two cores::

    python examples/quickstart.py [folder for data and model]
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's notes on CPU features

import joblib
import numpy as np

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    SequenceClassifier,
    load_labelled_folders,
)
from skdeepg.datasets import export_example_folders
from skdeepg.inspection import Scores


def train(folder: Path) -> SequenceClassifier:
    """Train on two folders of FASTA files, one a class."""
    X, y, _ = load_labelled_folders([folder / "train/16s", folder / "train/bacteria"])
    print(f"Training on {X}")
    classifier = SequenceClassifier(
        network=LSTMCNN(dense_dropout=0.5),  # there are only 1.2 Mb of bacterial DNA
        windows=FastaWindowTransformer(window_length=500, stride=100),
        strands="both",
        sampling="balanced",
        max_epochs=10,
        steps_per_epoch=20,
        batch_size=512,
        random_state=0,
        verbose=1,
    )
    return classifier.fit(X, y)


def evaluate(classifier: SequenceClassifier, folder: Path) -> None:
    """Compare answers with the truth, for windows and for rows."""
    X, y, _ = load_labelled_folders([folder / "validation/16s", folder / "validation/bacteria"])
    evaluation = classifier.evaluate(X, y)
    report("window", evaluation.window, classifier.classes_)
    report("row", evaluation.row, classifier.classes_)


def report(unit: str, scores: Scores, classes: np.ndarray) -> None:
    """Print balanced accuracy and confusion matrix."""
    print(f"\nPer {unit} ({scores.n_samples:,}): balanced accuracy {scores.balanced_accuracy:.4f}")
    print(f"{'':>14}" + "".join(f"{'said ' + label:>16}" for label in classes))
    for label, counts in zip(classes, scores.confusion_matrix, strict=True):
        print(f"{'is ' + label:>14}" + "".join(f"{count:>16,.0f}" for count in counts))


def classify(model: Path, fasta: Path) -> None:
    """Load a saved model and classify each record of a FASTA file."""
    from skdeepg.sequences import read_sequences

    classifier = joblib.load(model)
    X = read_sequences([fasta], by="record")
    for name, label, p in zip(
        X.names, classifier.predict(X), classifier.predict_proba(X).max(axis=1), strict=True
    ):
        print(f"  {name}: {label} ({p:.3f})")


def main(folder: Path) -> None:
    """Run all steps."""
    data = export_example_folders(folder / "data")
    print(f"The bundled data, as folders of FASTA files: {data}")
    classifier = train(data)
    evaluate(classifier, data)
    model = folder / "classifier.joblib"
    joblib.dump(classifier, model)
    print(f"\nSaved {model} ({model.stat().st_size / 1e6:.1f} MB).")
    fasta = next((data / "validation/16s").iterdir())
    print(f"A new process loads it and classifies {fasta}:", flush=True)
    subprocess.run([sys.executable, __file__, "classify", model, fasta], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["classify"]:
        classify(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else "quickstart"))
