PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test plain bench lint table clean

demo: .venv/demos
	$(BIN)/python -m demos

test: .venv/test
	@echo "This takes about 3 minutes on two cores."
	$(BIN)/python -m pytest -n auto

plain: .venv/test
	NORGRAD_FAST=0 $(BIN)/python -m pytest -n auto

bench: .venv/demos
	$(BIN)/python -m tests.benchmarks

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/mypy

table: .venv/demos
	$(BIN)/python -m autograd.rules > .venv/table.md  # the old one stays until there is a new one
	mv .venv/table.md autograd/rules/README.md

clean:
	rm -rf .venv out dist build

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "norgrad needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv

# a stamp for each set of extras: made again when pyproject.toml changes
.venv/%: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[$*]"
	$(BIN)/python -m compileall -q autograd nn
	@touch $@
