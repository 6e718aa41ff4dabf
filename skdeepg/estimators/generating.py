"""`generate`: new sequences, base by base."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from skdeepg.argument_checks import check_whole, is_whole
from skdeepg.sequences.sampling import draw_seed
from skdeepg.sequences.vocabulary import Codes, Vocabulary

__all__ = ["GeneratingMixin"]


class GeneratingMixin:
    """Adds `generate` to a language model; subclasses supply `_generate_codes`."""

    classes_: NDArray[np.str_]

    def _generate_codes(
        self,
        prompt: Codes,
        n_bases: int,
        temperature: float,
        top_k: int,
        n_samples: int,
        seed: int,
    ) -> Codes:
        """Draw bases, of shape (n_samples, n_bases)."""
        raise NotImplementedError

    @property
    def _letters(self) -> Vocabulary:
        """The vocabulary of the fitted model."""
        raise NotImplementedError

    def generate(
        self,
        n_bases: int,
        prompt: str | None = None,
        temperature: float = 1.0,
        top_k: int | None = None,
        n_samples: int = 1,
        random_state: int | np.random.RandomState | None = None,
    ) -> list[str]:
        """Draw new sequences, each base from the model's probabilities given those before it.

        Parameters
        ----------
        n_bases : int
            Bases to draw.
        prompt : str, default=None
            What to go on from; it is not part of the result.
        temperature : float, default=1.0
            Probabilities are raised to the power of 1 / temperature: below 1 likely letters become
            likelier.
        top_k : int, default=None
            Draw among the so many likeliest letters only; None for all.
        n_samples : int, default=1
            Sequences to draw.
        random_state : int, RandomState instance or None, default=None
            Fixes the draws.

        Returns
        -------
        list of str
            `n_samples` sequences of `n_bases` letters.

        Raises
        ------
        InvalidLetterError
            If the prompt has a letter that is neither in the vocabulary nor ambiguous.
        ValueError
            If another argument is out of range, or the model predicts the middle of a window.

        Examples
        --------
        >>> from skdeepg import MarkovLanguageModel
        >>> model = MarkovLanguageModel(order=2).fit(["ACGACGACGACG"])
        >>> model.generate(6, prompt="AC", top_k=1)
        ['GACGAC']
        """
        check_is_fitted(self)
        _check_target(getattr(self, "target", "next"))
        check_whole("n_bases", n_bases)
        check_whole("n_samples", n_samples)
        _check_temperature(temperature)
        top_k = len(self.classes_) if top_k is None else top_k
        _check_top_k(top_k, len(self.classes_))
        codes = self._letters.encode(_check_prompt(prompt), "the prompt")
        seed = draw_seed(random_state)
        drawn = self._generate_codes(codes, n_bases, float(temperature), top_k, n_samples, seed)
        return [self._letters.decode(sample) for sample in drawn]


def _check_target(target: str) -> None:
    if target != "next":
        raise ValueError(
            f"generate draws each base from those before it, but target={target!r} predicts the "
            "base in the middle; fit a model with target='next'."
        )


def _check_temperature(value: Any) -> None:
    if not isinstance(value, Real) or not 0 < float(value) < np.inf:
        raise ValueError(
            f"temperature={value!r} must be a number above 0; for always the likeliest letter use "
            "top_k=1."
        )


def _check_top_k(value: Any, n_letters: int) -> None:
    if not (is_whole(value) and 1 <= value <= n_letters):
        raise ValueError(
            f"top_k={value!r} must be None or a whole number from 1 to {n_letters}, the number of "
            "letters."
        )


def _check_prompt(prompt: Any) -> str:
    if prompt is None:
        return ""
    if not isinstance(prompt, str):
        raise ValueError(f"prompt must be a string of letters, not {type(prompt).__name__}.")
    return prompt
