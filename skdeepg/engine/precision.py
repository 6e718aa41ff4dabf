"""In which precision a network computes: by policies of its layers, never by the global one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from skdeepg.engine.backend import keras, tf

__all__ = ["choose_precision", "scale_losses", "set_precision"]

RECURRENT: Final = (keras.layers.RNN, keras.layers.Bidirectional)
NATIVE_FLAGS: Final = frozenset(("amx_bf16", "avx512_bf16"))  # of CPUs
NATIVE_CAPABILITY: Final = (8, 0)  # of NVIDIA's GPUs


def choose_precision(precision: str, model: Any) -> str:
    """Decide what "auto" means for a network on this machine.

    Parameters
    ----------
    precision : {"float32", "mixed_bfloat16", "mixed_float16", "auto"}
        What was asked for.
    model : keras.Model
        The network.

    Returns
    -------
    str
        One of the first three: "mixed_bfloat16" for convolutional networks where the hardware
        multiplies bfloat16 itself.
    """
    if precision != "auto":
        return precision
    convolutional = any("Conv" in type(layer).__name__ for layer in model.layers)
    recurrent = any(isinstance(layer, RECURRENT) for layer in model.layers)
    pays = convolutional and not recurrent and _multiplies_bfloat16()
    return "mixed_bfloat16" if pays else "float32"


def _multiplies_bfloat16() -> bool:
    for device in tf.config.list_physical_devices("GPU"):
        details = tf.config.experimental.get_device_details(device)
        return bool(details.get("compute_capability", (0, 0)) >= NATIVE_CAPABILITY)
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # not on Linux
        return False
    flags = next((line for line in lines if line.startswith("flags")), "")
    return not NATIVE_FLAGS.isdisjoint(flags.split())


def set_precision(model: Any, precision: str) -> Any:
    """Give a network whose layers compute in a precision; weights stay float32.

    Parameters
    ----------
    model : keras.Model
        The network, in float32.
    precision : {"float32", "mixed_bfloat16", "mixed_float16"}
        The policy of all layers but the last, whose probabilities stay float32.

    Returns
    -------
    keras.Model
        The same for "float32", else a copy with the same weights.
    """
    if precision == "float32":
        return model
    ends = {id(tensor) for tensor in model.outputs}

    def copy(layer: Any) -> Any:
        config = layer.get_config()
        if id(getattr(layer, "output", None)) not in ends:
            config["dtype"] = precision
        return type(layer).from_config(config)

    copied = keras.models.clone_model(model, clone_function=copy)
    for variable, value in zip(copied.variables, model.variables, strict=True):
        variable.assign(value)
    if hasattr(model, "carries_state"):
        copied.carries_state = model.carries_state  # what the engine asks for
    return copied


def scale_losses(optimizer: Any, precision: str, model: Any) -> Any:
    """Wrap an optimizer so that small gradients do not vanish in float16."""
    if precision != "mixed_float16":
        return optimizer
    scaled = keras.optimizers.LossScaleOptimizer(optimizer)
    scaled.build(model.trainable_variables)
    return scaled
