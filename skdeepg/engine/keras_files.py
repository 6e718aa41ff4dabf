"""Keras models from files, deepG's checkpoints among them, or from memory."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import h5py
import numpy as np

from skdeepg.argument_checks import not_found
from skdeepg.engine.backend import keras, tf
from skdeepg.engine.checked_hdf5 import FAILURES, check_structure, read_array, read_texts
from skdeepg.engine.seeding import seeded
from skdeepg.exceptions import InvalidModelFileError
from skdeepg.networks.keras_network import KerasNetwork, TrustedKerasNetwork, read_json
from skdeepg.networks.layer_configs import build_from_layers
from skdeepg.networks.weight_counts import Budget

__all__ = ["read_keras_model"]

HDF5_START: Final = b"\x89HDF\r\n\x1a\n"
ZIP_START: Final = b"PK\x03\x04"
MOST_JSON: Final = 1 << 26
REMEDY: Final = " If you trust its author, trusted=True takes it all the same."


def read_keras_model(source: Any, trusted: bool = False) -> tuple[Any, Any]:
    """Read a Keras model.

    Parameters
    ----------
    source : path or keras.Model
        A whole model in one of Keras' formats: HDF5 (``.h5``, ``.hdf5``) of Keras 2 or 3, or
        ``.keras`` of Keras 3. A model in memory is copied.
    trusted : bool, default=False
        Whether layers may be of any class, and so run code that comes with the file.

    Returns
    -------
    model : keras.Model
        With its weights, not compiled.
    network : KerasNetwork or TrustedKerasNetwork
        What builds such a model.

    Raises
    ------
    InvalidModelFileError
        If it is no such file or is damaged, or a layer is not one of Keras' own that are allowed.
    """
    if isinstance(source, keras.Model):
        return _describe(source, "the model", trusted)
    path = Path(source)
    if not path.is_file():
        raise not_found("file", path)
    with seeded(0):
        try:
            model = _load(path)
        except InvalidModelFileError as error:
            if not trusted:
                raise InvalidModelFileError(f"{path}: {error}{REMEDY}") from error
            model = _load_trusted(path)
        except (*FAILURES, tf.errors.OpError, zipfile.BadZipFile) as error:
            raise InvalidModelFileError(
                f"{path} cannot be read as a Keras model; it is damaged or of another kind: {error}"
            ) from error
    return _describe(model, str(path), trusted)


def _describe(model: Any, where: str, trusted: bool) -> tuple[Any, Any]:
    """Give a copy of the model, and what builds it."""
    with seeded(0):
        try:
            network: Any = KerasNetwork.from_model(model)
        except InvalidModelFileError as error:
            if not trusted:
                raise InvalidModelFileError(f"{where}: {error}{REMEDY}") from error
            network = TrustedKerasNetwork(model)
        copy = network.build(None)
    for variable, value in zip(copy.variables, model.variables, strict=True):
        variable.assign(value)
    return copy, network


def _load(path: Path) -> Any:
    """Read a file that nobody vouches for."""
    with path.open("rb") as stream:
        start = stream.read(len(HDF5_START))
        stream.seek(0)
        if start == HDF5_START:
            return _load_hdf5(stream)
        if start.startswith(ZIP_START):
            return _load_archive(stream)
    raise InvalidModelFileError("It is neither HDF5 nor a .keras file.")


def _load_hdf5(stream: BinaryIO) -> Any:
    with h5py.File(stream, "r") as file:
        check_structure(file)
        text = "".join(read_texts(file.attrs, "model_config", file.id.get_filesize()))
        if not text or not isinstance(file.get("model_weights"), h5py.Group):
            raise InvalidModelFileError(
                "It has weights only, or no model at all; save the whole model (model.save)."
            )
        model = build_from_layers(read_json(text), _budget(file))
        _set_weights_by_name(file["model_weights"], model, file.id.get_filesize())
    return model


def _budget(file: h5py.File) -> Budget:
    sizes: list[int] = []
    file.visititems(lambda _, each: sizes.append(each.size) if hasattr(each, "size") else None)
    return Budget(len(sizes), sum(sizes))


def _set_weights_by_name(group: h5py.Group, model: Any, file_size: int) -> None:
    """Set each layer's weights from the group of its name, all of them."""
    names = set(_names_with_weights(group, file_size))
    layers = {layer.name: layer for layer in model.layers if layer.weights}
    if names != set(layers):
        odd = sorted(names ^ set(layers))[0]
        raise InvalidModelFileError(f"The weights are not those of its layers, as of {odd!r}.")
    for name, layer in layers.items():
        # the order of both Keras 2 and 3 in this format
        weights = [*layer.trainable_weights, *layer.non_trainable_weights]
        keys = read_texts(group[name].attrs, "weight_names", file_size)
        _assign(weights, [read_array(group[name], key) for key in keys], name)


def _names_with_weights(group: h5py.Group, file_size: int) -> Iterator[str]:
    for name in read_texts(group.attrs, "layer_names", file_size):
        if not isinstance(group.get(name), h5py.Group):
            raise InvalidModelFileError(f"There is no group of weights {name!r}.")
        if read_texts(group[name].attrs, "weight_names", file_size):
            yield name


def _assign(variables: list[Any], values: list[Any], name: str) -> None:
    found = [value.shape for value in values]
    wanted = [tuple(variable.shape) for variable in variables]
    if found != wanted:
        raise InvalidModelFileError(
            f"The weights of the layer {name!r} have the shapes {found}, but its arguments ask for "
            f"{wanted}."
        )
    for variable, value in zip(variables, values, strict=True):
        if value.dtype.kind != np.dtype("float32").kind:
            raise InvalidModelFileError(f"Weights of the layer {name!r} are no decimal numbers.")
        variable.assign(value)


def _load_archive(stream: BinaryIO) -> Any:
    """Read Keras' own format: a zip archive of JSON and HDF5."""
    with zipfile.ZipFile(stream) as archive, tempfile.TemporaryDirectory() as folder:
        members = {info.filename: info for info in archive.infolist()}
        if not {"config.json", "model.weights.h5"} <= set(members):
            raise InvalidModelFileError("It has no config.json or no model.weights.h5 in it.")
        if any(info.compress_type != zipfile.ZIP_STORED for info in members.values()):
            raise InvalidModelFileError("It is compressed, which Keras does not do.")
        if members["config.json"].file_size > MOST_JSON:
            raise InvalidModelFileError("Its config.json is too large.")
        config = read_json(archive.read("config.json"))
        path = Path(folder, "model.weights.h5")
        with archive.open("model.weights.h5") as member, path.open("wb") as copy:
            shutil.copyfileobj(member, copy)
        with path.open("rb") as weights, h5py.File(weights, "r") as file:
            check_structure(file)
            budget = _budget(file)
        model = build_from_layers(config, budget)
        model.load_weights(path)
    return model


def _load_trusted(path: Path) -> Any:
    """Let Keras read a file, after mending what Keras 3 does not understand of Keras 2."""
    with tempfile.TemporaryDirectory() as folder:
        is_archive = zipfile.is_zipfile(path)
        copy = Path(folder, "model.keras" if is_archive else "model.h5")
        shutil.copyfile(path, copy)
        if not is_archive:
            with h5py.File(copy, "r+") as file:
                config = json.loads(file.attrs["model_config"])
                file.attrs["model_config"] = json.dumps(_without_time_major(config))
        return keras.models.load_model(copy, compile=False, safe_mode=False)


def _without_time_major(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_time_major(v) for k, v in value.items() if k != "time_major"}
    return [_without_time_major(each) for each in value] if isinstance(value, list) else value
