"""What generates codes, whatever the network."""

from __future__ import annotations

from abc import ABC, abstractmethod

from skdeepg.sequences.vocabulary import Codes

__all__ = ["Generator"]


class Generator(ABC):
    """Draws sequences base by base; subclasses supply `_generate`."""

    def generate(
        self,
        prompt: Codes,
        n_bases: int,
        *,
        n_samples: int = 1,
        seed: int = 0,
        temperature: float = 1.0,
        top_k: int | None = None,
    ) -> Codes:
        """Generate sequences.

        Parameters
        ----------
        prompt : ndarray of shape (n_prompt,) and dtype uint8
            What every sequence begins with. An empty prompt stands for one padding code, which
            is then the base before the first one and part of its past; networks that read whole
            windows pad shorter prompts on the left.
        n_bases : int
            Bases to generate.
        n_samples : int, default=1
            Number of sequences. The draws of sample i do not depend on their number, nor those of
            its first bases on `n_bases`.
        seed : int, default=0
            What the draws depend on.
        temperature : float, default=1.0
            See `pick_codes`; above 0.
        top_k : int or None, default=None
            See `pick_codes`.

        Returns
        -------
        ndarray of shape (n_samples, n_bases) and dtype uint8
            Codes, without the prompt.

        Raises
        ------
        ValueError
            If the network's answers are not numbers.
        """
        return self._generate(prompt, n_bases, n_samples, seed, temperature, top_k)

    @abstractmethod
    def _generate(
        self,
        prompt: Codes,
        n_bases: int,
        n_samples: int,
        seed: int,
        temperature: float,
        top_k: int | None,
    ) -> Codes: ...
