"""Building blocks of networks: convolutions with pooling and batch norm, and LSTM layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ConvolutionBlock", "LSTMLayer", "add_lstm_layers"]

Padding = Literal["same", "valid", "causal"]


@dataclass(frozen=True)
class ConvolutionBlock:
    """A convolution with relu, max pooling and batch norm.

    Parameters
    ----------
    number : int
        Place of the block in its network, from 1; part of its layers' names.
    filters : int
        Number of output channels.
    kernel_size : int
        Length of the kernel in positions.
    strides : int
        Distance between the positions at which the kernel is applied.
    dilation_rate : int
        Distance between the positions that the kernel reads.
    pool_size : int
        Length of the pooling windows, which do not overlap; 1 is no pooling.
    padding : {"same", "valid", "causal"}
        What happens to the kernel at the ends.
    use_bias : bool
        Whether the convolution has a bias.
    residual : bool
        Whether the block's input is added before pooling [1]_.
    batch_norm_momentum : float
        Share of the moving averages that a training step leaves as it was.

    Raises
    ------
    ValueError
        If arguments do not go together.

    References
    ----------
    .. [1] K. He, X. Zhang, S. Ren, J. Sun (2016). Deep residual learning for image recognition.
       CVPR. https://doi.org/10.1109/CVPR.2016.90

    Examples
    --------
    >>> from skdeepg.networks.blocks import ConvolutionBlock
    >>> block = ConvolutionBlock(1, 32, 12, 1, 1, 3, "same", True, False, 0.9)
    >>> block.output_length(500, "")
    166
    """

    number: int
    filters: int
    kernel_size: int
    strides: int
    dilation_rate: int
    pool_size: int
    padding: Padding
    use_bias: bool
    residual: bool
    batch_norm_momentum: float

    def __post_init__(self) -> None:
        if self.strides > 1 and self.dilation_rate > 1:
            raise ValueError(
                f"strides={self.strides} and dilation_rate={self.dilation_rate} of convolution "
                f"{self.number} are both above 1; set one of them to 1."
            )
        if self.residual and self.padding == "valid":
            raise ValueError(
                'residual=True cannot add a block\'s input to its output with padding="valid", '
                'which shortens the output; use padding="same" or "causal".'
            )

    def output_length(self, length: int, arm: str) -> int:
        """Count the positions that the block leaves.

        Parameters
        ----------
        length : int
            Number of positions of the block's input.
        arm : str
            Start of the layers' names, for the errors.

        Returns
        -------
        int
            Number of positions of its output.

        Raises
        ------
        ValueError
            If the kernel or the pooling window is longer than what it is applied to.

        Examples
        --------
        >>> from skdeepg.networks.blocks import ConvolutionBlock
        >>> ConvolutionBlock(1, 32, 12, 1, 1, 3, "valid", True, False, 0.9).output_length(500, "")
        163
        """
        convolved = self._convolved_length(length, arm)
        if convolved < self.pool_size:
            raise ValueError(
                f"Layer {arm}pool_{self.number} cannot pool {self.pool_size} positions: only "
                f"{convolved} are left there. Use a smaller pool_size, fewer blocks or longer "
                f"windows."
            )
        return convolved // self.pool_size

    def _convolved_length(self, length: int, arm: str) -> int:
        # "same" and "causal" pad the input so that a kernel starts at every position.
        reach = (self.kernel_size - 1) * self.dilation_rate + 1 if self.padding == "valid" else 1
        if length < reach:
            raise ValueError(
                f'Layer {arm}conv_{self.number} with padding="valid" spans {reach} positions, but '
                f'its input has only {length}. Use padding="same", a smaller kernel_size or '
                f"dilation_rate, fewer blocks or longer windows."
            )
        return (length - reach) // self.strides + 1

    def apply(self, tensor: Any, arm: str, *, pool_first: bool) -> Any:
        """Add the block's layers to a functional model.

        Parameters
        ----------
        tensor : KerasTensor of shape (n_windows, length, n_channels)
            The block's input.
        arm : str
            Start of the layers' names.
        pool_first : bool
            Whether pooling comes before batch norm instead of after it.

        Returns
        -------
        KerasTensor of shape (n_windows, output_length, filters)
            The block's output.

        Examples
        --------
        >>> import keras
        >>> from skdeepg.networks.blocks import ConvolutionBlock
        >>> block = ConvolutionBlock(1, 32, 12, 1, 1, 3, "same", True, False, 0.9)
        >>> block.apply(keras.Input((500, 4)), "", pool_first=True).shape
        (None, 166, 32)
        """
        convolved = self._convolution(arm)(tensor)
        if pool_first:
            pooled = self._pool(self._add_shortcut(convolved, tensor, arm), arm)
            return self._batch_norm(arm)(pooled)
        normed = self._batch_norm(arm)(convolved)
        return self._pool(self._add_shortcut(normed, tensor, arm), arm)

    def _convolution(self, arm: str) -> Any:
        import keras

        return keras.layers.Conv1D(
            self.filters,
            self.kernel_size,
            strides=self.strides,
            dilation_rate=self.dilation_rate,
            padding=self.padding,
            activation="relu",
            use_bias=self.use_bias,
            name=f"{arm}conv_{self.number}",
        )

    def _batch_norm(self, arm: str) -> Any:
        import keras

        return keras.layers.BatchNormalization(
            momentum=self.batch_norm_momentum, name=f"{arm}batch_norm_{self.number}"
        )

    def _pool(self, tensor: Any, arm: str) -> Any:
        import keras

        if self.pool_size == 1:
            return tensor
        return keras.layers.MaxPooling1D(self.pool_size, name=f"{arm}pool_{self.number}")(tensor)

    def _add_shortcut(self, tensor: Any, block_input: Any, arm: str) -> Any:
        import keras

        if not self.residual:
            return tensor
        if self.strides > 1 or block_input.shape[-1] != self.filters:
            block_input = keras.layers.Conv1D(
                self.filters,
                1,
                strides=self.strides,
                use_bias=self.use_bias,
                name=f"{arm}shortcut_{self.number}",
            )(block_input)
        return keras.layers.Add(name=f"{arm}add_{self.number}")([tensor, block_input])


@dataclass(frozen=True)
class LSTMLayer:
    """The settings of one LSTM layer [1]_.

    Parameters
    ----------
    units : int
        Number of units, in each direction where there are two.
    bidirectional : bool
        Whether a second LSTM reads the window from its end.
    dropout, recurrent_dropout : float
        Share of the inputs, or of the recurrent states, dropped in training.

    References
    ----------
    .. [1] S. Hochreiter, J. Schmidhuber (1997). Long short-term memory. Neural Computation 9(8),
       1735-1780. https://doi.org/10.1162/neco.1997.9.8.1735

    Examples
    --------
    >>> from skdeepg.networks.blocks import LSTMLayer
    >>> LSTMLayer(units=32, bidirectional=False, dropout=0.0, recurrent_dropout=0.0).units
    32
    """

    units: int
    bidirectional: bool
    dropout: float
    recurrent_dropout: float

    def layer(self, name: str, *, return_sequences: bool) -> Any:
        """Make the Keras layer.

        Parameters
        ----------
        name : str
            Its name.
        return_sequences : bool
            Whether it gives its state at every position instead of the last one.

        Returns
        -------
        keras.layers.Layer
            An LSTM layer, or a bidirectional pair of them.

        Examples
        --------
        >>> from skdeepg.networks.blocks import LSTMLayer
        >>> LSTMLayer(32, True, 0.0, 0.0).layer("lstm_1", return_sequences=False).name
        'lstm_1'
        """
        import keras

        lstm = keras.layers.LSTM(
            self.units,
            dropout=self.dropout,
            recurrent_dropout=self.recurrent_dropout,
            return_sequences=return_sequences,
            name=name,
        )
        return keras.layers.Bidirectional(lstm, name=name) if self.bidirectional else lstm


def add_lstm_layers(
    tensor: Any, layers: Sequence[LSTMLayer], arm: str, *, return_sequences: bool
) -> Any:
    """Add LSTM layers, one upon the other, to a functional model.

    Parameters
    ----------
    tensor : KerasTensor of shape (n_windows, length, n_channels)
        Input of the first one.
    layers : sequence of LSTMLayer
        Their settings; all but the last hand on their state at every position.
    arm : str
        Start of the layers' names.
    return_sequences : bool
        Whether the last layer gives its state at every position, too.

    Returns
    -------
    KerasTensor of shape (n_windows, n_units) or (n_windows, length, n_units)
        Output of the last one.

    Examples
    --------
    >>> import keras
    >>> from skdeepg.networks.blocks import LSTMLayer, add_lstm_layers
    >>> layers = [LSTMLayer(8, False, 0.0, 0.0), LSTMLayer(5, True, 0.0, 0.0)]
    >>> add_lstm_layers(keras.Input((20, 4)), layers, "", return_sequences=False).shape
    (None, 10)
    """
    for number, lstm in enumerate(layers, start=1):
        every_position = return_sequences or number < len(layers)
        tensor = lstm.layer(f"{arm}lstm_{number}", return_sequences=every_position)(tensor)
    return tensor
