"""Fixtures of several test modules."""

import gzip

import pytest


@pytest.fixture
def write(tmp_path):
    """Write text or bytes into a file, its folders included, and return its path."""

    def write(content, name="reads.fasta", compress=False):
        content = content.encode() if isinstance(content, str) else content
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content) if compress else content)
        return path

    return write
