"""Which arguments of `LSTMCNN` go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skdeepg.networks.arguments import check_choice, check_flags, check_share, integers

if TYPE_CHECKING:
    from skdeepg.networks.lstm_cnn import LSTMCNN
    from skdeepg.networks.task import NetworkTask

__all__ = ["check_options"]


def check_options(network: LSTMCNN, task: NetworkTask) -> None:
    """Check what is neither a size nor a rate, and what goes with what.

    Parameters
    ----------
    network : LSTMCNN
        The specification.
    task : NetworkTask
        What it is to be built for.

    Raises
    ------
    ValueError
        If an argument is not allowed, or arguments do not go together or with the task.

    Examples
    --------
    >>> from skdeepg.networks import LSTMCNN, NetworkTask
    >>> from skdeepg.networks.lstm_cnn_checks import check_options
    >>> check_options(LSTMCNN(padding="causal"), NetworkTask(500, 4, 2))
    """
    check_choice("padding", network.padding, ("same", "valid", "causal"))
    check_choice("global_pooling", network.global_pooling, (None, "average", "max"))
    check_flags(
        use_bias=network.use_bias,
        residual=network.residual,
        bidirectional=network.bidirectional,
        masking=network.masking,
        stateful=network.stateful,
    )
    check_share("dense_dropout", network.dense_dropout)
    if network.batch_norm_momentum is not None:
        check_share("batch_norm_momentum", network.batch_norm_momentum)
    if task.per_position:
        raise ValueError(
            "LSTMCNN gives one prediction a window, but this task wants one at every "
            "position: use a network that keeps positions apart, such as WaveNet."
        )
    _check_lstm_options(network)
    if network.stateful:
        _check_stateful(network, task)


def _check_lstm_options(network: LSTMCNN) -> None:
    has_lstm = bool(integers("lstm_units", network.lstm_units))
    for name in ("bidirectional", "dropout", "recurrent_dropout", "masking", "stateful"):
        value = getattr(network, name)
        if value not in (False, ()) and not has_lstm:
            raise ValueError(
                f"{name}={value!r} acts on LSTM layers, but lstm_units={network.lstm_units!r} "
                f"asks for none; set lstm_units, or leave {name} at its default."
            )
    if not network.masking:
        return
    if integers("filters", network.filters):
        raise ValueError(
            f"masking=True works without convolutions only, because they carry no mask on; "
            f"found filters={network.filters!r}. Set filters=None, or masking=False."
        )
    if network.global_pooling == "max":
        raise ValueError(
            'masking=True does not go with global_pooling="max", which would see masked '
            'positions; use "average" or None.'
        )


def _check_stateful(network: LSTMCNN, task: NetworkTask) -> None:
    """Check that every layer can go on where the window before ended."""
    if task.inputs != "one":
        raise ValueError(
            "stateful=True reads a record window by window, but this task has two inputs, the "
            'halves of a window: use target="next", or stateful=False.'
        )
    found = {
        "filters": integers("filters", network.filters),
        "bidirectional": network.bidirectional,
        "global_pooling": network.global_pooling,
    }
    for name, value in found.items():
        if value:
            raise ValueError(
                f"stateful=True works with LSTM layers in one direction alone, but "
                f"{name}={value!r} needs the window as a whole; leave {name} out by "
                f"{name}={False if name == 'bidirectional' else None}, or set stateful=False."
            )
