# make quickstart   set up an environment, train on the bundled data, save, load, classify
# make test         set up an environment, run the test suite
# make benchmarks   speed and memory beside peers, and docs/benchmarks.rst made anew;
#                   SKDEEPG_DATA names the folder of large data; BENCHMARKS="--quick", or names
# The first call makes the virtual environment; later calls install again only when
# pyproject.toml has changed. Another Python: make test PYTHON=python3.12

PYTHON ?= python3
VENV ?= .venv
PYTEST_ARGS ?=
# one process a core, each with the tests of whole files
PARALLEL ?= -n auto --maxprocesses 4 --dist loadfile
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help quickstart test coverage install install-dev lint doctest docs benchmarks clean

help:
	@echo "make quickstart   train a classifier on the bundled data, save it, load it, use it"
	@echo "make test         run the test suite; the slow tests: make test PYTEST_ARGS='-m slow'"
	@echo "make coverage     all tests, the slow ones too, and how much of the code they run"
	@echo "make lint         ruff, mypy, import-linter, numpydoc validation, codespell"
	@echo "make doctest      run the examples in the docstrings"
	@echo "make docs         build the documentation in docs/_build/html"
	@echo "make benchmarks   speed, memory and accuracy beside peers (about 50 minutes)"
	@echo "make clean        remove the virtual environment and what was built"

quickstart: install
	$(BIN)/python examples/quickstart.py

test: install-dev
	$(BIN)/python -m pytest $(PARALLEL) $(PYTEST_ARGS)

# the tests that take seconds, then the slow ones
coverage: install-dev
	$(BIN)/python -m pytest $(PARALLEL) --cov --cov-report=
	$(BIN)/python -m pytest $(PARALLEL) -m slow --cov --cov-append --cov-report=term --cov-report=json
	$(BIN)/python .ci/check_coverage.py coverage.json

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/validate_docstrings.py
	$(BIN)/codespell

doctest: install-dev
	$(BIN)/python -m pytest --doctest-modules skdeepg

docs: install-dev
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html
	$(BIN)/python .ci/check_links.py docs/_build/html

benchmarks: install-dev
	$(BIN)/python benchmarks/run.py $(BENCHMARKS)

clean:
	rm -rf $(VENV) .coverage* coverage.json quickstart build dist docs/_build docs/auto_examples docs/generated

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	    echo "skdeepg needs Python 3.11, 3.12 or 3.13, but $(PYTHON) is" \
	         "$$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.12 ..."; \
	    exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "Installing skdeepg and TensorFlow into $(VENV) (about 2 GB, once)"
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	@echo "Installing skdeepg, TensorFlow and the development tools into $(VENV) (about 2 GB, once)"
	$(PIP) --editable ".[dev]"
	@touch $(VENV)/.installed $@
