# make chat    set up and open the chat        make test    set up and run the tests
# make lint    ruff and mypy                   make check   all that .ci/run does, in this checkout

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: setup chat test lint browser check clean

# The stamp is made anew when what is installed would change.
.venv/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

setup: .venv/.ready

chat: .venv/.ready
	$(BIN)/dateline chat $(ARGS)

test: .venv/.ready
	$(BIN)/pytest -m 'not browser' $(ARGS)

browser: .venv/.ready
	$(BIN)/pytest -m browser $(ARGS)

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint test browser

clean:
	rm -rf .venv build *.egg-info artifacts
