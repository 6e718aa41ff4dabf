"""Sphinx configuration. The build needs no network."""

from __future__ import annotations

from importlib.metadata import version as installed_version
from typing import Any

project = "skdeepg"
author = "The skdeepg developers"
copyright = "2026, The skdeepg developers"
release = version = installed_version("skdeepg")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
]
templates_path = ["_templates"]
exclude_patterns = ["_build"]

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autosummary_generate = True
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "ignore_pattern": r"(^|/)(?!plot_)[^/]*\.py$",
    "download_all_examples": False,
    "plot_gallery": True,
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    "within_subsection_order": "FileNameSortKey",
}

html_theme = "pydata_sphinx_theme"
html_title = "skdeepg"
html_show_sourcelink = False
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


def setup(app: Any) -> None:
    app.connect("autodoc-skip-member", skip_scikit_learn_members)
