"""Each public name has a docstring, an example, a test, and a place in reference and guide.

A public name is one of ``skdeepg.__all__`` or of the ``__all__`` of a subpackage, or a method or
property that skdeepg defines in such a class. What only repeats a method of a public base class, or
of scikit-learn, is described there: it needs a docstring and a test.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sybil import Document
from sybil.parsers.markdown import PythonCodeBlockParser as MarkdownParser
from sybil.parsers.rest import PythonCodeBlockParser as RestParser

import skdeepg
from tests.test_documentation import documents

ROOT = Path(__file__).parents[1]
PROPERTIES = (property, cached_property)


class Texts(NamedTuple):
    """Where names are looked for."""

    tests: str
    guide: str
    shown: str  # code of guide and gallery, which is run
    reference: str


def read_texts() -> Texts:
    pages = [path for path in documents() if path.name != "api.rst"]
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    gallery = (ROOT / "examples").glob("*.py")
    blocks = [example.parsed for path in pages for example in code_blocks(path)]
    return Texts(
        join(tests),
        join(pages),
        "\n".join([*map(str, blocks), join(gallery)]),
        (ROOT / "docs" / "api.rst").read_text("utf-8"),
    )


def join(paths: Any) -> str:
    return "\n".join(path.read_text("utf-8") for path in paths)


def code_blocks(path: Path) -> list:
    parser = MarkdownParser() if path.suffix == ".md" else RestParser()
    return list(Document.parse(str(path), parser))


def has_word(text: str, name: str) -> bool:
    return re.search(rf"\b{name}\b", text) is not None


def examples_of(thing: Any) -> str:
    """The part of a docstring below "Examples"."""
    _, _, examples = (inspect.getdoc(thing) or "").partition("Examples\n--------\n")
    return examples


def public_things(package: types.ModuleType) -> dict[str, Any]:
    """What a package and its public subpackages export, by full name."""
    found = {f"{package.__name__}.{name}": getattr(package, name) for name in package.__all__}
    for name, thing in list(found.items()):
        if inspect.ismodule(thing):
            found |= {f"{name}.{inner}": getattr(thing, inner) for inner in thing.__all__}
    return found


def members(cls: type, package: types.ModuleType) -> Iterator[tuple[str, Any, bool]]:
    """Public methods and properties of a class, and whether they repeat those of a public base."""
    public = {thing for thing in public_things(package).values() if inspect.isclass(thing)}
    for owner in cls.__mro__:
        if owner.__module__.split(".")[0] != package.__name__ or (owner in public - {cls}):
            continue
        others = [
            base
            for base in cls.__mro__[cls.__mro__.index(owner) + 1 :]
            if base in public or base.__module__.startswith("sklearn.")
        ]
        for name, member in vars(owner).items():
            thing = getattr(member, "__func__", member)
            described = inspect.isfunction(thing) or isinstance(thing, PROPERTIES)
            if described and not name.startswith("_") and not name.endswith("_request"):
                yield name, thing, any(hasattr(base, name) for base in others)


def lacks_of_thing(name: str, thing: Any, texts: Texts) -> Iterator[str]:
    """Say what a module, class or function has not."""
    last = name.rpartition(".")[2]
    is_error = inspect.isclass(thing) and issubclass(thing, BaseException)
    if not inspect.getdoc(thing):
        yield f"{name}: docstring"
    if not (inspect.ismodule(thing) or is_error or examples_of(thing)):
        yield f"{name}: example"
    if not (inspect.ismodule(thing) or re.search(rf"^   {last}$", texts.reference, re.M)):
        yield f"{name}: place in docs/api.rst"
    if not has_word(texts.tests, last):
        yield f"{name}: test"
    if not has_word(texts.guide, last):
        yield f"{name}: place in the guide"


def lacks_of_member(cls_name: str, cls: type, member: tuple, texts: Texts) -> Iterator[str]:
    """Say what a method or property has not."""
    last, function, repeats = member
    name = f"{cls_name}.{last}"
    if not inspect.getdoc(function):
        yield f"{name}: docstring"
    if not has_word(texts.tests, last):
        yield f"{name}: test"
    if repeats or isinstance(function, PROPERTIES):
        return
    shown = examples_of(function) or has_word(examples_of(cls) + texts.shown, last)
    if not shown:
        yield f"{name}: example"
    if not has_word(texts.guide, last):
        yield f"{name}: place in the guide"


def lacks(package: types.ModuleType, texts: Texts) -> list[str]:
    """Everything that public names of a package have not, a line each."""
    found = []
    seen = set()
    for name, thing in public_things(package).items():
        if not inspect.ismodule(thing) and id(thing) in seen:
            continue  # the same at the top and in its subpackage
        seen.add(id(thing))
        found += lacks_of_thing(name, thing, texts)
        if inspect.isclass(thing):
            for member in members(thing, package):
                found += lacks_of_member(name, thing, member, texts)
    return found


def test_public_names_lack_nothing():
    assert lacks(skdeepg, read_texts()) == []


class Good:
    """A good class.

    Examples
    --------
    >>> Good().shine()
    """

    def shine(self):
        """Shine."""

    @property
    def colour(self):
        """What it is painted in."""

    def _hidden(self): ...


class Better(Good):
    """A class that adds nothing but a method.

    Examples
    --------
    >>> Better()
    """

    def shine(self):
        """Shine more."""

    def warm(self): ...

    def set_fit_request(self): ...


def act():
    """Do something."""


class BadLuckError(ValueError):
    """What happens."""


@pytest.fixture
def package(monkeypatch):
    """A package of its own with these names, in a module ``tools``."""
    package, tools = types.ModuleType("house", "A house."), types.ModuleType("tools", "Tools.")
    package.__all__, tools.__all__ = ["Good", "tools"], ["Better", "BadLuckError", "Good", "act"]
    package.tools, package.Good = tools, Good
    for thing in (Good, Better, act, BadLuckError):
        monkeypatch.setattr(thing, "__module__", "house.tools")
        setattr(tools, thing.__name__, thing)
    return package


WORDS = "Good Better BadLuckError act tools shine colour"
ALL = Texts(WORDS, WORDS, "act", "   Good\n   Better\n   BadLuckError\n   act\n")


def test_what_is_missing_is_found(package):
    expected = [
        "house.tools.Better.warm: docstring",
        "house.tools.Better.warm: test",
        "house.tools.Better.warm: example",
        "house.tools.Better.warm: place in the guide",
        "house.tools.act: example",
    ]
    assert lacks(package, ALL) == expected


@pytest.mark.parametrize(
    ("field", "without", "expected"),
    [
        ("tests", "colour", {"house.Good.colour: test"}),
        ("tests", "shine", {"house.Good.shine: test", "house.tools.Better.shine: test"}),
        ("guide", "shine", {"house.Good.shine: place in the guide"}),
        ("guide", "colour", set()),  # properties are described with their class
        ("guide", "BadLuckError", {"house.tools.BadLuckError: place in the guide"}),
        ("guide", "tools", {"house.tools: place in the guide"}),
        ("reference", "Better", {"house.tools.Better: place in docs/api.rst"}),
    ],
)
def test_one_place_without_a_name(package, field, without, expected):
    less = ALL._replace(**{field: getattr(ALL, field).replace(without, "")})
    assert set(lacks(package, less)) - set(lacks(package, ALL)) == expected


def test_a_name_without_a_docstring(package, monkeypatch):
    monkeypatch.setattr(Good, "__doc__", None)
    found = set(lacks(package, ALL))
    assert {"house.Good: docstring", "house.Good: example"} <= found
