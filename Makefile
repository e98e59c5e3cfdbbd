# Modelpress: `make site` builds the site, `make test` proves it. Everything they need is set up on
# the way and set up once; `make help` lists the rest.

# The newest Python that TensorFlow 2.19 has files for, of those that start here.
PYTHON ?= $(firstword $(shell for v in 3.12 3.11 3.10; do \
  python$$v -c 'import ensurepip, venv' 2>/dev/null && echo python$$v && break; done) python3)
VENV   := .venv
BIN    := $(VENV)/bin
PY     := $(BIN)/python
AUDIT  := $(VENV)/pip-audit
PLATFORMS := Modelpress runs on Linux (x86-64) and macOS (Apple silicon): elsewhere TensorFlow 2.19, its decision forests or ydf have no files. On Windows use WSL 2; on Intel Macs and Linux on ARM use a container (README.md, “Platforms”).

# Two even on more cores: each has its own browsers, and they share one build.
TESTS_AT_ONCE ?= 2

# A test that fails runs once more; a run with more than a few of these fails (tests/again.py).
RERUNS := --reruns 1 --reruns-delay 2

export NO_MKDOCS_2_WARNING = 1
# Matrix products of one process don't wait for cores that others keep busy.
export OPENBLAS_NUM_THREADS ?= 1
export TF_CPP_MIN_LOG_LEVEL ?= 2
# Importing TensorFlow takes 5 s of processor time with compiled modules, and 14 s without. uv compiles
# none at installation, so Python keeps them in $(VENV) at the first import, even where an environment,
# as in many containers, asks it not to.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help site serve test test-slow test-long mutants bench coverage schema lint env packages browser browsers tested-site \
  audit lock clean

help:           ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

site: env browser  ## set up, browser included, train, convert, prove and build site/
	@$(PY) -m modelpress build

serve: env browser  ## serve the site, rebuilding what a changed model file or page touches
	@$(PY) -m modelpress serve

test: tested-site  ## set up, browsers included, and run the tests
	@TESTED_SITE_IS_BUILT=1 $(PY) -m pytest -m "not slow and not long" -n $(TESTS_AT_ONCE) --dist worksteal $(RERUNS)

test-slow: tested-site  ## the tests that take longer
	@TESTED_SITE_IS_BUILT=1 $(PY) -m pytest -m "slow and not long" -n $(TESTS_AT_ONCE) --dist worksteal $(RERUNS)

test-long: tested-site  ## the tests that take many minutes: real sets' convolutions, Lighthouse
	@TESTED_SITE_IS_BUILT=1 $(PY) -m pytest -m long

mutants: env    ## break the code in forty places and see that the tests notice it
	@$(PY) -m tests.mutants

bench: tested-site ## measure the page against a stock TensorFlow.js one, and the build against mkdocs
	@$(PY) -m tests.benchmarks

coverage: browser ## measure which layers and models convert, and where they compute the same: half an hour
	@$(PY) -m tests.coverage

schema: env     ## write JSON Schema, TypeScript types and the reference pages from the Python types
	@$(PY) -m modelpress.schema.generate

lint: env       ## the linters, type checkers and import walls of both languages
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports
	@$(PY) -c 'from modelpress.node.bundle import ensure_node; ensure_node()'
	@cd site_assets && PATH="$(abspath $(BIN)):$$PATH" npm run --silent check

# Set up again only when what is to be installed has changed: compared by content, not by time. The
# copies are made last, so that an interrupted setup is taken up again.
env:
	@cmp -s requirements.lock $(VENV)/requirements.lock || $(MAKE) --no-print-directory packages
	@cmp -s pyproject.toml $(VENV)/pyproject.toml || { \
	  $(PY) -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e . \
	  && cp pyproject.toml $(VENV)/; }

# Set up by uv, which is several times as fast as pip; by pip where uv cannot be had or reach the index.
packages:
	@case "$$(uname -s) $$(uname -m)" in "Linux x86_64" | "Darwin arm64") ;; *) echo "$(PLATFORMS)" >&2; exit 2;; esac
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null || { \
	  echo "Modelpress needs Python 3.10, 3.11 or 3.12, which TensorFlow 2.19 has files for; found: $$($(PYTHON) --version 2>&1). Install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 2; }
	@test -x $(PY) && $(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || { \
	  echo "Python cannot make a virtual environment in $(VENV). On Debian and Ubuntu: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 2; }
	@echo "Setting up $(VENV) with $$($(PY) --version): about 140 packages, 3 GB, one to three minutes the first time."
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.lock
	@{ $(PY) -m pip install --disable-pip-version-check --quiet --require-hashes -r $(VENV)/uv.lock \
	  && VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements.lock; } \
	  || $(PY) -m pip install --disable-pip-version-check --require-hashes -r requirements.lock || { \
	  echo "The Python packages could not be installed: see pip's words above. With a package index in reach and 5 GB free, run the same command again." >&2; exit 2; }
	@rm -f $(VENV)/pyproject.toml && cp requirements.lock $(VENV)/

# Where none can be had, the build says so, ends with exit code 3, and its figures say so.
browser: env
	@$(PY) -m modelpress browser --install >/dev/null || true

browsers: env
	@$(PY) -m tests.browser.install

# The site the tests visit, built before them so that its progress is seen. From built-in data: real
# sets, where MODELPRESS_DATA names some, measure it (tests/test_real_sets.py trains on them).
tested-site: browsers
	@$(PY) -m modelpress build --builtin

# pip-audit has an environment of its own: its packages make no site, and would stand in the lock file
# and in the bill of materials of every site. Exit code 3: something could not be looked up.
audit: env      ## look the packages of both lock files up among known vulnerabilities
	@test -x $(AUDIT)/bin/pip-audit || { $(PYTHON) -m venv --clear $(AUDIT) \
	  && $(AUDIT)/bin/python -m pip install --disable-pip-version-check --quiet pip-audit==2.10.1; } || true
	@$(PY) -m tests.audit $(AUDIT)/bin/pip-audit

lock: env       ## renew requirements.lock and package-lock.json from what they are made of
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --extra dev --extra examples --extra onnx --generate-hashes \
	  --no-emit-index-url --no-annotate --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	@cd site_assets && ../$(BIN)/npm install --package-lock-only

clean:          ## remove what was built (not .venv)
	@test -x $(PY) || { echo "make clean needs $(VENV), which knows what was built: run make env first." >&2; exit 2; }
	@$(PY) -m modelpress clean
