"""Check what is in the sdist, in its wheel and in the repository's wheel: three paths."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LARGEST_FILE = 1_000_000
LARGEST_WHEEL = 3_000_000
MADE_BY_BUILD = ("PKG-INFO", "setup.cfg", "skdeepg.egg-info/")


def files_of_sdist(path: Path) -> dict[str, bytes]:
    """Read the files of an sdist, without the name of its folder."""
    with tarfile.open(path) as archive:
        members = [member for member in archive if member.isfile()]
        return {m.name.split("/", 1)[1]: archive.extractfile(m).read() for m in members}


def files_of_wheel(path: Path) -> dict[str, bytes]:
    """Read the files of a wheel."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tracked_files() -> set[str]:
    """List what is in the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return set(listed.stdout.decode().rstrip("\0").split("\0"))


def differences(what: str, found: set[str], expected: set[str]) -> list[str]:
    """Name files that are missing, and those that should not be there."""
    missing = [f"{what} lacks {name}" for name in sorted(expected - found)]
    return missing + [f"{what} has {name}" for name in sorted(found - expected)]


def check_sdist(files: dict[str, bytes]) -> list[str]:
    """Compare with the repository, of which nothing may be missing."""
    found = {name for name in files if not name.startswith(MADE_BY_BUILD)}
    tracked = tracked_files()
    changed = [n for n in found & tracked if files[n] != (ROOT / n).read_bytes()]
    return differences("the sdist", found, tracked) + [f"{n} differs" for n in changed]


def check_wheel(files: dict[str, bytes]) -> list[str]:
    """Compare with the package in the repository, and look for licences and large files."""
    metadata = {name for name in files if name.split("/")[0].endswith(".dist-info")}
    package = {name for name in tracked_files() if name.startswith("skdeepg/")}
    problems = differences("the wheel", set(files) - metadata, package)
    licences = {name.split("/", 2)[2] for name in metadata if "/licenses/" in name}
    expected = {"LICENSE", "skdeepg/datasets/data/LICENSE.microbiomeutil-data.txt"}
    problems += differences("the wheel's metadata", licences, expected)
    large = [name for name, content in files.items() if len(content) > LARGEST_FILE]
    return problems + [f"{name} is larger than {LARGEST_FILE:,} bytes" for name in large]


def hashes(files: dict[str, bytes]) -> dict[str, str]:
    """Hash each file."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def main(sdist: Path, wheel: Path, wheel_of_tree: Path) -> None:
    """Print what was found; end with an error if something is wrong."""
    in_sdist, in_wheel = files_of_sdist(sdist), files_of_wheel(wheel)
    problems = check_sdist(in_sdist) + check_wheel(in_wheel)
    if hashes(in_wheel) != hashes(files_of_wheel(wheel_of_tree)):
        problems.append("the wheel of the sdist is not that of the repository")
    if wheel.stat().st_size > LARGEST_WHEEL:
        problems.append(f"the wheel is larger than {LARGEST_WHEEL:,} bytes")
    for path, files in ((sdist, in_sdist), (wheel, in_wheel)):
        print(f"{path.name}: {len(files)} files, {path.stat().st_size:,} bytes")
    if problems:
        raise SystemExit("\n".join(problems))
    print("the sdist makes the same wheel as the repository, byte by byte")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
