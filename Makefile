# Everything runs in .venv, which is made when it is missing or older than what it is made from.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BRIEF ?= briefs/homs-truce.md
PARTS ?=
# Wheels only, so that no download runs code while it is installed; hatchling, which installs the kit, is one of them.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Where the shell forbids bytecode, each process of the tests would rewrite and compile all of them anew: 5 s.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup report nightly test quick audit advisories bench lint lab shapes messages reference lock clean

help:  ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## */\t/' | expand -t 10

setup: $(VENV)/ready  ## Set up what is missing: .venv and Chromium

$(VENV)/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Quick View needs Python 3.11 or newer; run: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes --only-binary :all: --requirement requirements.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	$(BIN)/quickview doctor --install
	@touch $@

report: $(VENV)/ready  ## Render a brief to HTML and PDF (BRIEF=briefs/NAME.md)
	@$(BIN)/quickview render $(BRIEF)

nightly: $(VENV)/ready  ## Render every brief that changed, and the front page
	@$(BIN)/quickview nightly

test: $(VENV)/ready lint  ## Run every check and test
	$(BIN)/python -m pytest

quick: $(VENV)/ready lint  ## Run the part of the tests that takes under a minute
	$(BIN)/python -m pytest -m "not slow and not audit"

audit: $(VENV)/ready  ## Look for faults of accessibility and safety on every brief, theme, screen and payload
	$(BIN)/python -m pytest -m audit

advisories: $(VENV)/ready  ## Ask whether a fault is known in a package of requirements.txt
	$(BIN)/pip-audit --requirement requirements.txt --require-hashes --disable-pip --strict --progress-spinner off

bench: $(VENV)/ready  ## Time the kit against its peers (PARTS="kernel report")
	$(BIN)/python -m tests.benchmarks $(PARTS)

# What Git tracks, as it would be committed: a notebook that was run and saved, or a file tried out, is no fault.
lint: $(VENV)/ready
	git ls-files -z '*.py' | xargs -0 $(BIN)/ruff check --quiet
	git ls-files -z '*.py' | xargs -0 $(BIN)/ruff format --quiet --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	git ls-files 'notebooks/*.ipynb' | while read -r path; do git show ":$$path" | $(BIN)/nbstripout --verify --keep-id || { echo "$$path is to be committed with outputs"; exit 1; }; done

lab: $(VENV)/ready  ## Open JupyterLab in notebooks/
	$(BIN)/jupyter lab --notebook-dir=. notebooks/quick_view.ipynb

shapes: $(VENV)/ready  ## Rebuild the layers in shapes/ from their recipes (needs npm)
	$(BIN)/quickview shapes build

messages: $(VENV)/ready  ## Gather the interface's messages into its catalogues
	$(BIN)/python -m quickview.messages notebooks/*.ipynb

reference: report  ## Write the pages of .github/reference out of the code, with pictures of a report
	$(BIN)/python -m quickview.reference .github/reference --pictures reports/$(basename $(notdir $(BRIEF)))/$(basename $(notdir $(BRIEF))).html

lock: $(VENV)/ready  ## Resolve requirements.txt from pyproject.toml again, with the hash of every file
	$(BIN)/uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --extra dev --no-header --no-annotate --generate-hashes --output-file requirements.txt pyproject.toml

clean:  ## Remove .venv and the reports
	rm -rf $(VENV)
	find reports -mindepth 1 ! -name README.md -delete
