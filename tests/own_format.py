"""A format outside the package: one file. Names and letters in two columns, a tab between."""

from __future__ import annotations

from skdeepg.sequences import register_format


@register_format("two columns", suffixes=[".columns"], start=r"[^>@\t\n]+\t")
def read_columns(handle):
    """Give the lines' names and letters."""
    for number, line in enumerate(handle, start=1):
        name, tab, letters = line.rstrip("\n").partition("\t")
        if not tab:
            raise ValueError(f"line {number} has no tab")
        yield name, letters, ""
