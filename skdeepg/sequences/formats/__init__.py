"""Formats of sequence files: each module here registers one, or some that are kin.

All modules are imported, so a format is one file: a reader with ``@register_format``.
"""

from importlib import import_module
from pkgutil import iter_modules

from skdeepg.sequences.formats.registry import register_format

__all__ = ["register_format"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
