"""A network's state to and from HDF5."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import h5py
import numpy as np

__all__ = ["variables_from_h5", "variables_to_h5"]


def variables_to_h5(**groups: Sequence[Any]) -> bytes:
    """Write groups of Keras variables as an HDF5 file.

    Parameters
    ----------
    **groups : list of keras.Variable
        Such as ``model=model.variables``.

    Returns
    -------
    bytes
        The file: one HDF5 group a name, in it one data set a variable, numbered in order, with the
        variable's path as its attribute.
    """
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for name, variables in groups.items():
            group = file.create_group(name)
            for number, variable in enumerate(variables):
                dataset = group.create_dataset(f"{number:04d}", data=np.asarray(variable))
                dataset.attrs["path"] = variable.path
    return buffer.getvalue()


def variables_from_h5(data: bytes, **groups: Sequence[Any]) -> None:
    """Set Keras variables from an HDF5 file.

    Parameters
    ----------
    data : bytes
        What `variables_to_h5` gave.
    **groups : list of keras.Variable
        The variables to set, in the order in which they were written.

    Raises
    ------
    ValueError
        If their number or shapes differ.
    """
    with h5py.File(io.BytesIO(data), "r") as file:
        for name, variables in groups.items():
            group = file[name]
            shapes = [group[key].shape for key in sorted(group)]
            wanted = [tuple(variable.shape) for variable in variables]
            if shapes != wanted:
                raise ValueError(
                    f"The saved {name} has variables of the shapes {shapes}, but the network as it "
                    f"is built now wants {wanted}: its architecture has changed."
                )
            for variable, key in zip(variables, sorted(group), strict=True):
                variable.assign(group[key][()])
