"""Checks the built documentation: every link within it leads somewhere, and every page is reached.

Usage: python .ci/check_links.py docs/_build/html
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

STATIC = "_static"  # the theme's own files
REACHED_ANYWAY = {"index.html", "search.html"}


@dataclass(frozen=True)
class Page:
    """What can be linked to within a page, and what it links to."""

    anchors: frozenset[str]
    links: frozenset[str]


def read_page(path: Path) -> Page:
    """Read the anchors and the links (also of pictures, scripts and styles) of a page."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    anchors = {tag["id"] for tag in soup.find_all(id=True)}
    links = {tag[name] for name in ("href", "src") for tag in soup.find_all(attrs={name: True})}
    return Page(frozenset(anchors), frozenset(links))


def check_site(root: Path) -> list[str]:
    """List what is wrong: links that lead nowhere, pages that no other page links to."""
    root = root.resolve()
    files = [path for path in sorted(root.rglob("*.html")) if path.parts[len(root.parts)] != STATIC]
    pages = {path: read_page(path) for path in files}
    wrong, reached = [], {root / name for name in REACHED_ANYWAY}
    for path, page in pages.items():
        for link in sorted(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue  # sphinx -b linkcheck asks the others
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target != path:
                reached.add(target)
            wrong += [
                f"{path.relative_to(root)}: {link} {problem}"
                for problem in _problems(target, unquote(parts.fragment), pages)
            ]
    lost = [path.relative_to(root) for path in pages if path not in reached]
    return [*wrong, *(f"{path}: no other page links to it" for path in lost)]


def _problems(target: Path, fragment: str, pages: dict[Path, Page]) -> list[str]:
    if not target.exists():
        return ["is not there"]
    if fragment and target in pages and fragment not in pages[target].anchors:
        return ["has no such anchor"]
    return []


if __name__ == "__main__":
    found = check_site(Path(sys.argv[1]))
    print("\n".join(found) or "all links within the documentation lead somewhere")
    sys.exit(bool(found))
