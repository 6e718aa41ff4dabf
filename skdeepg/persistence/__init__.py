"""Model files: one HDF5 file an estimator, without code in it.

`save` writes weights as arrays and all else as JSON; `load` makes nothing of them but what is on
its lists. The first 512 bytes (HDF5's user block) have a checksum of the rest, which is checked
before anything else is read.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from os import PathLike
from pathlib import Path
from typing import Any, Final

from skdeepg.argument_checks import not_found
from skdeepg.engine.checked_hdf5 import FAILURES
from skdeepg.exceptions import InvalidModelFileError
from skdeepg.networks.keras_network import read_json
from skdeepg.persistence.classes import saved_class_of
from skdeepg.persistence.container import ArrayReader, ArrayWriter, read_container, write_container
from skdeepg.persistence.decoding import Decoder
from skdeepg.persistence.description import FileDescription, count_weights, summarise
from skdeepg.persistence.encoding import Encoder

__all__ = ["FileDescription", "describe_file", "load", "save"]

PACKAGES: Final = ("skdeepg", "tensorflow", "keras", "scikit-learn", "numpy", "h5py")


def save(estimator: Any, path: str | PathLike[str]) -> None:
    """Save an estimator, fitted or not, in a file that anybody may open without risk.

    Parameters
    ----------
    estimator : estimator
        A `SequenceClassifier`, `SequenceLanguageModel`, `WaveNetLM`, `MarkovLanguageModel`,
        `FastaWindowTransformer`, or a `Pipeline` of these. A network of your own is saved by its
        layers, which must be Keras' own, once it is fitted. Its `callbacks` stay behind: they name
        places of your machine.
    path : path-like
        Where, such as ``"model.h5"``. A file of this name is replaced; it is written whole or not
        at all.

    Raises
    ------
    ValueError
        If something about the estimator is code (a function, a layer of your own) or of another
        type that the file cannot hold; use `joblib.dump` then.

    See Also
    --------
    load : Reads the file.
    describe_file : Tells what is in it.

    Examples
    --------
    >>> import os, tempfile
    >>> import skdeepg
    >>> path = os.path.join(tempfile.mkdtemp(), "model.h5")
    >>> skdeepg.save(skdeepg.MarkovLanguageModel(order=2).fit(["ACGACGACG"]), path)
    >>> skdeepg.load(path).predict(["ACGAC"])
    array(['G'], dtype='<U1')
    """
    if saved_class_of(estimator) is None:
        raise ValueError(
            f"A {type(estimator).__module__}.{type(estimator).__qualname__} cannot be saved in a "
            "model file, only the estimators of skdeepg and a Pipeline of these. Use joblib.dump."
        )
    arrays = ArrayWriter()
    content = make_content(estimator, arrays)
    write_container(Path(path), json.dumps(content, allow_nan=False).encode(), arrays)


def make_content(estimator: Any, arrays: ArrayWriter) -> dict[str, Any]:
    """Say in JSON what a file holds; arrays are put aside."""
    return {
        "saved": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": _versions(),
        "estimator": Encoder(arrays).encode(estimator, type(estimator).__name__)["object"],
    }


def load(path: str | PathLike[str]) -> Any:
    """Load an estimator from a file of `save`.

    No code of the file is run: it has none, and only classes of a list are made of it. Whether
    the answers of a stranger's model are true is another matter.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    estimator
        As it was saved: it predicts the same, bit for bit, and training goes on as if it had not
        been interrupted.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    InvalidModelFileError
        If the file is damaged, is of another kind, or holds what a model file may not hold.

    Examples
    --------
    >>> import os, tempfile
    >>> import skdeepg
    >>> path = os.path.join(tempfile.mkdtemp(), "model.h5")
    >>> skdeepg.save(skdeepg.SequenceClassifier(max_epochs=3), path)
    >>> skdeepg.load(path)
    SequenceClassifier(max_epochs=3)
    """
    with opened(Path(path)) as (content, arrays):
        return Decoder(arrays).decode_object(content["estimator"])


def describe_file(path: str | PathLike[str]) -> FileDescription:
    """Tell what a file of `save` holds, without building its network.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    FileDescription
        Class, parameters, classes, windows, epochs, last values of the history, versions and
        date; prints itself.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    InvalidModelFileError
        If the file is damaged, is of another kind, or holds what a model file may not hold.

    Examples
    --------
    >>> import os, tempfile
    >>> import skdeepg
    >>> path = os.path.join(tempfile.mkdtemp(), "model.h5")
    >>> skdeepg.save(skdeepg.SequenceClassifier(max_epochs=3), path)
    >>> skdeepg.describe_file(path).parameters
    'SequenceClassifier(max_epochs=3)'
    """
    path = Path(path)
    with opened(path) as (content, arrays):
        estimator = Decoder(arrays, builds=False).decode_object(content["estimator"])
        return FileDescription(
            path=path,
            class_name=type(estimator).__name__,
            parameters=repr(estimator),
            fitted=summarise(estimator),
            n_weights=count_weights(content["estimator"], arrays),
            n_bytes=path.stat().st_size,
            versions={str(k): str(v)[:100] for k, v in content["versions"].items()},
            saved=str(content["saved"])[:100],
        )


@contextmanager
def opened(path: Path) -> Iterator[tuple[dict[str, Any], ArrayReader]]:
    """Read a file's JSON; whatever goes wrong with its content is the file's fault."""
    if not path.is_file():
        raise not_found("file", path)
    try:
        with read_container(path) as (text, arrays):
            content = read_json(text)
            if not isinstance(content, dict) or not {"estimator", "versions"} <= set(content):
                raise InvalidModelFileError("Its JSON says nothing of an estimator.")
            yield content, arrays
    except InvalidModelFileError as error:
        raise InvalidModelFileError(f"{path} cannot be loaded. {error}") from error
    except FAILURES as error:
        raise InvalidModelFileError(
            f"{path} cannot be loaded: its content makes no sense ({type(error).__name__}: "
            f"{str(error)[:500]})."
        ) from error


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions
