"""Attributions in HDF5 files."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import h5py
import numpy as np
from numpy.typing import NDArray

from skdeepg.argument_checks import not_found
from skdeepg.genome.file_source import check_version, told_as_damaged
from skdeepg.genome.new_files import draft_of, told_as_unwritable, used_versions
from skdeepg.inspection.explained_windows import KINDS, ExplainedWindows

if TYPE_CHECKING:
    from skdeepg.inspection.attribution import Attribution

__all__ = ["read_attribution", "write_attribution"]

FORMAT: Final = "skdeepg attribution"
FORMAT_VERSION: Final = 1
TEXT: Final = h5py.string_dtype()
WORDS: Final = ("baseline", "of", "method", "symbols")


def write_attribution(
    attribution: Attribution, path: str | PathLike[str], *, overwrite: bool
) -> None:
    """Write an attribution; see `Attribution.to_hdf5`."""
    target = _storable(attribution.target)
    is_base = attribution.is_base
    with (
        draft_of(path, overwrite) as draft,
        told_as_unwritable(path),
        h5py.File(draft, "x") as file,
    ):
        file.attrs.update({name: getattr(attribution, name) for name in WORDS})
        file.attrs.update(
            {
                "format": FORMAT,
                "format_version": FORMAT_VERSION,
                "target_kind": attribution.target.dtype.kind,
                "versions": json.dumps(used_versions()),
            }
        )
        file["target"] = target
        file["values"] = attribution.values[is_base]
        file["codes"] = attribution.codes[is_base]
        for name in ("lengths", "starts"):
            file[name] = getattr(attribution, name)
        for name in ("records", "strands", "files"):
            if getattr(attribution, name) is not None:
                file.create_dataset(name, data=getattr(attribution, name), dtype=TEXT)
        for name in KINDS:
            file[f"windows/{name}"] = getattr(attribution.windows, name)


def _storable(target: NDArray[Any]) -> NDArray[Any]:
    """Make strings of a kind that HDF5 has; numbers stay."""
    if target.dtype.kind in "biuf":
        return target
    for row, value in enumerate(target.tolist()):
        if not isinstance(value, str):
            raise ValueError(
                f"Targets are written as strings or as numbers; found {value!r} in row {row}."
            )
    return target.astype(object).astype(TEXT)


def read_attribution(path: str | PathLike[str]) -> Attribution:
    """Read an attribution that `Attribution.to_hdf5` wrote.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    Attribution
        As it was, but for the object of alibi.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is another file, a damaged one, or of a newer version.

    Examples
    --------
    >>> import tempfile
    >>> from skdeepg.inspection import Attribution, read_attribution
    >>> attribution = Attribution(
    ...     values=[[[0.5, 0.0, 0.0, -0.25]]],
    ...     codes=[[0]],
    ...     baseline="zero",
    ...     target=["16s"],
    ...     of="logit",
    ...     method="integrated_gradients",
    ... )
    >>> path = f"{tempfile.mkdtemp()}/attribution.h5"
    >>> attribution.to_hdf5(path)
    >>> read_attribution(path).values.tolist()
    [[[0.5, 0.0, 0.0, -0.25]]]
    """
    path = Path(path)
    if not path.is_file():
        raise not_found("attribution file", path)
    with told_as_damaged(path, "attribution file"), h5py.File(path, "r") as file:
        _check_format(file, path)
        try:
            return _read(file)
        except (ValueError, MemoryError) as error:
            raise ValueError(
                f"{path} is damaged: its parts do not fit each other ({error}). Write it again."
            ) from error


def _check_format(file: h5py.File, path: Path) -> None:
    found = file.attrs.get("format")
    if found != FORMAT:
        raise ValueError(
            f"{path} is no file of an attribution: its format is {found!r}, not {FORMAT!r}."
        )
    check_version(file, path, FORMAT_VERSION)


def _read(file: h5py.File) -> Attribution:
    from skdeepg.inspection.attribution import Attribution

    words: dict[str, str] = {name: str(file.attrs[name]) for name in WORDS}
    lengths = file["lengths"][:]
    shape = len(lengths), int(lengths.max(initial=0))
    is_base = np.arange(shape[1]) < lengths[:, None]
    codes = np.full(shape, len(words["symbols"]) + 1, dtype=np.uint8)
    values = np.zeros((*shape, len(words["symbols"])), dtype=np.float32)
    codes[is_base] = file["codes"][:]
    values[is_base] = file["values"][:]
    return Attribution(
        values=values,
        codes=codes,
        lengths=lengths,
        target=_read_target(file),
        records=_read_text(file, "records"),
        files=_read_text(file, "files") if "files" in file else None,
        starts=file["starts"][:],
        strands=_read_text(file, "strands"),
        windows=ExplainedWindows(**{name: file[f"windows/{name}"][:] for name in KINDS}),
        **words,
    )


def _read_text(file: h5py.File, name: str) -> NDArray[np.object_]:
    return np.asarray(file[name].asstr()[:], dtype=object)


def _read_target(file: h5py.File) -> NDArray[Any]:
    if file.attrs["target_kind"] not in ("U", "O"):
        return np.asarray(file["target"][:])
    text = _read_text(file, "target")
    return text if file.attrs["target_kind"] == "O" else text.astype(str)
