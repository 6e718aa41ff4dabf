"""Attributions as tables: one line a base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skdeepg.sequences.vocabulary import get_vocabulary

if TYPE_CHECKING:
    from skdeepg.inspection.attribution import Attribution, Importance

__all__ = ["tabulate"]


def tabulate(attribution: Attribution, kind: Importance) -> pd.DataFrame:
    """Make a table with one line a base; see `Attribution.to_frame`."""
    is_base = attribution.is_base
    importance = attribution.importance(kind)[is_base]
    columns: dict[str, NDArray[Any]] = {
        "row": np.repeat(np.arange(len(attribution)), attribution.lengths),
        "record": np.repeat(attribution.records, attribution.lengths),
        "position": attribution.positions[is_base],
        "base": _letters(attribution)[is_base],
        "importance": importance,
    }
    if attribution.files is not None and len(set(attribution.files)) > 1:
        columns = {"file": np.repeat(attribution.files, attribution.lengths), **columns}
    if (attribution.strands == "-").any():
        columns["strand"] = np.repeat(attribution.strands, attribution.lengths)
    symbols = pd.DataFrame(attribution.values[is_base], columns=list(attribution.symbols))
    return pd.concat([pd.DataFrame(columns), symbols], axis=1)


def _letters(attribution: Attribution) -> NDArray[np.object_]:
    table = get_vocabulary(attribution.symbols).decode(
        np.arange(len(attribution.symbols) + 2, dtype=np.uint8)
    )
    return np.array(list(table), dtype=object)[attribution.codes]
