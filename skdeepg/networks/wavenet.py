"""WaveNet as a specification: dilated causal convolutions that predict every next base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from sklearn.base import BaseEstimator

from skdeepg.networks.arguments import check_share, integers, is_count
from skdeepg.networks.registry import register_network

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import keras

    from skdeepg.networks.task import NetworkTask

__all__ = ["WaveNet"]


@register_network
class WaveNet(BaseEstimator):
    """Gated, dilated causal convolutions [1]_: an output depends on the bases up to its own.

    The network of deepG's ``create_model_wavenet``. It is a specification: it stores arguments
    like any scikit-learn estimator and makes a Keras model when :meth:`build` is called with a
    task. With the defaults and four letters, one output depends on 60 bases and the network has
    12,612 parameters.

    Parameters
    ----------
    filters : int, default=16
        Channels inside a gated block.
    kernel_size : int, default=2
        Length of the kernels of the gated blocks in positions.
    dilations : int or tuple of int, default=(4, 8, 16)
        Distance between the positions that a kernel reads; one gated block for each (deepG:
        ``residual_blocks``).
    initial_kernel_size : int, default=32
        Length of the kernel of the first convolution.
    initial_filters : int, default=32
        Channels of the first convolution, and between the blocks.
    skip_filters : int or None, default=None
        Channels that every block adds to the sum from which outputs are computed. None: as many
        as `filters`.
    dropout : float, default=0.0
        Share of the channels of a block's input that the block does not see in a training step;
        what goes around the block is kept.

    Notes
    -----
    A block computes ``tanh(a) * sigmoid(b)``, with two dilated convolutions a and b of its input.
    A convolution of length 1 of this is added to the block's input to become that of the next
    block (which the last block does without), another one goes to the sum of all blocks. Relu, a
    convolution of length 1 with relu and one to the outputs follow.

    All padding is causal: to the left of the first base, every layer reads zeros.

    References
    ----------
    .. [1] A. van den Oord et al. (2016). WaveNet: a generative model for raw audio.
       https://doi.org/10.48550/arXiv.1609.03499

    Examples
    --------
    >>> from skdeepg.networks import NetworkTask, WaveNet
    >>> task = NetworkTask(window_length=500, n_symbols=4, n_outputs=4, per_position=True)
    >>> network = WaveNet(dilations=(1, 2, 4), initial_kernel_size=1)
    >>> network.build(task).output_shape
    (None, None, 4)
    >>> network.receptive_field
    8
    """

    gains_by_xla: ClassVar[bool] = True

    def __init__(
        self,
        *,
        filters: int = 16,
        kernel_size: int = 2,
        dilations: int | Sequence[int] = (4, 8, 16),
        initial_kernel_size: int = 32,
        initial_filters: int = 32,
        skip_filters: int | None = None,
        dropout: float = 0.0,
    ) -> None:
        self.filters = filters
        self.kernel_size = kernel_size
        self.dilations = dilations
        self.initial_kernel_size = initial_kernel_size
        self.initial_filters = initial_filters
        self.skip_filters = skip_filters
        self.dropout = dropout

    @property
    def receptive_field(self) -> int:
        """The number of bases that one output depends on, its own position included.

        Raises
        ------
        ValueError
            If an argument is not allowed.
        """
        reach = self._count("initial_kernel_size")
        return reach + (self._count("kernel_size") - 1) * sum(self._dilations())

    def build(self, task: NetworkTask) -> keras.Model:
        """Build the Keras model with fresh weights; it is not compiled.

        Parameters
        ----------
        task : NetworkTask
            Symbols, outputs and the output activation. With ``per_position=True`` the window
            length is left open, so that one model takes windows and stretches of any length;
            otherwise the output is that of the window's last position.

        Returns
        -------
        keras.Model
            A functional model of layers that are all of Keras. They are called ``input``,
            ``initial``, ``gate_1_filter``, ``gate_1_gate``, ``gate_1_product``,
            ``gate_1_residual``, ``gate_1_add``, ``gate_1_skip``, ..., ``skip_sum``, ``skip_relu``,
            ``hidden``, ``output``; with dropout there is ``gate_1_dropout`` and so on, without
            `per_position` there are ``last_position`` before ``skip_relu`` and ``flatten`` at last.

        Raises
        ------
        ValueError
            If an argument is not allowed, or the task has two arms.

        Examples
        --------
        >>> from skdeepg.networks import NetworkTask, WaveNet
        >>> task = NetworkTask(window_length=500, n_symbols=4, n_outputs=4, per_position=True)
        >>> WaveNet().build(task).count_params()
        12612
        """
        if task.inputs != "one":
            raise ValueError(
                f"WaveNet reads one stretch from its left end, but this task has inputs="
                f'"{task.inputs}"; use LSTMCNN, or a target other than "middle".'
            )
        import keras

        length = None if task.per_position else task.window_length
        inputs = keras.Input((length, task.n_symbols), name="input")
        channels, size = self._count("initial_filters"), self._count("initial_kernel_size")
        skips = self._add_blocks(_convolution("initial", channels, size)(inputs))
        total = keras.layers.Add(name="skip_sum")(skips) if len(skips) > 1 else skips[0]
        return keras.Model(inputs, self._add_head(total, task), name="wavenet")

    def _add_blocks(self, tensor: Any) -> list[Any]:
        """Add the gated blocks; return what each gives to the sum."""
        import keras

        channels, dilations = self._count("initial_filters"), self._dilations()
        skips = []
        for number, dilation in enumerate(dilations, start=1):
            name = f"gate_{number}"
            product = self._gate(tensor, name, dilation)
            skips.append(_convolution(f"{name}_skip", self._n_skip_filters())(product))
            if number < len(dilations):
                residual = _convolution(f"{name}_residual", channels)(product)
                tensor = keras.layers.Add(name=f"{name}_add")([tensor, residual])
        return skips

    def _gate(self, tensor: Any, name: str, dilation: int) -> Any:
        """Add two dilated convolutions, one of which gates the other."""
        import keras

        check_share("dropout", self.dropout)
        if self.dropout > 0:
            dropout = keras.layers.SpatialDropout1D(float(self.dropout), name=f"{name}_dropout")
            tensor = dropout(tensor)
        filters, size = self._count("filters"), self._count("kernel_size")
        filtered, gate = (
            _convolution(f"{name}_{part}", filters, size, dilation, activation)(tensor)
            for part, activation in [("filter", "tanh"), ("gate", "sigmoid")]
        )
        return keras.layers.Multiply(name=f"{name}_product")([filtered, gate])

    def _add_head(self, tensor: Any, task: NetworkTask) -> Any:
        """Add the layers from the sum of the blocks to the outputs."""
        import keras

        if not task.per_position:
            crop = keras.layers.Cropping1D((task.window_length - 1, 0), name="last_position")
            tensor = crop(tensor)
        tensor = keras.layers.Activation("relu", name="skip_relu")(tensor)
        tensor = _convolution("hidden", self._n_skip_filters(), activation="relu")(tensor)
        # Under mixed precision probabilities would have 3 digits; the weights' precision is kept.
        precision = keras.config.dtype_policy().variable_dtype
        output = keras.layers.Conv1D(
            task.n_outputs, 1, activation=task.activation, dtype=precision, name="output"
        )(tensor)
        if task.per_position:
            return output
        return keras.layers.Flatten(dtype=precision, name="flatten")(output)

    def _dilations(self) -> tuple[int, ...]:
        dilations = integers("dilations", self.dilations)
        if not dilations:
            raise ValueError(
                f"dilations={self.dilations!r} leaves WaveNet without a gated block; give at least "
                f"one dilation, such as (1, 2, 4)."
            )
        return dilations

    def _n_skip_filters(self) -> int:
        return self._count("filters" if self.skip_filters is None else "skip_filters")

    def _count(self, name: str) -> int:
        """Check a parameter that is one integer."""
        value = getattr(self, name)
        if not is_count(value):
            raise ValueError(f"{name}={value!r} must be an integer of at least 1.")
        return int(value)

    def _check(self) -> None:
        """Check the arguments, as far as no task is needed."""
        _ = self.receptive_field, self._n_skip_filters(), self._count("initial_filters")

    def _weight_sizes(self, task: NetworkTask) -> Iterator[int]:
        """Give the sizes of all weights but biases."""
        filters, channels = self._count("filters"), self._count("initial_filters")
        skips = self._n_skip_filters()
        yield self._count("initial_kernel_size") * task.n_symbols * channels
        n_blocks = len(self._dilations())
        for number in range(n_blocks):
            yield 2 * self._count("kernel_size") * channels * filters
            yield filters * skips
            yield filters * channels if number < n_blocks - 1 else 0
        yield skips * skips
        yield skips * task.n_outputs


def _convolution(
    name: str,
    filters: int,
    kernel_size: int = 1,
    dilation: int = 1,
    activation: str | None = None,
) -> Any:
    import keras

    return keras.layers.Conv1D(
        filters,
        kernel_size,
        # Keras copies its input for causal padding even where there is nothing to pad.
        padding="causal" if kernel_size > 1 else "valid",
        dilation_rate=dilation,
        activation=activation,
        name=name,
    )
