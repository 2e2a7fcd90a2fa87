# SPDX-License-Identifier: Apache-2.0
# A fresh machine needs only Python 3.11 or newer (with pip and venv) and make: everything else is fetched here, pinned
# by hash. `make` alone prints what there is.

PYTHON ?= python3
# Tests run side by side on this many workers.
WORKERS ?= 2
ONCE ?=

VENV := .venv
BIN := $(VENV)/bin
CATALOGUE := creditbank/locale/en/LC_MESSAGES/django
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help demo test test-sqlite test-postgres check bench messages reference lock environment development browser clean

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

demo: $(VENV)/.base $(CATALOGUE).mo ## The bank with demonstration data, served until stopped (ONCE=1: ends after the main job)
	@$(BIN)/creditbank demo $(if $(ONCE),--once)

test: test-sqlite test-postgres ## All tests, on SQLite and on PostgreSQL

test-sqlite: development browser ## All tests on SQLite
	@echo "tests on SQLite"
	@CREDITBANK_TEST_DATABASE=sqlite $(BIN)/python -m pytest -q -n $(WORKERS) $(TESTS)

test-postgres: development browser ## All tests on PostgreSQL, started by the tests
	@echo "tests on PostgreSQL"
	@CREDITBANK_TEST_DATABASE=postgres $(BIN)/python -m pytest -q -n $(WORKERS) $(TESTS)

check: development ## Format, lint, types, layers, migrations, translations, the law
	@echo "format";       $(BIN)/ruff format --quiet --check --output-format concise .
	@echo "lint";         $(BIN)/ruff check --quiet --output-format concise .
	@echo "layers";       $(BIN)/lint-imports --no-logo > build/layers.txt 2>&1 || { cat build/layers.txt; exit 1; }
	@echo "migrations";   DATABASE_URL=sqlite:///:memory: $(BIN)/python manage.py makemigrations --check --dry-run --verbosity 0 || { echo "The models have changed: python manage.py makemigrations creditbank"; exit 1; }
	@echo "translations"; $(BIN)/python -m tools.messages check
	@echo "references";   $(BIN)/python -m tools.reference check
	@echo "law";          $(BIN)/python -c "from creditbank.policy.loading import shipped_law; shipped_law()"
	@echo "types";        $(BIN)/mypy --no-error-summary
	@echo "all in order"

bench: development ## The benchmarks, each figure beside its limit on this machine
	@$(BIN)/python -m bench

messages: development ## Collect the visible strings into the English catalogue and compile it
	@$(BIN)/python -m tools.messages collect
	@$(BIN)/python -m tools.messages compile

reference: development ## Write the tables of docs/errors.md and docs/commands.md from the code
	@$(BIN)/python -m tools.reference write

lock: development ## Pin the requirements again, with hashes (UPGRADE=1: to the newest versions)
	@$(BIN)/python -m uv --version > /dev/null 2>&1 || $(PIP) install uv
	@for set in base dev; do $(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header $(if $(UPGRADE),--upgrade) \
	  pyproject.toml requirements/base.in $$( [ $$set = dev ] && echo requirements/dev.in ) -o requirements/$$set.txt; done

environment: $(VENV)/.base
development: $(VENV)/.dev $(CATALOGUE).mo
	@mkdir -p build

browser: ## Chromium and a Chinese font, from Debian's packages
	@sh tools/browser.sh

clean: ## Away with the environment and everything built
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) tools/machine.py
	@echo "making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

# The stamps hold the moment of the last set-up: make does nothing until a pinned file is newer.
$(VENV)/.base: $(BIN)/python requirements/base.txt pyproject.toml
	@echo "installing what the bank needs (pinned by hash)"
	@$(PIP) install --require-hashes --no-deps --only-binary :all: -r requirements/base.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.txt
	@echo "installing what the checks and tests need (pinned by hash)"
	@$(PIP) install --require-hashes --no-deps --only-binary :all: -r requirements/dev.txt
	@touch $@

$(CATALOGUE).mo: $(wildcard $(CATALOGUE).po) | $(VENV)/.base
	@$(BIN)/python -m tools.messages compile
