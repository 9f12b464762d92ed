# The two commands that matter: make demo, make test. Before a release: make test-all.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install --constraint constraints.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo picture test test-all format clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

# Exit code 4: the time limit was reached before the requested gap; the proven gap is printed.
STOPPED_IS_FINE := || { code=$$?; [ $$code -eq 4 ] || exit $$code; \
	echo "Stopped at the time limit before reaching the requested gap: see the gap above."; }

demo: $(VENV)/.runtime ## Plan PJM; report whether edge displaces load or adds it; saved in runs/
	$(BIN)/optimizer solve instances/pjm --gap 0.005 --time-limit 120 --out runs/demo \
		$(STOPPED_IS_FINE)
	$(BIN)/optimizer displacement instances/pjm --gap 0.001 --time-limit 300 \
		--out runs/demo-edge $(STOPPED_IS_FINE)

picture: $(VENV)/.dev ## Draw the README's picture from what the demo saved
	$(BIN)/python benchmarks/readme_picture.py runs/demo-edge

test: $(VENV)/.dev ## Run every check: style, types, layers, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -n 2 --dist worksteal $(COVERAGE)

test-all: COVERAGE := --cov
test-all: test ## The same with coverage, then slow tests and the wheel in an empty environment
	$(BIN)/pytest -n 2 --dist worksteal -m '' --rest

format: $(VENV)/.dev ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove the environment and every cache
	rm -rf $(VENV) build *.egg-info .coverage .coverage.* .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
			"Name another with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The package is installed in place, so only a change of what it depends on installs it again.
# Build tools come first, from the same constraints as the rest.
$(VENV)/.runtime: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) setuptools
	$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) setuptools
	$(PIP) --no-build-isolation --editable '.[dev]'
	@touch $(VENV)/.runtime $@
