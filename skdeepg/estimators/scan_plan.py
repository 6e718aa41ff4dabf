"""What a scan is to do, from checked parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

from skdeepg.argument_checks import check_choice, check_whole
from skdeepg.sequences.scanned import Refinement
from skdeepg.sequences.windows import Cut

if TYPE_CHECKING:
    from skdeepg.estimators.scanning import ScanMixin

__all__ = ["ScanPlan", "plan_scan"]

STRANDS: Final = {"both": ("+", "-"), "forward": ("+",), "reverse": ("-",)}
PRECISIONS: Final = (None, "float32", "bfloat16")
REFINE: Final = {"stride": 10, "threshold": 0.2, "classes": None, "margin": None}
LIKELIHOOD: Final = ("log_likelihood",)


@dataclass(frozen=True)
class ScanPlan:
    """What is the same for all files of a scan.

    Attributes
    ----------
    cut : Cut
        Window length and stride.
    strands : tuple of {"+", "-"}
        Those to answer for.
    columns : tuple of str
        What is answered.
    layer : str or None
        The layer whose activations are wanted, None for the outputs.
    precision : str or None
        That of the computation, None for the network's.
    refinement : Refinement or None
        Whether to look again.
    """

    cut: Cut
    strands: tuple[str, ...]
    columns: tuple[str, ...]
    layer: str | None
    precision: str | None
    refinement: Refinement | None


def plan_scan(
    estimator: ScanMixin, stride: Any, strands: Any, refine: Any, layer: Any, precision: Any
) -> ScanPlan:
    """Check the parameters of `scan`.

    Parameters
    ----------
    estimator : fitted estimator
        What scans.
    stride, strands, refine, layer, precision : object
        As `ScanMixin.scan` takes them.

    Returns
    -------
    ScanPlan
        What to do.

    Raises
    ------
    ValueError
        If one is invalid.
    """
    check_whole("stride", stride, unit="bases")
    check_choice("strands", strands, STRANDS)
    check_choice("precision", precision, PRECISIONS)
    columns = estimator._scanned_columns(layer)
    cut = _cut_of(estimator, int(stride))
    if strands != "forward":
        _ = estimator.windows_.vocabulary_.complement  # raises where there is none
    refinement = None
    if refine is not None:
        if layer is not None or columns == LIKELIHOOD:
            raise ValueError(
                "refine looks again where a class is probable: it is for the classes of a "
                "SequenceClassifier, not for layers or likelihoods."
            )
        refinement = _make_refinement(refine, columns, cut)
    return ScanPlan(cut, STRANDS[strands], columns, layer, precision, refinement)


def _cut_of(estimator: ScanMixin, stride: int) -> Cut:
    fitted = estimator.windows_.cut()
    if fitted.quality:
        raise ValueError(
            "scan reads letters only, but the estimator was fitted with quality=True: fit one "
            "without."
        )
    return replace(
        fitted,
        window_length=estimator._scanned_length,
        stride=stride,
        short="pad" if fitted.short == "drop" else fitted.short,
        random_offset=True,
    )


def _make_refinement(refine: Any, columns: tuple[str, ...], cut: Cut) -> Refinement:
    given = refine if isinstance(refine, Mapping) else {"stride": refine}
    unknown = set(given) - set(REFINE)
    if unknown:
        raise ValueError(
            f"refine has the keys {', '.join(map(repr, REFINE))}, not {sorted(unknown)[0]!r}."
        )
    options = {**REFINE, **given}
    where = "refine['stride']" if given is refine else "refine"
    check_whole(where, options["stride"], unit="bases")
    if options["stride"] >= cut.stride:
        raise ValueError(
            f"refine looks again at a smaller stride: {options['stride']} is not below "
            f"stride={cut.stride}."
        )
    threshold = options["threshold"]
    if not isinstance(threshold, Real) or not 0 <= float(threshold) < 1:
        raise ValueError(f"refine['threshold'] must be from 0 to below 1, not {threshold!r}.")
    margin = cut.window_length + cut.stride if options["margin"] is None else options["margin"]
    check_whole("refine['margin']", margin, unit="bases")
    classes = options["classes"]
    chosen = None if classes is None else _columns_of(classes, columns)
    return Refinement(int(options["stride"]), float(threshold), chosen, int(margin))


def _columns_of(classes: Any, columns: tuple[str, ...]) -> tuple[int, ...]:
    names = [classes] if isinstance(classes, str) or not isinstance(classes, Iterable) else classes
    chosen = tuple(_column_of(name, columns) for name in names)
    if not chosen:
        raise ValueError(
            "refine['classes'] is empty, so there is nothing to look for: name classes, or leave "
            "it out for all but the most frequent one."
        )
    return chosen


def _column_of(name: Any, columns: tuple[str, ...]) -> int:
    check_choice("refine['classes']", str(name), columns)
    return columns.index(str(name))
