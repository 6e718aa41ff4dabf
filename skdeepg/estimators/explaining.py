"""`explain`: which bases an answer rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from skdeepg.estimators.explain_options import ExplainOptions
from skdeepg.estimators.explained_targets import find_targets
from skdeepg.inspection.attribution import Attribution
from skdeepg.inspection.baselines import Baselines, make_baselines
from skdeepg.inspection.explain_windows import (
    Question,
    explain_windows,
    warn_if_not_converged,
)
from skdeepg.inspection.explained_rows import ExplainedRows
from skdeepg.sequences.sampling import draw_seed

if TYPE_CHECKING:
    from skdeepg.engine.gradients import PathGradients
    from skdeepg.inspection.explained_network import ExplainedNetwork
    from skdeepg.sequences import FastaWindowTransformer
    from skdeepg.sequences.collection import IntArray

__all__ = ["ExplainMixin"]

MEGABYTE: Final = 1 << 20


class ExplainMixin:
    """Adds `explain` to an estimator.

    Subclasses supply `_open_explained`, `_lay_explained` and `_predicted_targets`.
    """

    windows_: FastaWindowTransformer
    classes_: NDArray[Any]
    symbol_table_: NDArray[np.float32]
    model_: Any
    verbose: int

    _explains_position = False
    _explained: Any

    def explain(
        self,
        X: Any,
        target: Any = None,
        *,
        baseline: Any = "shuffle",
        n_baselines: int = 3,
        n_steps: int = 50,
        quadrature: Literal["gausslegendre", "trapezoid"] = "gausslegendre",
        tolerance: float | None = None,
        max_steps: int = 3200,
        of: Literal["probability", "logit", "log_probability"] = "probability",
        layer: str | None = None,
        unit: int | None = None,
        position: int = -1,
        stride: int | None = None,
        method: Literal[
            "integrated_gradients", "mutagenesis", "occlusion"
        ] = "integrated_gradients",
        n_occluded: int = 1,
        engine: Literal["native", "alibi"] = "native",
        random_state: Any = None,
        max_memory: int = 256,
        verbose: int | None = None,
    ) -> Attribution:
        """Tell how much every base contributes to an answer.

        Integrated gradients [1]_: the gradient of the answer is integrated on the straight line
        from a baseline to the window, both as symbol vectors, and multiplied by their difference.
        Attributions of a window add up to the difference of the two answers, as far as the
        integral is exact; how far it is, is in the result, and `tolerance` makes it so. deepG:
        ``integrated_gradients``.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows. A classifier explains all windows of each record and averages them on each
            base; every record is a row of the result. A language model explains what `predict`
            answers for each row, from the bases that it sees; with `stride`, as a classifier, all
            windows of each record, each for its own target.
        target : label or array-like of shape (n_rows,), default=None
            The class, or letter, whose number is explained, of all rows or of each; None for what
            is predicted: for a row, or, by a language model with `stride`, for each window.
        baseline : str, array-like or callable, default="shuffle"
            What windows are compared with. ``"zero"``: no symbol anywhere; ``"uniform"``: all
            symbols alike; ``"shuffle"``: the window's bases in another order; ``"dinucleotide"``:
            the same with every pair of neighbours as frequent as before. Or integer codes of shape
            (window_length,) or (n_baselines, window_length), or float vectors of shape
            (window_length, n_symbols) or (n_baselines, window_length, n_symbols). Or a function of
            codes of shape (n, window_length) and a `numpy.random.Generator` that returns codes or
            vectors. Padding stays padding, where the baseline has a name.
        n_baselines : int, default=3
            Baselines a window; attributions are their mean. ``"zero"``, ``"uniform"`` and an array
            are as many as they are.
        n_steps : int, default=50
            Steps between a baseline and a window.
        quadrature : {"gausslegendre", "trapezoid"}, default="gausslegendre"
            Where the steps are: Gauss and Legendre's points, or evenly, as in deepG.
        tolerance : float, default=None
            The most by which the attributions of a window may miss the difference that they
            explain, on the scale of `of`. Where they do, the way from the baseline is halved, and
            halved again where it is least exact, each piece with `n_steps` steps. None: steps are
            as given.
        max_steps : int, default=3200
            The most steps from a baseline to a window, with `tolerance`.
        of : {"probability", "logit", "log_probability"}, default="probability"
            Which number is explained. Near certainty the probability is flat and the logit is not.
        layer : str, default=None
            A layer of `model_`, one of whose units is explained in place of the answer.
        unit : int, default=None
            The unit, or channel, of the layer: its mean over positions, of `WaveNetLM` its value at
            `position`.
        position : int, default=-1
            Of `WaveNetLM` only: the base of each row (its last record) after which the answer is
            asked for; -1 for the last one.
        stride : int, default=None
            Bases between windows; 1 gives the smoothest picture and costs most. None: of a
            classifier that of its windows.
        method : str, default="integrated_gradients"
            Or ``"mutagenesis"`` [2]_: the answer minus that with another letter, exactly, in the
            column of each other letter; in the column of the observed one the mean of these. Or
            ``"occlusion"`` [3]_: the answer minus that without the base, in the column of the
            observed letter. Neither has baselines; both ask the network for each base anew.
        n_occluded : int, default=1
            Bases hidden together, by zeros or, with ``baseline="uniform"``, by all symbols alike.
        engine : {"native", "alibi"}, default="native"
            With "alibi" the package of this name integrates, and what it returns is in
            `explanation`; for comparison.
        random_state : int, RandomState instance or None, default=None
            Fixes random baselines.
        max_memory : int, default=256
            Megabytes that a call of the network may take, about.
        verbose : int, default=None
            With 1 a progress bar; None for the estimator's `verbose`.

        Returns
        -------
        Attribution
            Values of every symbol at every base, with coordinates, and what is known of windows.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        NotDifferentiableError
            If the network has no gradient.
        ImportError
            If `engine` is "alibi", and it is not installed or cannot be.
        ValueError
            If a parameter is invalid, there is no such class, or X has no rows.

        Warns
        -----
        NotConvergedWarning
            If attributions do not add up to `tolerance` within `max_steps`: names the rows.
        LostDataWarning
            If there are bases that no window sees.

        Notes
        -----
        With ``strands="both"`` a classifier's number is the mean of that for a window and that for
        its reverse complement, and so are the attributions. Networks of another precision are
        explained in single precision.

        References
        ----------
        .. [1] M. Sundararajan, A. Taly, Q. Yan (2017). Axiomatic attribution for deep networks.
           https://doi.org/10.48550/arXiv.1703.01365
        .. [2] J. Zhou, O. Troyanskaya (2015). Predicting effects of noncoding variants with deep
           learning-based sequence model. https://doi.org/10.1038/nmeth.3547
        .. [3] M. Zeiler, R. Fergus (2014). Visualizing and understanding convolutional networks.
           https://doi.org/10.1007/978-3-319-10590-1_53

        Examples
        --------
        >>> from skdeepg import LSTMCNN, SequenceClassifier
        >>> clf = SequenceClassifier(LSTMCNN(filters=(2,)), windows=24, max_epochs=1)
        >>> clf = clf.fit(["ACGT" * 20, "GGCA" * 20], ["a", "b"])
        >>> attribution = clf.explain(["ACGTGGCA" * 4], target="b", random_state=0)
        >>> attribution
        <Attribution: 1 row(s), 32 bases, integrated_gradients of probability, baseline shuffle>
        >>> attribution.values.shape
        (1, 32, 4)
        """
        check_is_fitted(self)
        options = ExplainOptions(
            baseline=baseline,
            n_baselines=n_baselines,
            n_steps=n_steps,
            quadrature=quadrature,
            tolerance=tolerance,
            max_steps=max_steps,
            of=of,
            layer=layer,
            unit=unit,
            stride=stride,
            method=method,
            n_occluded=n_occluded,
            engine=engine,
            max_memory=max_memory,
        )
        if hasattr(X, "__len__") and len(X) == 0:
            raise ValueError("X has no rows to explain.")
        opened = self._open_explained(X)
        rows = self._lay_explained(opened, stride, position)
        if not rows.n_windows:
            raise ValueError("X has no rows to explain.")
        targets, labels = self._choose_targets(target, options, opened, rows)
        attribution = self._explain_rows(
            options,
            Question(rows, targets, self._make_baselines(options, rows), draw_seed(random_state)),
            labels,
            self.verbose if verbose is None else verbose,
        )
        if options.uses_gradients and tolerance is not None:
            warn_if_not_converged(attribution, tolerance, max_steps, stacklevel=2)
        return attribution

    def _explain_rows(
        self, options: ExplainOptions, question: Question, labels: NDArray[Any], verbose: int
    ) -> Attribution:
        rows = question.rows
        network = self._make_explained_network(options, rows)
        strands = self._explained_strands(network)
        method = options.make_method(rows.vocabulary.n_symbols)
        values, windows = explain_windows(method, strands, question, verbose)
        explanations = getattr(network, "explanations", None)
        return Attribution(
            values=values,
            codes=rows.row_codes,
            lengths=rows.lengths,
            baseline=question.baselines.name,
            target=labels,
            of="activation" if options.layer is not None else options.of,
            method=options.method,
            symbols=rows.vocabulary.letters,
            records=rows.records,
            files=rows.files if any(rows.files) else None,
            starts=rows.starts,
            windows=windows,
            explanation=explanations[0]
            if explanations and len(explanations) == 1
            else explanations,
        )

    def _make_baselines(self, options: ExplainOptions, rows: ExplainedRows) -> Baselines:
        return make_baselines(
            options.baseline_of_method,
            options.n_baselines,
            rows.codes.shape[1],
            self.symbol_table_,
            rows.vocabulary,
        )

    def _make_explained_network(
        self, options: ExplainOptions, rows: ExplainedRows
    ) -> ExplainedNetwork:
        model, network = self._compile_explained(options, rows)
        if options.engine == "native":
            return network
        from skdeepg.engine.alibi_gradients import AlibiGradients

        place = _only_place(rows) if network.at_place else None
        return AlibiGradients(network, model, rows.order, place)

    def _compile_explained(
        self, options: ExplainOptions, rows: ExplainedRows
    ) -> tuple[Any, PathGradients]:
        """Compile what is explained, once for these weights as long as the same is asked for."""
        from skdeepg.engine.explained_models import explained_model
        from skdeepg.engine.gradients import PathGradients

        asked = options.of, options.layer, options.max_memory, rows.order
        key = joblib.hash([self.model_.get_weights(), asked])
        known = self._explained  # another thread may replace it
        if known is None or known[0] != key:
            model = explained_model(self.model_, options.of, options.layer)
            _check_shape(options, model.outputs[0].shape)
            at_place = self._explains_position and len(model.outputs[0].shape) == 3
            max_memory = options.max_memory * MEGABYTE
            network = PathGradients(model, rows.order, at_place=at_place, max_memory=max_memory)
            self._explained = known = key, model, network
        _, model, network = known
        _check_unit(options, int(model.outputs[0].shape[-1]))
        return model, network

    def _explained_strands(self, network: ExplainedNetwork) -> ExplainedNetwork:
        """Answer for the strands that predictions are the mean of."""
        return network

    def _choose_targets(
        self, target: Any, options: ExplainOptions, opened: Any, rows: ExplainedRows
    ) -> tuple[IntArray, NDArray[Any]]:
        """Give the output or unit of every window, and what it is called in every row."""
        if options.unit is not None:
            if target is not None:
                raise ValueError(
                    f"target={target!r} and layer={options.layer!r} exclude each other: explain "
                    "an answer or a unit."
                )
            chosen = np.full(len(opened), options.unit)
            return chosen[rows.source[rows.row]], chosen[rows.source]
        if target is None:
            return self._predicted_targets(opened, rows)
        index = find_targets(target, self.classes_, len(opened))[rows.source]
        return index[rows.row], self.classes_[index]

    def _open_explained(self, X: Any) -> Any:
        """Read rows."""
        raise NotImplementedError

    def _lay_explained(self, opened: Any, stride: int | None, position: int) -> ExplainedRows:
        """Lay the windows that are explained."""
        raise NotImplementedError

    def _predicted_targets(self, opened: Any, rows: ExplainedRows) -> tuple[IntArray, NDArray[Any]]:
        """Give the predicted class of every window, and what is predicted for every row."""
        raise NotImplementedError


def _check_shape(options: ExplainOptions, shape: tuple[int | None, ...]) -> None:
    if len(shape) not in (2, 3):
        raise ValueError(
            f"layer={options.layer!r} gives an array of {len(shape)} axes for a batch; explain one "
            "that gives units, or positions and units."
        )


def _check_unit(options: ExplainOptions, n_units: int) -> None:
    if options.unit is not None and options.unit >= n_units:
        raise ValueError(
            f"unit={options.unit} of layer={options.layer!r}, which has {n_units}: 0 to "
            f"{n_units - 1}."
        )


def _only_place(rows: ExplainedRows) -> int:
    places = np.unique(rows.output)
    if len(places) > 1:
        raise ValueError(
            "engine='alibi' needs rows as long as the network looks back, at least "
            f"{rows.codes.shape[1]} bases; use engine='native' for shorter ones."
        )
    return int(places[0])
