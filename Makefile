# Two commands are enough: `make demo` shows the product, `make test` runs all tests.
# Needed: make, and Python 3.11, 3.12 or 3.13 with its venv module. Everything else is installed
# into $(VENV), in the versions of constraints.txt, by pip as the machine has it set up.
# To use another Python beside the first: make test PYTHON=python3.13 VENV=.venv-3.13

.DEFAULT_GOAL := help
.SUFFIXES:
.PHONY: help demo test lint messages format wheel-smoke bench soak constraints clean

suits := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(suits)' 2>/dev/null && echo $$python && break; done)
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install -qq --constraint constraints.txt
# A file's tests share what takes time to make, such as a Prefect server: one worker has them all.
BY_FILE = --dist loadfile --no-loadscope-reorder
# For example: make test ARGS="-k petition -x"
ARGS ?=

help: ## say what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/installed ## the whole product in one go, on sample data
	@echo "==> running the demo on sample data: two years, daily checks through Prefect, a report, a summary"
	@$(BIN)/duban demo $(ARGS)

test: $(VENV)/installed-dev ## all tests, on SQLite and on a PostgreSQL that pip brought
	@echo "==> running all tests, two at a time"
	@$(BIN)/python -m pytest -n 2 $(BY_FILE) $(ARGS)

lint: $(VENV)/installed-dev ## ruff, mypy --strict, and the direction of imports
	@echo "==> ruff: rules"
	@$(BIN)/ruff check .
	@echo "==> ruff: format"
	@$(BIN)/ruff format --check .
	@echo "==> mypy --strict"
	@$(BIN)/mypy .
	@echo "==> import-linter: imports run one way"
	@$(BIN)/lint-imports

messages: $(VENV)/installed-dev ## new messages into the catalogues; then translate them and repeat
	@$(BIN)/python .ci/messages.py

format: $(VENV)/installed-dev ## put code into the one format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

wheel-smoke: $(VENV)/installed-dev ## build the wheel and try it in a fresh environment
	@.ci/wheel-smoke $(BIN)/python $(or $(PYTHONS),$(BIN)/python)

# Hypothesis remembers what it tried: ten rounds need less memory than one of ten times the length.
soak: $(VENV)/installed-dev ## all that is tried on random examples, up to 20,000 of each; takes many hours
	@for round in 1 2 3 4 5 6 7 8 9 10; do \
		echo "==> round $$round of 10"; \
		$(BIN)/python -m pytest -n 2 --timeout 0 --hypothesis-profile soak \
			-m "hypothesis or soak" $(ARGS) || exit 1; \
	done

bench: $(VENV)/installed-dev ## measure the performance targets
	@$(BIN)/python -m benchmarks $(ARGS)

constraints: ## write constraints.txt anew: PYTHONS="python3.11 python3.12 python3.13"
	@$(BIN)/python .ci/constraints.py $(PYTHONS) > constraints.new
	@mv constraints.new constraints.txt

clean: ## remove the environment and all that tools left behind
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The build back end comes first, in its pinned version: pip would fetch one of its own choice.
$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "==> installing Duban and what it needs into $(VENV) (a minute or two)"
	@$(PIP) hatchling
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo "==> installing the tools for tests and lint into $(VENV)"
	@$(PIP) --no-build-isolation --editable '.[dev]'
	@touch $@

$(BIN)/python:
	@if ! $(or $(PYTHON),false) -c '$(suits)' 2>/dev/null; then \
		echo "Duban needs Python 3.11, 3.12 or 3.13 with venv; found: $$($(or $(PYTHON),python3) --version 2>&1 | head -n 1)."; \
		echo "Install one (on Debian and Ubuntu also python3-venv) or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; \
		exit 1; \
	fi >&2
	@echo "==> making an environment in $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
