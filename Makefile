# make demo, make test: everything else follows. Both set up .venv first, from requirements.lock.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
BIN := .venv/bin
DEMO_DAY := 2026-08-24
ROWS ?= 1000000 5000000

.PHONY: setup demo test types layout bench soak lock clean

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q okr_analytics pipelines
	@touch $@

demo: setup
	@$(BIN)/okr --home data run --as-of $(DEMO_DAY)
	@echo
	@$(BIN)/okr --home data status
	@echo
	@echo 'Why:     .venv/bin/okr explain first-answer-sooner'
	@echo 'Ask it:  .venv/bin/okr query "select * from okr.pace where as_of_date = date '"'$(DEMO_DAY)'"'"'

test: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(MAKE) --no-print-directory -j 2 types layout
	$(BIN)/pytest

types: setup
	$(BIN)/mypy
	$(BIN)/lint-imports

layout: setup
	$(BIN)/sqlfluff lint --nocolor --processes 1 sql

bench: setup
	$(BIN)/python benchmarks/whole_run.py $(ROWS)
	$(BIN)/python benchmarks/restating.py
	$(BIN)/python benchmarks/nights.py

soak: setup
	$(BIN)/pytest -m soak

lock:
	$(BIN)/pip-compile --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--all-extras --allow-unsafe --no-strip-extras --output-file requirements.lock pyproject.toml

clean: # all that can be made again; the history cannot
	rm -rf .venv data/warehouse
	find data/state -mindepth 1 -maxdepth 1 ! -name 'history*' -exec rm -rf {} +
