"""`NetworkDisplay`: the layers of a network, from its inputs down to its output."""

from __future__ import annotations

from typing import Any, Final, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skdeepg.inspection.plotting import figure_and_axes, import_pyplot

__all__ = ["NetworkDisplay"]

BOX_SIZE: Final = (2.5, 0.55)  # inches, with the space around a box
BOX: Final = {"boxstyle": "round,pad=0.35", "facecolor": "#E8F1FA", "edgecolor": "#0072B2"}
ARROW: Final = {"arrowstyle": "-|>", "color": "0.35", "linewidth": 1.0}

Parents = dict[str, list[str]]


class NetworkDisplay:
    """The layers of a network as boxes, with the shape that each gives for a window.

    Made by `from_estimator` or `from_model`. deepG: ``keras::plot_model`` of a model.

    Parameters
    ----------
    model : keras.Model
        The network.

    Attributes
    ----------
    parents_ : dict of str to list of str
        For each layer the layers that it reads, by name.
    boxes_ : dict of str to matplotlib.text.Text
        The box of each layer.
    ax_ : matplotlib.axes.Axes
        Axes with the layers.
    figure_ : matplotlib.figure.Figure
        Figure of the axes.

    Notes
    -----
    It needs no program but matplotlib; ``keras.utils.plot_model`` needs pydot and Graphviz, and
    lays out large networks better.

    Examples
    --------
    >>> from skdeepg import LSTMCNN
    >>> from skdeepg.inspection import NetworkDisplay
    >>> from skdeepg.networks import NetworkTask
    >>> task = NetworkTask(window_length=50, n_symbols=4, n_outputs=2)
    >>> display = NetworkDisplay.from_model(LSTMCNN(filters=8).build(task))
    >>> display.parents_["pool_1"]
    ['conv_1']
    >>> print(display.boxes_["conv_1"].get_text())
    conv_1: Conv1D
    50 x 8
    """

    def __init__(self, model: Any) -> None:
        self.model = model

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Any = None) -> Self:
        """Draw the network of a fitted estimator.

        Parameters
        ----------
        estimator : SequenceClassifier or language model
            Fitted; ``max_epochs=0`` is enough.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        NetworkDisplay
            Drawn.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        ImportError
            If matplotlib is not installed.
        """
        check_is_fitted(estimator, "model_")
        return cls.from_model(estimator.model_, ax=ax)

    @classmethod
    def from_model(cls, model: Any, *, ax: Any = None) -> Self:
        """Draw a Keras model, as ``build`` of a network gives it.

        Parameters
        ----------
        model : keras.Model
            A functional or sequential model.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        NetworkDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        return cls(model).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> Self:
        """Draw a box a layer, and arrows between them.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        NetworkDisplay
            Itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        caller = f"{type(self).__name__}.plot"
        import_pyplot(caller)
        self.parents_ = _parents_of_layers(self.model)
        places = _places(self.parents_)
        x, y = np.array(list(places.values())).T
        columns, rows = np.ptp(x) + 1, np.ptp(y) + 1
        size = (BOX_SIZE[0] * columns + 0.5, BOX_SIZE[1] * rows + 0.3)
        self.figure_, self.ax_ = figure_and_axes(caller, ax, size)
        self.ax_.set(xlim=(x.min() - 0.6, x.max() + 0.6), ylim=(y.max() + 0.6, y.min() - 0.6))
        self.ax_.set_axis_off()
        self.boxes_ = {
            layer.name: self._draw_box(layer, *places[layer.name]) for layer in self.model.layers
        }
        for name, parents in self.parents_.items():
            for parent in parents:
                is_far = places[name][1] - places[parent][1] > 1
                self._draw_arrow(self.boxes_[parent], self.boxes_[name], is_far)
        return self

    def _draw_box(self, layer: Any, x: float, y: float) -> Any:
        text = f"{layer.name}: {type(layer).__name__}\n{_shape(layer)}"
        return self.ax_.text(x, y, text, ha="center", va="center", fontsize=7.5, bbox=BOX)

    def _draw_arrow(self, above: Any, below: Any, is_far: bool) -> None:
        ends = {"patchA": above.get_bbox_patch(), "patchB": below.get_bbox_patch()}
        if is_far:  # around the boxes between
            ends["connectionstyle"] = "arc3,rad=0.4"
        self.ax_.annotate(
            "",
            below.get_position(),
            above.get_position(),
            arrowprops=ARROW | ends | {"shrinkA": 0, "shrinkB": 0},
            zorder=1,
        )


def _parents_of_layers(model: Any) -> Parents:
    import keras

    makers = {id(out): layer.name for layer in model.layers for out in _flat(keras, layer.output)}
    return {
        layer.name: [makers[id(each)] for each in _flat(keras, layer.input) if id(each) in makers]
        if type(layer).__name__ != "InputLayer"
        else []
        for layer in model.layers
    }


def _flat(keras: Any, tensors: Any) -> list[Any]:
    flat: list[Any] = keras.tree.flatten(tensors)
    return flat


def _places(parents: Parents) -> dict[str, tuple[float, int]]:
    """Put each layer below all that it reads, and as near to them as its neighbours allow."""
    depth: dict[str, int] = {}
    for name, above in parents.items():  # Keras lists layers after those that they read
        depth[name] = 1 + max((depth[each] for each in above), default=-1)
    places: dict[str, tuple[float, int]] = {}
    for level in range(max(depth.values()) + 1):
        names = [name for name in parents if depth[name] == level]
        wanted = [np.mean([places[p][0] for p in parents[n]] or [i]) for i, n in enumerate(names)]
        order = np.argsort(wanted, kind="stable")
        for name, x in zip(np.array(names)[order], _spread(np.array(wanted)[order]), strict=True):
            places[str(name)] = float(x), level
    return places


def _spread(wanted: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Move boxes apart that would overlap, around where they want to be."""
    x = wanted.astype(np.float64)
    for i in range(1, len(x)):
        x[i] = max(x[i], x[i - 1] + 1)
    return np.asarray(x - (x.mean() - wanted.mean()))


def _shape(layer: Any) -> str:
    shape = layer.output.shape[1:]
    return " x ".join("any" if size is None else f"{size:,}" for size in shape)
