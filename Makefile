# Every command a developer needs. `make` alone lists them.
# `make NAME ARGS="..."` hands ARGS to the program behind test and bench.

PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test fire reset bench sure format migration messages requirements audit screenshots run-env dev-env browser year

help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

run: run-env ## serve the demo collective (PORT=8000, DATA=unheard-voices for the book)
	@exec $(PY) -m tracker.serve

test: dev-env browser ## the whole test suite (ARGS="-k words", WORKERS=0 for one process)
	@exec $(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

WORKERS ?= auto

fire: dev-env ## ten times the kills and failing mail servers of the suite; takes an hour
	@TRACKER_TEST_MAILS=3000 TRACKER_TEST_KILLS=300 $(PY) -m pytest -n $(WORKERS) --timeout 3600 tests/reminders/test_kill.py
	@TRACKER_TEST_MAILS=400 $(PY) -m pytest -n $(WORKERS) tests/reminders/test_faults.py

year: dev-env ## a made-up year of 2,000 hearings, 200 times (ARGS="20 500": seeds, dates)
	@exec $(PY) -m tests.rehearsal.years $(ARGS)

reset: ## throw the demo data away, after asking (YES=1 does not ask)
	@tools/reset

bench: dev-env ## measure pages against their floors
	@exec $(PY) -m bench $(ARGS)

sure: dev-env ## format, lint, types, import contracts: before every push
	@$(PY) -m ruff format --check
	@$(PY) -m ruff check
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-logo --cache-dir .cache/import-linter

format: dev-env ## put the code into shape
	@$(PY) -m ruff format
	@$(PY) -m ruff check --fix

migration: dev-env ## a new migration from the models (M="what it does")
	@tools/migration "$(M)"

messages: dev-env ## gather the words of the pages, update and compile the catalogues
	@tools/messages

requirements: dev-env ## pin anew what the .in files ask for (ARGS=--upgrade for the newest)
	@tools/requirements $(ARGS)

audit: dev-env ## known holes in what is pinned
	@$(PY) -m pip_audit --disable-pip --require-hashes -r requirements.txt

screenshots: dev-env browser ## take the pictures of the documents again
	@exec $(PY) -m tools.screenshots

# Made or renewed only when the pins change: the script compares, and is quick about it.
run-env:
	@tools/environment run

dev-env:
	@tools/environment dev

browser:
	@tools/ensure-browser
