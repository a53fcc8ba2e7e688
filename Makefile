# make juliet   a virtual JULIET trial beside the published figures
# make test     the tests
# Each sets up .venv first when it has to. PYTHON=/path/to/python chooses another interpreter (3.11 or newer).

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
JOBS := $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)

ifndef PYTHON
PYTHON := $(shell for candidate in python3.11 python3; do \
    if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
        echo $$candidate; break; fi; done)
endif

# Options of `livingdrug trial`, as in: make juliet TRIAL="-n 500 --seed 7"
TRIAL ?=
DESIGNS := juliet eliana elara cibmtr_lbcl

export MPLBACKEND := Agg
export CMAKE_BUILD_PARALLEL_LEVEL := $(JOBS)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

CHECKS := check-format check-lint check-types check-layers check-evidence

.PHONY: FORCE help setup $(DESIGNS) readme benchmark test bless check $(CHECKS) lock clean
.DEFAULT_GOAL := help

help:
	@echo "make juliet   set up, then run a virtual JULIET trial; results in results/"
	@echo "make eliana, make elara, make cibmtr_lbcl   the same for the other designs"
	@echo "make test     set up, then run the tests"
	@echo "make bless    write the golden figures anew (say why in CHANGELOG.md)"
	@echo "make check    set up, then check format, lint, types, import layers and evidence"
	@echo "make readme   run every design with default settings and write picture and tables into README.md"
	@echo "make benchmark   measure speed beside other engines; results in build/benchmarks and docs/speed.md"
	@echo "make setup    set up .venv from requirements.lock"
	@echo "make lock     write requirements.lock anew from pyproject.toml"
	@echo "make clean    remove .venv, caches and builds (results/ stays)"

setup: $(INSTALLED)

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
	    echo "Python 3.11 or newer was not found. On Debian: apt-get install python3 python3-venv" >&2; exit 1; fi
	@if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
	    echo "$(PYTHON) is not Python 3.11 or newer." >&2; exit 1; fi
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "$(PYTHON) cannot make a virtual environment (it lacks ensurepip)." >&2; \
	    echo "On Debian: apt-get install python3-venv" >&2; exit 1; fi
	@if ! $(PYTHON) -m venv $(VENV); then \
	    rm -rf $(VENV); \
	    echo "$(PYTHON) -m venv failed. On Debian: apt-get install python3-venv" >&2; exit 1; fi

# One package (autograd-gamma) ships no wheel: setuptools, last in the lock file, goes first to build it.
PACKAGES := $(VENV)/.packages
# A change of any of these builds the kernel again.
KERNEL := CMakeLists.txt pyproject.toml $(wildcard src/livingdrug/body/*.py src/livingdrug/engine/*.py \
    src/livingdrug/engine/kernel/*)

$(PACKAGES): requirements.lock | $(BIN)/python
	@echo "Installing into $(VENV) from requirements.lock; the first time takes a minute or two."
	@sed -n '/^setuptools==/,$$p' requirements.lock > $(VENV)/first.lock
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement $(VENV)/first.lock
	@$(BIN)/python -m pip install --quiet --use-pep517 --no-build-isolation --require-hashes \
	    --requirement requirements.lock
	@touch $@

# The installation knows each module by its file: it is made anew when one comes, goes or becomes a folder.
MODULES := $(VENV)/.modules
$(MODULES): FORCE | $(BIN)/python
	@find src -name '*.py' | LC_ALL=C sort > $@.new; \
	    if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(INSTALLED): $(PACKAGES) $(KERNEL) $(MODULES)
	@echo "Building the kernel from the body's equations."
	@if ! command -v $${CXX:-c++} >/dev/null; then \
	    echo "No C++ compiler was found. On Debian: apt-get install g++" >&2; exit 1; fi
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

$(DESIGNS): setup
	@mkdir -p results
	$(BIN)/livingdrug trial $@ $(TRIAL) --out results/$@ --json results/$@.json --html results/$@.html
	@echo "The whole result, with pictures, is in results/$@.html; its rows are in results/$@.json."

# The picture and the tables of README.md, from default runs. Not part of the checks: it takes minutes.
readme: setup
	$(BIN)/python -c "from livingdrug.report.readme import write_readme; write_readme()"

# Half an hour on an idle machine. Engines that are not installed are left out: pip install '.[bench]' has them.
benchmark: setup
	$(BIN)/python -m tests.benchmarks.compare
	$(BIN)/python -m tests.benchmarks.scaling
	$(BIN)/python -m tests.benchmarks.dask_workers
	$(BIN)/python -m tests.benchmarks.grading
	$(BIN)/python -m tests.benchmarks.start
	$(BIN)/python -m tests.benchmarks.page

test: setup
	$(BIN)/python -m pytest -q -n $(JOBS)

# Writes the golden figures anew; the reason belongs under Numbers in CHANGELOG.md.
bless: setup
	$(BIN)/python tests/golden/scenario.py

# All checks run even when one fails; the exit code tells whether any did.
check: setup
	@$(MAKE) --no-print-directory --keep-going $(CHECKS)

check-format: setup
	$(BIN)/ruff format --check src tests

check-lint: setup
	$(BIN)/ruff check src tests

check-types: setup
	$(BIN)/pyright

check-layers: setup
	$(BIN)/lint-imports

check-evidence: setup
	$(BIN)/python -c "from livingdrug.evidence import read_library; \
	    found = read_library(); print(len(found.entries), 'entries and', len(found.tables), 'tables: no fault')"

lock:
	@$(PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip install --quiet pip-tools
	@build/lock/bin/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe \
	    --extra dev --extra pdf --extra scale --build-deps-for wheel --build-deps-for editable \
	    --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	    --output-file build/lock/requirements.lock pyproject.toml
	@{ echo "# Written by make lock from pyproject.toml; not by hand."; cat build/lock/requirements.lock; } \
	    > requirements.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -type d -exec rm -rf {} +
