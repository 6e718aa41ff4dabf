"""The LSTM/CNN network of deepG as a specification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from sklearn.base import BaseEstimator

from skdeepg.networks.arguments import integers, one_per_layer, shares
from skdeepg.networks.blocks import ConvolutionBlock, LSTMLayer, add_lstm_layers
from skdeepg.networks.lstm_cnn_checks import check_options
from skdeepg.networks.registry import register_network
from skdeepg.networks.weight_counts import gate_weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import keras

    from skdeepg.networks.task import NetworkTask

__all__ = ["LSTMCNN"]

DEFAULT_BATCH_NORM_MOMENTUM: Final = 0.9


@register_network
class LSTMCNN(BaseEstimator):
    """Convolutions, then LSTM layers, then dense layers; each part may be left out.

    The network of deepG's ``create_model_lstm_cnn``. It is a specification: it stores arguments
    like any scikit-learn estimator and makes a Keras model when :meth:`build` is called with a
    task. With the defaults and two outputs on windows of 500 bases it has 130,146 parameters.

    Parameters
    ----------
    filters : int, tuple of int or None, default=(32, 64, 128)
        Output channels of every convolution; one block of layers for each. None or ``()``: no
        convolutions.
    kernel_size : int or tuple of int, default=12
        Length of the kernels in positions; one value, or one a block.
    strides : int or tuple of int, default=1
        Distance between the positions at which a kernel is applied; one value, or one a block.
    dilation_rate : int or tuple of int, default=1
        Distance between the positions that a kernel reads; one value, or one a block. In a block,
        only one of `strides` and `dilation_rate` may be above 1.
    pool_size : int, tuple of int or None, default=3
        Length of the max pooling windows, which do not overlap; one value, or one a block. 1 or
        None: no pooling.
    padding : {"same", "valid", "causal"}, default="same"
        Zeros at the ends of a convolution's input: on both sides, none, or on the left only.
    use_bias : bool, default=True
        Whether convolutions have a bias.
    residual : bool, default=False
        Whether the input of every block is added to its convolved values before they are pooled,
        through a convolution of length 1 where shapes differ [1]_ (deepG: ``residual_block``).
        Not with ``padding="valid"``.
    batch_norm_momentum : float or None, default=None
        Share of the moving averages of batch norm [2]_ that a training step leaves as it was. A
        number is taken as it is; deepG's is 0.99, with which averages lag behind the weights for
        some hundred steps and predictions are poor although training went well. None: 0.9, and
        estimators of this package estimate the averages again from training windows once the
        weights are final, so that a network predicts well after any training, however short.
    lstm_units : int, tuple of int or None, default=None
        Units of the LSTM layers [3]_ (deepG: ``layer_lstm``); several values are several layers.
    bidirectional : bool, default=False
        Whether LSTM layers read the window in both directions.
    dropout : float or tuple of float, default=0.0
        Share of the inputs of the LSTM layers dropped in training; one value, or one a layer
        (deepG: ``dropout_lstm``).
    recurrent_dropout : float or tuple of float, default=0.0
        Share of the recurrent states of the LSTM layers dropped in training; one value, or one a
        layer (deepG: ``recurrent_dropout_lstm``).
    dense_units : int, tuple of int or None, default=None
        Units of hidden dense layers with relu. The output layer comes on top of them (deepG's
        ``layer_dense`` includes it).
    dense_dropout : float, default=0.0
        Share of the inputs of every dense layer, the output layer included, dropped in training
        (deepG: ``dropout_dense``, behind hidden layers only).
    global_pooling : {"average", "max"} or None, default=None
        Reduces the positions left after the last convolution, or the states of the last LSTM
        layer at all of them, to one value a channel (deepG: ``gap``). None: convolutions are
        flattened, and of an LSTM layer the last state counts.
    masking : bool, default=False
        Whether LSTM layers skip positions whose symbols are all zero: padding, and N where it is
        encoded as zeros (deepG: ``zero_mask``). Only without convolutions, which know no masks.
    stateful : bool, default=False
        Whether LSTM layers go on from window to window of a record with the state that they have,
        so that they remember more than a window; the notes say how. Only for
        `SequenceLanguageModel` with ``target="next"``, and only with ``filters=None``,
        ``bidirectional=False`` and ``global_pooling=None``.

    Notes
    -----
    The first block is convolution, pooling, batch norm; every later one is convolution, batch
    norm, pooling; relu is applied inside the convolution. With two inputs every arm has layers of
    its own, all blocks are convolution, pooling, batch norm, and the arms meet before the dense
    layers. deepG builds its networks so; its weights fit.

    With ``stateful=True`` the windows of a record follow each other in training without overlap,
    whatever the stride: the next one is in the same row of the next batch. The state is zero at the
    start of each record, after a stretch that is left out, and at the start of each epoch;
    gradients end at the windows' borders. A batch has no more windows than there are records: cut
    genomes into pieces. Scores and predictions see all of a record before a base. `build` gives the
    same model as without, whose windows, like those of `transform`, start from a zero state.

    References
    ----------
    .. [1] K. He, X. Zhang, S. Ren, J. Sun (2016). Deep residual learning for image recognition.
       CVPR. https://doi.org/10.1109/CVPR.2016.90
    .. [2] S. Ioffe, C. Szegedy (2015). Batch normalization: accelerating deep network training by
       reducing internal covariate shift. https://doi.org/10.48550/arXiv.1502.03167
    .. [3] S. Hochreiter, J. Schmidhuber (1997). Long short-term memory. Neural Computation 9(8),
       1735-1780. https://doi.org/10.1162/neco.1997.9.8.1735

    Examples
    --------
    >>> from skdeepg.networks import LSTMCNN, NetworkTask
    >>> task = NetworkTask(window_length=500, n_symbols=4, n_outputs=2)
    >>> LSTMCNN().build(task).count_params()
    130146
    >>> LSTMCNN(filters=(32, 64, 64), lstm_units=32).build(task).count_params()
    88546
    """

    def __init__(
        self,
        *,
        filters: int | Sequence[int] | None = (32, 64, 128),
        kernel_size: int | Sequence[int] = 12,
        strides: int | Sequence[int] = 1,
        dilation_rate: int | Sequence[int] = 1,
        pool_size: int | Sequence[int] | None = 3,
        padding: Literal["same", "valid", "causal"] = "same",
        use_bias: bool = True,
        residual: bool = False,
        batch_norm_momentum: float | None = None,
        lstm_units: int | Sequence[int] | None = None,
        bidirectional: bool = False,
        dropout: float | Sequence[float] = 0.0,
        recurrent_dropout: float | Sequence[float] = 0.0,
        dense_units: int | Sequence[int] | None = None,
        dense_dropout: float = 0.0,
        global_pooling: Literal["average", "max"] | None = None,
        masking: bool = False,
        stateful: bool = False,
    ) -> None:
        self.filters = filters
        self.kernel_size = kernel_size
        self.strides = strides
        self.dilation_rate = dilation_rate
        self.pool_size = pool_size
        self.padding = padding
        self.use_bias = use_bias
        self.residual = residual
        self.batch_norm_momentum = batch_norm_momentum
        self.lstm_units = lstm_units
        self.bidirectional = bidirectional
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.dense_units = dense_units
        self.dense_dropout = dense_dropout
        self.global_pooling = global_pooling
        self.masking = masking
        self.stateful = stateful

    def build(self, task: NetworkTask) -> keras.Model:
        """Build the Keras model with fresh weights; it is not compiled.

        Parameters
        ----------
        task : NetworkTask
            Shapes of inputs and outputs, and the output activation.

        Returns
        -------
        keras.Model
            A functional model. Its layers are called ``input``, ``conv_1``, ``pool_1``,
            ``batch_norm_1``, ``lstm_1``, ``flatten``, ``dense_1``, ``output`` and so on; with two
            arms names start with ``left_`` or ``right_`` up to the layer ``concatenate``.

        Raises
        ------
        ValueError
            If an argument is not allowed, arguments do not go together, or the window is too short
            for the convolutions and poolings; the message names the argument or the layer.

        Examples
        --------
        >>> from skdeepg.networks import LSTMCNN, NetworkTask
        >>> network = LSTMCNN(filters=16, lstm_units=8)
        >>> model = network.build(NetworkTask(window_length=60, n_symbols=4, n_outputs=3))
        >>> [layer.name for layer in model.layers]
        ['input', 'conv_1', 'pool_1', 'batch_norm_1', 'lstm_1', 'output']
        """
        check_options(self, task)
        blocks, lstm_layers = self._convolution_blocks(), self._lstm_layers()
        hidden = integers("dense_units", self.dense_units)
        arms = ("",) if task.inputs == "one" else ("left_", "right_")
        for arm, shape in zip(arms, task.input_shapes, strict=True):
            _check_lengths(blocks, shape[0], arm)
        import keras

        inputs = [
            keras.Input(shape, name=f"{arm}input")
            for arm, shape in zip(arms, task.input_shapes, strict=True)
        ]
        features = [
            self._add_arm(tensor, blocks, lstm_layers, arm)
            for arm, tensor in zip(arms, inputs, strict=True)
        ]
        if len(arms) == 1:
            model = self._finish(inputs[0], features[0], hidden, task)
            model.carries_state = bool(self.stateful)  # what the engine asks for
            return model
        joined = keras.layers.Concatenate(name="concatenate")(features)
        return self._finish(inputs, joined, hidden, task)

    def _add_arm(
        self,
        tensor: Any,
        blocks: Sequence[ConvolutionBlock],
        lstm_layers: Sequence[LSTMLayer],
        arm: str,
    ) -> Any:
        """Add all layers between an input and the dense layers."""
        import keras

        if self.masking:
            tensor = keras.layers.Masking(name=f"{arm}masking")(tensor)
        for block in blocks:
            # deepG pools before batch norm in the first block, and in every block of an arm.
            tensor = block.apply(tensor, arm, pool_first=bool(arm) or block.number == 1)
        pooling = self.global_pooling
        tensor = add_lstm_layers(tensor, lstm_layers, arm, return_sequences=pooling is not None)
        if pooling == "average":
            name = f"{arm}global_average_pooling"
            return keras.layers.GlobalAveragePooling1D(name=name)(tensor)
        if pooling == "max":
            return keras.layers.GlobalMaxPooling1D(name=f"{arm}global_max_pooling")(tensor)
        return tensor if lstm_layers else keras.layers.Flatten(name=f"{arm}flatten")(tensor)

    def _finish(
        self, inputs: Any, features: Any, hidden: Sequence[int], task: NetworkTask
    ) -> keras.Model:
        """Add the dense layers and make the model."""
        import keras

        for number, units in enumerate(hidden, start=1):
            features = self._drop(features, f"dropout_{number}")
            dense = keras.layers.Dense(units, activation="relu", name=f"dense_{number}")
            features = dense(features)
        features = self._drop(features, "output_dropout")
        # Under mixed precision probabilities would have 3 digits; the weights' precision is kept.
        precision = keras.config.dtype_policy().variable_dtype
        output = keras.layers.Dense(
            task.n_outputs, activation=task.activation, dtype=precision, name="output"
        )
        return keras.Model(inputs, output(features), name="lstm_cnn")

    def _drop(self, tensor: Any, name: str) -> Any:
        import keras

        if self.dense_dropout == 0:
            return tensor
        return keras.layers.Dropout(self.dense_dropout, name=name)(tensor)

    def _convolution_blocks(self) -> list[ConvolutionBlock]:
        """Check the convolutions' arguments and put together those of each block."""
        filters = integers("filters", self.filters)
        momentum = self.batch_norm_momentum
        columns = [
            one_per_layer(name, value, len(filters), "filters")
            for name, value in [
                ("kernel_size", self.kernel_size),
                ("strides", self.strides),
                ("dilation_rate", self.dilation_rate),
                ("pool_size", 1 if self.pool_size is None else self.pool_size),
            ]
        ]
        return [
            ConvolutionBlock(
                number=number,
                filters=n_filters,
                kernel_size=kernel_size,
                strides=strides,
                dilation_rate=dilation_rate,
                pool_size=pool_size,
                padding=self.padding,
                use_bias=self.use_bias,
                residual=self.residual,
                batch_norm_momentum=DEFAULT_BATCH_NORM_MOMENTUM if momentum is None else momentum,
            )
            for number, (n_filters, kernel_size, strides, dilation_rate, pool_size) in enumerate(
                zip(filters, *columns, strict=True), start=1
            )
        ]

    def _lstm_layers(self) -> list[LSTMLayer]:
        """Check the LSTM layers' arguments and put together those of each layer."""
        units = integers("lstm_units", self.lstm_units)
        dropout = shares("dropout", self.dropout, len(units), "lstm_units")
        recurrent = shares("recurrent_dropout", self.recurrent_dropout, len(units), "lstm_units")
        return [
            LSTMLayer(size, self.bidirectional, rate, recurrent_rate)
            for size, rate, recurrent_rate in zip(units, dropout, recurrent, strict=True)
        ]

    def _check(self) -> None:
        """Check the arguments, as far as no task is needed."""
        self._convolution_blocks()
        self._lstm_layers()

    def _weight_sizes(self, task: NetworkTask) -> Iterator[int]:
        """Give the sizes of all weights but biases and batch norm."""
        features = 0
        for shape in task.input_shapes:
            length, channels = shape
            for block in self._convolution_blocks():
                yield block.kernel_size * channels * block.filters
                length, channels = block.output_length(length, ""), block.filters
            layers = self._lstm_layers()
            for layer in layers:
                n_directions = 2 if layer.bidirectional else 1
                yield from n_directions * gate_weights("LSTM", layer.units, channels)
                channels = n_directions * layer.units
            is_flattened = not layers and self.global_pooling is None
            features += length * channels if is_flattened else channels
        for units in (*integers("dense_units", self.dense_units), task.n_outputs):
            yield features * units
            features = units


def _check_lengths(blocks: Sequence[ConvolutionBlock], length: int, arm: str) -> None:
    """Follow the number of positions through the blocks; raise where none are left."""
    for block in blocks:
        length = block.output_length(length, arm)
