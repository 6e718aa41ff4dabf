"""Progress bars that suit where they are shown: a terminal, a notebook, a log file."""

from __future__ import annotations

import sys
from typing import Any, Final

from tqdm.auto import tqdm as LiveBar  # noqa: N812 - a widget in notebooks
from tqdm.std import tqdm

__all__ = ["progress_bar"]

SECONDS_A_LINE: Final = 60


class LogBar(tqdm):  # type: ignore[type-arg]
    """Writes whole lines: one a minute, and one at the end."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(mininterval=SECONDS_A_LINE, ascii=True, **settings)

    def display(self, msg: str | None = None, pos: int | None = None) -> None:
        """Write a line, if anything has been done."""
        if self.n:
            self.fp.write(f"{self}\n")
            self.fp.flush()

    def close(self) -> None:
        """Write the last line, if it took longer than `delay`."""
        if not self.disable:
            self.disable = True
            self._decr_instances(self)  # type: ignore[attr-defined]
            if self.format_dict["elapsed"] >= self.delay:
                self.display()


def progress_bar(title: str, total: int, unit: str, verbose: int, delay: float = 0) -> Any:
    """Make a progress bar, on standard error.

    Parameters
    ----------
    title : str
        What is going on.
    total : int
        How much there is to do.
    unit : str
        Of what.
    verbose : int
        0 for none.
    delay : float, default=0
        Seconds before it is shown; what is done sooner leaves no trace.

    Returns
    -------
    tqdm
        A bar; a line a minute where standard error is a file.
    """
    is_live = sys.stderr.isatty() or "ipykernel" in sys.modules
    make = LiveBar if is_live else LogBar
    return make(total=total, desc=title, unit=unit, disable=not verbose, delay=delay)
