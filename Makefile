# The workshop. `make` alone says what there is.

VENV   := .venv
BIN    := $(VENV)/bin
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3,\
            $(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
PIP     = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# Where PYTHONDONTWRITEBYTECODE is set, each command would else compile Bailee anew, which takes as long as a search.
COMPILE = $(BIN)/python -m compileall -q src
PYTEST ?= $(BIN)/pytest -n 2 --dist loadgroup
CODE   := src tests $(wildcard bench)

# Measuring takes a third more, so that only those are measured from which the coverage comes.
COVERS := tests/trace tests/plan tests/journal tests/cli tests/oracle/worked tests/oracle/test_engine_examples.py

# What is compiled once is not compiled again by every command, worker and process of a test.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo test lint oracle mutants kill-matrix soak load faults bench draft-bench notice-bench words pictures structure servers hooks pins clean
.DELETE_ON_ERROR:

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile | expand -t 20

install: $(VENV)/.runtime ## make .venv and put Bailee into it

demo: install ## find, copy, plan and erase a person of an invented firm; then, on a terminal, serve its pages
	@if [ -t 1 ]; then $(BIN)/bailee demo --serve; else $(BIN)/bailee demo; fi

test: lint servers ## lint, then all tests on all databases, the coverage of trace and plan among them
	@$(PYTEST) --cov --cov-report= $(COVERS)
	@for package in trace plan; do $(BIN)/coverage report --include="src/bailee/$$package/*" --fail-under=95 || exit; done
	@$(PYTEST) $(addprefix --ignore=,$(COVERS))

lint: $(VENV)/.dev ## ruff, mypy --strict, the layers, and that its structure gets no worse
	@mkdir -p build
	@$(BIN)/ruff check --quiet $(CODE)
	@$(BIN)/ruff format --quiet --check $(CODE)
	@$(BIN)/mypy --no-error-summary $(CODE)
	@$(BIN)/lint-imports --no-logo --cache-dir build/import-linter > build/layers || { cat build/layers; exit 1; }
	@$(BIN)/python -m tests.structure --brief
	@echo "lint: clean"

structure: $(VENV)/.dev ## circles, upward arrows, sizes and names; ALL=1 for each one, HOLD=1 to write what was reached
	@$(BIN)/python -m tests.structure $(if $(ALL),--all) $(if $(HOLD),--hold)

oracle: $(VENV)/.dev servers ## 20,000 random cases: the engine against the interpreter, on all databases
	@$(BIN)/python -m tests.oracle

mutants: $(VENV)/.dev servers ## break the compiler on purpose, and see the tests notice
	@$(BIN)/python -m tests.mutants

kill-matrix: $(VENV)/.dev servers ## kill workers at every point and at random, on books and systems of all kinds
	@KILLS=all $(PYTEST) -q tests/harm/test_crash.py
	@$(BIN)/python -m tests.kills

soak: $(VENV)/.dev servers ## half an hour at work with faults drawn at random; writes build/soak.json
	@$(BIN)/python -m tests.soak

load: $(VENV)/.dev servers ## 50 visitors for a minute, with all well and with a system that hangs; writes build/load.json
	@$(BIN)/python -m tests.load

faults: $(VENV)/.dev ## write docs/faults.md from what kill-matrix, soak and load have shown
	@$(BIN)/python -m tests.docs.faults

bench: $(VENV)/.dev servers ## against SQL written by hand; writes build/bench.json
	@$(BIN)/python -m bench

draft-bench: $(VENV)/.dev servers ## how right `connect` is about real applications; fetches them, writes docs/connecting.md
	@$(BIN)/python -m tests.draft.bench --all --write-docs

notice-bench: $(VENV)/.dev ## how right `notice import` is about notices it has not seen; writes its table in docs/notice.md
	@$(BIN)/python -m tests.notice.bench --write-docs

words: $(VENV)/.dev ## write the catalogue of all words of screens and letters, for translators
	@$(BIN)/python -m tests.words.catalogue

pictures: $(VENV)/.dev servers ## every screen of the demo, two widths, light and dark, into build/pictures
	@$(BIN)/python -m tests.web.pictures
	@SCREENS=all $(BIN)/pytest -q tests/web/pictures

servers: $(VENV)/.dev ## install PostgreSQL, MariaDB and Chromium where that may be done, else say how
	@missing=$$($(BIN)/python -m tests.servers) && \
	if [ -n "$$missing" ]; then .ci/debian-install $$missing || [ "$$CI" != true ]; fi

hooks: $(VENV)/.dev ## run the lint before each commit of this clone
	@$(BIN)/pre-commit install

pins: $(VENV)/.dev ## write down the newest versions that fit pyproject.toml, for the tests to judge
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --upgrade-strategy eager --editable '.[dev]'
	@sed -n '/^#/p' constraints.txt > build/constraints.txt
	@$(BIN)/python -m pip freeze --exclude-editable --exclude setuptools >> build/constraints.txt
	@mv build/constraints.txt constraints.txt

clean: ## remove all that was made here
	@rm -rf $(VENV) build dist .hypothesis
	@find src tests -name __pycache__ -prune -exec rm -rf {} +


$(VENV)/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "no Python 3.11 or newer is on the PATH: install one, or say make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || .ci/debian-install python3-venv
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing Bailee into $(VENV)"
	@$(PIP) --editable .
	@$(COMPILE)
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing Bailee and what its tests need into $(VENV)"
	@$(PIP) --editable '.[dev]'
	@$(COMPILE)
	@mkdir -p build
	@touch $@ $(VENV)/.runtime
