"""Arguments of Keras layers, made from a configuration in JSON: all by lists of what is allowed."""

from __future__ import annotations

import inspect
from typing import Any, Final

from skdeepg.exceptions import InvalidModelFileError

__all__ = ["class_and_config", "layer_arguments", "make_listed", "names", "plain"]


def names(text: str) -> frozenset[str]:
    """Make a list of allowed names of words.

    Parameters
    ----------
    text : str
        Names, with blanks between them.

    Returns
    -------
    frozenset of str
        The names.
    """
    return frozenset(text.split())


ACTIVATIONS: Final = names(
    "celu elu exponential gelu hard_sigmoid hard_silu hard_tanh leaky_relu linear log_softmax mish "
    "relu relu6 selu sigmoid silu softmax softplus softsign swish tanh"
)
LISTED: Final = {
    "initializer": names(
        "Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity LecunNormal LecunUniform "
        "Ones Orthogonal RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros"
    ),
    "regularizer": names("L1 L2 L1L2 OrthogonalRegularizer"),
    "constraint": names("MaxNorm MinMaxNorm NonNeg UnitNorm"),
}
RENAMED: Final = {  # what earlier versions of Keras 3 write
    "IdentityInitializer": "Identity",
    "OrthogonalInitializer": "Orthogonal",
}
DTYPES: Final = names("bfloat16 float16 float32 float64 mixed_bfloat16 mixed_float16")
OF_EVERY_LAYER: Final = frozenset(("activity_regularizer", "dtype", "name", "trainable"))
NOT_PLAIN: Final = frozenset(
    ("args", "cell", "function", "kwargs", "layer", "backward_layer", "self")
)
WITHOUT_EFFECT: Final = frozenset(("batch_input_shape", "build_input_shape", "implementation"))
# What later versions of Keras write beside a switch; if it is off, others need not know it.
SWITCHES: Final = {"renorm_clipping": "renorm", "renorm_momentum": "renorm"}
LONGEST_TEXT, LARGEST_NUMBER, DEEPEST_LIST = 200, 1 << 31, 3


def class_and_config(value: Any, modules: frozenset[str], where: str) -> tuple[str, dict[str, Any]]:
    """Read the class name and the arguments of an object that Keras has written.

    Parameters
    ----------
    value : object
        What JSON gave.
    modules : frozenset of str
        Where the class may come from, if the file says so; older ones do not.
    where : str
        For messages.

    Returns
    -------
    name : str
        The class's name.
    config : dict
        Its arguments, not checked yet.
    """
    if not isinstance(value, dict):
        raise InvalidModelFileError(f"{where} is not described by a class and its arguments.")
    name, config = value.get("class_name"), value.get("config")
    if not isinstance(name, str) or not isinstance(config, dict):
        raise InvalidModelFileError(f"{where} has no class name or no arguments.")
    module = value.get("module", next(iter(modules)))
    if not isinstance(module, str) or module not in modules:
        raise InvalidModelFileError(
            f"{where} is of the class {name[:LONGEST_TEXT]!r} of the module "
            f"{str(module)[:LONGEST_TEXT]!r}, which is no part of Keras that is allowed here."
        )
    if value.get("registered_name") not in (None, name):
        raise InvalidModelFileError(f"{where} is of a class that is registered by others.")
    return name, config


def layer_arguments(cls: type, config: dict[str, Any], where: str) -> dict[str, Any]:
    """Check the arguments of a layer, and make the objects among them.

    Parameters
    ----------
    cls : type
        The layer's class.
    config : dict
        From JSON, without what `cls` wraps.
    where : str
        For messages.

    Returns
    -------
    dict
        Arguments for `cls`.
    """
    known = {name for base in cls.__mro__ for name in inspect.signature(base).parameters}
    known = (known | OF_EVERY_LAYER) - NOT_PLAIN
    arguments = {}
    for name, value in config.items():
        is_off = value in (None, False) or config.get(SWITCHES.get(name, name)) is False
        if name in WITHOUT_EFFECT or (name not in known and is_off):
            continue
        if name not in known:
            raise InvalidModelFileError(f"{where} has the argument {name!r}, which Keras has not.")
        arguments[name] = _argument(name, value, f"{name} of {where}")
    if isinstance(arguments.get("axis"), tuple) and len(arguments["axis"]) == 1:
        arguments["axis"] = arguments["axis"][0]  # as Keras 2 writes it
    return arguments


def _argument(name: str, value: Any, where: str) -> Any:
    kind = name.rpartition("_")[2]
    if kind in LISTED:
        return make_listed(kind, value, where)
    if kind == "activation":
        return _activation(value, where)
    if name == "dtype":
        return _dtype(value, where)
    return plain(value, where)


def make_listed(kind: str, value: Any, where: str) -> Any:
    """Make an initializer, regularizer or constraint of Keras.

    Parameters
    ----------
    kind : {"initializer", "regularizer", "constraint"}
        What to make.
    value : object
        Its configuration; None for none.
    where : str
        For messages.

    Returns
    -------
    object
        Of a class of Keras.
    """
    if value is None:
        return None
    import keras

    package = f"keras.{kind}s"
    name, config = class_and_config(value, frozenset([package]), where)
    name = RENAMED.get(name, name)
    if name not in LISTED[kind]:
        raise InvalidModelFileError(f"{where} is {name[:LONGEST_TEXT]!r}, which is not allowed.")
    cls = getattr(getattr(keras, f"{kind}s"), name)
    known = inspect.signature(cls).parameters
    config = {key: each for key, each in config.items() if key in known or each is not None}
    return cls(**{key: plain(each, where) for key, each in config.items()})


def _activation(value: Any, where: str) -> str | None:
    if isinstance(value, dict) and value.get("class_name") == "function":
        value = value.get("config")
    if value is None or (isinstance(value, str) and value in ACTIVATIONS):
        return value
    raise InvalidModelFileError(
        f"{where} is {str(value)[:LONGEST_TEXT]!r}, which is no activation of Keras by its name."
    )


def _dtype(value: Any, where: str) -> str | None:
    if isinstance(value, dict):
        config = value.get("config")
        value = config.get("name") if isinstance(config, dict) else config
    if value is None or (isinstance(value, str) and value in DTYPES):
        return value
    raise InvalidModelFileError(f"{where} is {str(value)[:LONGEST_TEXT]!r}, which is not allowed.")


def plain(value: Any, where: str, depth: int = 0) -> Any:
    """Check that a value is a number, a flag, a short text or a short list of these.

    Parameters
    ----------
    value : object
        From JSON.
    where : str
        For messages.
    depth : int, default=0
        Lists around it.

    Returns
    -------
    object
        The value; lists as tuples.
    """
    if isinstance(value, list) and depth < DEEPEST_LIST and len(value) <= LONGEST_TEXT:
        return tuple(plain(each, where, depth + 1) for each in value)
    is_number = isinstance(value, int | float) and abs(value) <= LARGEST_NUMBER
    is_text = isinstance(value, str) and len(value) <= LONGEST_TEXT
    if value is None or is_number or is_text:
        return value
    raise InvalidModelFileError(f"{where} is {str(value)[:LONGEST_TEXT]!r}, which is not allowed.")
