# The project's doors. They need a Python of 3.11 or newer and nothing else; all they write stays in
# the checkout, the download caches of pip and uv apart.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV
# Compiled code is kept: without it every process of the tests compiles the whole product anew.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
PORT ?= 8000
ARGS ?=

# A Python somebody named is the one meant; python3 may be old where a newer one stands beside it.
ifeq ($(origin PYTHON),file)
OTHER_PYTHONS := python3.14 python3.13 python3.12 python3.11
endif

PACKAGES := broker matching pricing api
CODE := $(wildcard $(PACKAGES) tests benchmarks)
# The files that take longest come first, so that none of them is left to the end.
SLOW_TESTS := tests/browser tests/golden tests/integration
# They hold what is told within a time, or end processes at odd moments: a core for each of two.
ALONE_TESTS := $(addprefix tests/integration/,apart jobs killed cli/test_limits.py \
	api/test_as_compose_runs.py api/test_database_away.py api/test_serve.py api/test_stopping.py \
	api/test_worker.py records/test_backup.py simulation/test_replay_command.py \
	simulation/test_runner.py simulation/test_simulate_command.py)
# Between them they call the loops of matching and of the simulation, and so compile them.
LOOPS := tests/unit/matching/test_scale.py \
	tests/integration/pages/test_simulations.py
COVERED := --cov --cov-config=pyproject.toml --cov-report=
REPORTS ?=
junit = $(if $(REPORTS),--junit-xml="$(REPORTS)/$(1).xml")
say = @printf '\n== %s\n'

UV := .venv/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --only-binary :all: --no-header --no-annotate --no-emit-index-url \
	$(if $(UPGRADE),--upgrade)

# Councils' networks often sign with an authority of their own, which only the system's store knows.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt \
	/etc/ssl/cert.pem),)
UV_SYSTEM_CERTS ?= true
export UV_SYSTEM_CERTS
endif

.PHONY: help setup demo test bench serve assets wheel test-fast warm check lint types imports lock clean

help: ## say what the doors are
	@sed -n 's/^\([a-z-]*\):.*## /  make \1@/p' Makefile | awk -F@ '{ printf "%-18s %s\n", $$1, $$2 }'

setup: .venv/.ready ## make .venv with the locked packages
	@:

demo: setup ## show the product on the invented sample region
	@.venv/bin/broker demo $(ARGS)

serve: setup assets ## open the service on http://127.0.0.1:8000 (PORT=8000), on the sample region
	@.venv/bin/broker serve --sample --port "$(PORT)" $(ARGS)

assets: api/static/dist/pages.css ## build what the pages load, from pinned npm packages
	@:

api/static/dist/pages.css: $(wildcard api/assets/*) package.json package-lock.json | setup
	@echo 'assets: building what the pages load'
	@api/assets/build .venv/bin/python

bench: setup assets ## measure matching and pricing at size
	@.venv/bin/python -m benchmarks $(ARGS)

test: setup assets ## everything that must hold: lint, types, imports, tests, coverage
	@rm -f .coverage .coverage.*
	@$(MAKE) warm & warming=$$!; trap 'kill $$warming 2>/dev/null || :' EXIT INT TERM; \
		$(MAKE) check || exit; wait $$warming \
		|| echo 'warm: not all could be compiled beforehand; the tests below tell why'
	$(say) 'fast tests'
	@.venv/bin/python -m pytest -n auto $(COVERED) $(call junit,fast) tests $(SLOW_TESTS:%=--ignore=%)
	$(say) 'compiled loops, uncompiled, so that coverage sees them'
	@NUMBA_DISABLE_JIT=1 .venv/bin/python -m pytest -n auto $(COVERED) --cov-append \
		$(call junit,loops) tests/unit/matching/test_scale.py
	$(say) 'coverage of matching and pricing, lines and branches'
	@.venv/bin/python -m coverage report --fail-under=95
	$(say) 'slow tests, a database for each process'
	@.venv/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder \
		$(call junit,slow) $(SLOW_TESTS) $(ALONE_TESTS:%=--ignore=%)
	$(say) 'slow tests, two at a time'
	@.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder \
		$(call junit,alone) $(ALONE_TESTS)

# What several processes would do at once, each for itself, is done once while one core checks types.
warm: setup
	@.venv/bin/python -m pytest --quiet --collect-only tests >/dev/null
	@.venv/bin/python -m pytest --quiet $(LOOPS) >/dev/null

test-fast: setup ## a first look: unit and property tests, the dearest and most examples left out
	@.venv/bin/python -m pytest -n auto --hypothesis-profile=quick -m 'not thorough' tests $(SLOW_TESTS:%=--ignore=%) $(ARGS)

check: setup lint types imports ## lint, types and imports only

lint: setup
	$(say) 'lint'
	@.venv/bin/python -m ruff check .
	$(say) 'format'
	@.venv/bin/python -m ruff format --check .

types: setup
	$(say) 'types'
	@.venv/bin/python -m mypy --strict $(CODE)

imports: setup
	$(say) 'imports'
	@.venv/bin/lint-imports --no-logo

lock: .venv/.uv ## lock the packages pyproject.toml asks for (UPGRADE=1: to the newest)
	@printf 'lock: requirements-uv.lock\n'
	@printf 'uv\n' | $(COMPILE) --output-file requirements-uv.lock -
	@printf 'lock: requirements.lock\n'
	@$(COMPILE) --extra dev --output-file requirements.lock pyproject.toml
	@if grep -nE 'https?://' requirements-uv.lock requirements.lock; then \
		echo 'lock: a lock file names an address, see above; it must name none' >&2; exit 1; fi

wheel: setup assets ## build the package, with its pages' assets, into dist
	@.venv/bin/python -m hatchling build --target wheel

clean: ## remove caches and reports; the environment goes with rm -r .venv
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist htmlcov
	@rm -f .coverage .coverage.*
	@find $(CODE) -type d -name __pycache__ -prune -exec rm -rf {} +

# The environment is made anew when it was left half made, when the checkout was moved (its scripts
# and its link to the code hold absolute paths), or when its Python went away.
usable := $(shell test ! -e .venv/.unfinished \
	&& .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { test ! -e .venv/.home || test "$$(cat .venv/.home)" = "$$(pwd -P)"; } && echo yes)
ifneq ($(usable),yes)
.PHONY: .venv/.uv
endif

.venv/.uv: requirements-uv.lock
	@if test "$(usable)" != yes; then \
		said=; chosen=; \
		for python in "$(PYTHON)" $(OTHER_PYTHONS); do \
			version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) \
				|| continue; \
			if ! "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
				said=$${said:-"$$python is Python $$version"}; \
			elif ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
				said="$$python has no venv (on Debian or Ubuntu: apt install python$$version-venv)"; \
			else \
				chosen=$$python; break; \
			fi; \
		done; \
		if test -z "$$chosen"; then \
			echo "set-up: Python 3.11 or newer with venv is needed:" \
				"$${said:-"$(PYTHON) was not found"}; name another with make PYTHON=..." >&2; \
			exit 1; \
		fi; \
		echo "set-up: making .venv with $$chosen (Python $$version)"; \
		mkdir -p .venv && touch .venv/.unfinished \
			&& "$$chosen" -m venv --clear .venv && touch .venv/.unfinished; \
	fi
	@echo 'set-up: fetching uv'
	@touch .venv/.unfinished
	@PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install --quiet --require-hashes \
		--only-binary :all: --requirement requirements-uv.lock
	@pwd -P > .venv/.home
	@rm .venv/.unfinished
	@touch $@

.venv/.ready: .venv/.uv requirements.lock pyproject.toml
	@echo 'set-up: installing the locked packages'
	@touch .venv/.unfinished
	@UV_COMPILE_BYTECODE=1 $(UV) pip sync --quiet --python .venv/bin/python --require-hashes \
		--only-binary :all: requirements.lock
	@echo 'set-up: installing the project, editable'
	@$(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
	@rm .venv/.unfinished
	@$(UV) pip check --quiet --python .venv/bin/python \
		|| { echo 'set-up: pyproject.toml asks for what requirements.lock lacks: make lock' >&2; exit 1; }
	@touch $@
