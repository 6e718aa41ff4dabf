"""What is refused of the arguments of methods, and in which words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skdeepg.argument_checks import (
    check_choice,
    check_file_name,
    check_number,
    check_whole,
    is_whole,
    not_found,
)

NAN = float("nan")


@pytest.mark.parametrize("value", [1, 7, np.int64(2), np.uint8(1)])
def test_whole_numbers(value):
    assert is_whole(value)
    check_whole("n", value)


@pytest.mark.parametrize("value", [0, -1, 1.0, True, "1", None, NAN, [1], np.array([1, 2])])
def test_no_whole_numbers(value):
    with pytest.raises(ValueError, match=r"^n must be a whole number of bases, at least 1, not "):
        check_whole("n", value, unit="bases")


def test_another_least():
    check_whole("unit", 0, least=0)
    with pytest.raises(ValueError, match=r"^unit must be a whole number, at least 0, not -1\.$"):
        check_whole("unit", -1, least=0)


@pytest.mark.parametrize("value", [0, 0.5, np.float32(2), float("inf")])
def test_numbers(value):
    check_number("smooth", value, least=0)


@pytest.mark.parametrize("value", [-0.1, NAN, "a", None, True, [1], np.array([1.0, 2.0])])
def test_no_numbers(value):
    with pytest.raises(ValueError, match=r"^smooth must be a number of bases, at least 0, not "):
        check_number("smooth", value, least=0, unit="bases")


def test_numbers_of_any_size():
    check_number("threshold", -1e9)
    with pytest.raises(ValueError, match=r"^threshold must be a number, not nan\.$"):
        check_number("threshold", NAN)


def test_choices():
    check_choice("how", "mean", {"mean": 1, "max": 2})
    check_choice("how", np.str_("mean"), ("mean",))
    check_choice("precision", None, (None, "float32"))
    for value in ("median", None, 1, ["mean"], np.array(["mean", "max"])):
        with pytest.raises(ValueError, match=r"^how must be one of 'mean', 'max', not "):
            check_choice("how", value, ("mean", "max"))


def test_file_names(tmp_path):
    assert check_file_name("output", "a.h5") == Path("a.h5")
    assert check_file_name("output", tmp_path) == tmp_path
    with pytest.raises(ValueError, match="^output is an empty string; give the path of a file"):
        check_file_name("output", "")
    for value in (3, None, b"a.h5"):
        with pytest.raises(TypeError, match="^output must be the path of a file, not "):
            check_file_name("output", value)


def test_what_is_not_found_is_named_with_the_place_where_it_was_looked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    message = f"There is no table a.csv in {tmp_path}. Check the spelling of the path."
    assert str(not_found("table", "a.csv")) == message
    assert str(not_found("file", tmp_path / "b")).startswith(f"There is no file {tmp_path / 'b'}. ")
