"""Run numpydoc's validation over the public names of skdeepg and of its subpackages."""

from __future__ import annotations

import inspect
import sys
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path

from numpydoc.validate import validate

import skdeepg

CONFIG = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
SWITCHED_OFF = set(CONFIG["tool"]["numpydoc_validation"]["checks"])  # "all" but these

# Exceptions are raised, not called: a sentence is enough.
NOT_FOR_EXCEPTIONS = {"EX01"}
# Methods that only say what scikit-learn's users know, or that the class's example shows.
NOT_FOR_METHODS = {"EX01"}


def public_objects() -> dict[str, object]:
    """Full names and objects of what ``__all__`` lists in skdeepg and its public subpackages."""
    exported = [getattr(skdeepg, name) for name in skdeepg.__all__]
    for module in filter(inspect.ismodule, list(exported)):
        exported += [getattr(module, name) for name in module.__all__]
    return {
        f"{thing.__module__}.{thing.__qualname__}": thing
        for thing in exported
        if inspect.isclass(thing) or inspect.isfunction(thing)
    }


def public_methods(cls: type, classes: Collection[object]) -> Iterator[str]:
    """Names of the public methods and properties that `cls` defines; a base may describe them."""
    bases = [base for base in cls.__mro__[1:] if base in classes]
    for name, member in vars(cls).items():
        is_method = inspect.isfunction(member) or isinstance(member, property | classmethod)
        is_described = any(name in vars(base) for base in bases)
        # scikit-learn generates the set_*_request methods
        is_public = not name.startswith("_") and not name.endswith("_request")
        if is_method and is_public and not is_described:
            yield name


def problems(name: str, ignored: set[str]) -> list[str]:
    """One line for each check that the docstring of `name` fails."""
    errors = validate(name)["errors"]
    return [f"{name}: {code} {text}" for code, text in errors if code not in SWITCHED_OFF | ignored]


def main() -> int:
    """Print every problem; the exit code tells whether there was one."""
    lines = []
    objects = sorted(public_objects().items())
    classes = [thing for _, thing in objects if inspect.isclass(thing)]
    for name, thing in objects:
        is_exception = inspect.isclass(thing) and issubclass(thing, BaseException)
        lines += problems(name, NOT_FOR_EXCEPTIONS if is_exception else set())
        for method in public_methods(thing, classes) if inspect.isclass(thing) else ():
            lines += problems(f"{name}.{method}", NOT_FOR_METHODS)
    print("\n".join([*lines, f"{len(objects)} public names, {len(lines)} problems"]))
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
