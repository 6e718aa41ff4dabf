"""Make the files of the current format: `python -m tests.golden.saved.make`."""

from pathlib import Path

import numpy as np

import skdeepg
from skdeepg.persistence.container import FORMAT
from tests.persistence.kinds import KINDS, answer, fit, make

FOLDER = Path(__file__).parent / f"v{FORMAT}"


def main():
    """Save an estimator of each kind, and its answers."""
    FOLDER.mkdir(exist_ok=True)
    answers = {}
    for kind in KINDS:
        estimator = fit(kind)
        skdeepg.save(estimator, FOLDER / f"{kind}.h5")
        answers[kind] = answer(estimator, kind)
    skdeepg.save(make("classifier"), FOLDER / "unfitted.h5")
    np.savez_compressed(FOLDER / "answers.npz", **answers)


if __name__ == "__main__":
    main()
