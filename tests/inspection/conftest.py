"""What tests of plots share."""

import matplotlib
import pytest


@pytest.fixture
def plt():
    """Give pyplot, drawing into memory, and close all figures after the test."""
    matplotlib.use("Agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")
