# Two commands matter: `make run` opens the app, `make test` runs every check. `make check` is for
# the time between: what is fast, in less than a minute.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check lint types tests fast unit browser browsers bench clean

# make run CERT=cert.pem KEY=key.pem serves https; ARGS are any options of `streamlit run`.
run: $(VENV)/.run
	$(BIN)/python -m streamlit run app.py \
		$(if $(CERT),--server.sslCertFile "$(CERT)" --server.sslKeyFile "$(KEY)") $(ARGS)

# Types are checked beside the tests.
test: $(VENV)/.dev
	@$(BIN)/python tests/browser/chromium.py --install
	@$(MAKE) --no-print-directory -j3 lint types tests

check: $(VENV)/.dev
	@$(MAKE) --no-print-directory -j3 lint types fast

tests: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto

fast: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto -m "not slow" tests/test_house.py tests/classroom tests/cnn tests/ui tests/pages/test_shell.py

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto -m "not browser"

browser: $(VENV)/.dev
	@$(BIN)/python tests/browser/chromium.py --install
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

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
