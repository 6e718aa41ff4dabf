"""Sphinx configuration. The build needs no network."""

from __future__ import annotations

import re
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

project = "skdeepg"
author = "The skdeepg developers"
copyright = "2026, The skdeepg developers"
release = version = installed_version("skdeepg")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "myst_parser",
    "numpydoc",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
templates_path = ["_templates"]
exclude_patterns = ["_build"]

# `LSTMCNN` in a docstring is code, and a link where there is such a thing; all that is written as a
# link must be one
default_role = "py:obj"
nitpicky = True
nitpick_ignore_regex = [("py:obj", ".*")]

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autosummary_generate = True
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    # pages of the reference show the examples that use them, and names in examples link back
    "backreferences_dir": "generated/backreferences",
    "doc_module": ("skdeepg",),
    "reference_url": {"skdeepg": None},
    "ignore_pattern": r"(^|/)(?!plot_)[^/]*\.py$",
    "download_all_examples": False,
    "plot_gallery": True,
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    "within_subsection_order": "FileNameSortKey",
    "write_computation_times": False,
}

# publishers answer programs with "forbidden"
linkcheck_ignore = [r"https://doi\.org/"]
linkcheck_timeout = 20

# publishers answer programs with "forbidden"
linkcheck_ignore = [r"https://doi\.org/"]
linkcheck_timeout = 20

html_theme = "pydata_sphinx_theme"
html_title = "skdeepg"
html_show_sourcelink = False
html_static_path = ["_static"]
# pages without neighbours need no list of them beside the text
html_sidebars: dict[str, list[str]] = {
    name: []
    for name in (
        *("index", "why", "install", "coming_from_deepg", "coming_from_keras", "glossary"),
        *("inside", "security", "contributing", "changelog"),
    )
}
html_theme_options = {
    "logo": {"text": "skdeepg"},
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
}


SHOWN = {"fit_transform"}  # inherited, but too important to leave out


def skip_scikit_learn_members(
    app: Any, what: str, name: str, thing: Any, skip: bool, options: Any
) -> bool | None:
    """Leave ``set_fit_request`` and the like to scikit-learn's own documentation."""
    module = getattr(thing, "__module__", None) or ""
    is_theirs = what == "class" and module.split(".")[0] == "sklearn"
    return True if is_theirs and getattr(thing, "__name__", "") not in SHOWN else None


GUIDE = {
    path.stem: path.read_text("utf-8")
    for path in sorted((Path(__file__).parent / "user_guide").glob("*.rst"))
}


def add_guide_pages(
    app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """End a class's or function's documentation with the pages of the guide that speak of it."""
    word = re.escape(name.rpartition(".")[2])
    spoken_of = re.compile(rf"skdeepg[\w.]*\.{word}\b|import .*\b{word}\b|``{word}\b")
    pages = [f":doc:`/user_guide/{stem}`" for stem, text in GUIDE.items() if spoken_of.search(text)]
    if pages and what in {"class", "exception", "function"}:
        lines += ["", ".. seealso:: In the user guide: " + ", ".join(pages), ""]


def setup(app: Any) -> None:
    # numpydoc rewrites docstrings at the default priority of 500
    app.connect("autodoc-process-docstring", add_guide_pages, priority=900)
    app.connect("autodoc-skip-member", skip_scikit_learn_members)
