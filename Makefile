# `make run` and `make test` need Python 3.11 or later, make and a package index, nothing else.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=

FIELD := py-ocpi extrawest-ocpi
COMPILE := ../$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --upgrade

.PHONY: run test lint kill-matrix field bench lock clean

run: $(VENV)/.run
	$(BIN)/ocpi-conformance run $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/deptry .

kill-matrix: $(VENV)/.dev
	$(BIN)/python tests/kill_matrix.py $(ARGS)

# Platforms on libraries of others, each in an environment of its own; 0 if the findings equal tests/field/baselines.
field: $(VENV)/.run $(FIELD:%=$(VENV)/field/%/.installed)
	$(BIN)/python -m tests.field --environments $(VENV)/field $(ARGS)

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks $(ARGS)

# The files in requirements/ are made from pyproject.toml: versions and hashes, no addresses.
lock: $(VENV)/.dev
	cd requirements && for name in run dev $(FIELD); do $(COMPILE) -o $$name.txt $$name.in || exit 1; done

clean:
	rm -rf $(VENV) build dist *.egg-info ocpi-results

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BIN)/python requirements/run.txt pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

$(VENV)/field/%/.installed: requirements/%.txt | $(BIN)/python
	$(PYTHON) -m venv $(VENV)/field/$*
	$(VENV)/field/$*/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@
