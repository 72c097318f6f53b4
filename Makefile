# Everything a newcomer types. `make help` lists it.

PYTHON ?= python3
# The CPU build of torch is the smallest; name another one here to use a GPU.
TORCH  ?= torch==2.13.0
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo test test-slow lint bench bench-webnlg docs clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## build a mind in demo-mind/ on this machine, measure it and ask it three questions
	@$(BIN)/scenograph demo demo-mind

# Every core runs tests; a file's tests stay together, since they share what is slow to make. One thread for each process:
# threads of several processes on few cores wait for each other. What is compiled is kept: hundreds of processes start.
test: $(VENV)/.installed-dev lint ## the whole test suite, lint and types
	OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

test-slow: $(VENV)/.installed-dev ## the tests that take minutes, and ten times as many examples of each law
	$(BIN)/python -m pytest -m slow
	$(BIN)/python -m pytest -m 'hypothesis and not slow' --hypothesis-profile many

lint: $(VENV)/.installed-dev ## ruff and pyright
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

bench: $(VENV)/.installed-dev demo ## the measurements of docs/measurements.md, on the demo's mind (some 15 minutes)
	$(BIN)/python bench/notation.py
	$(BIN)/python bench/roundtrips.py
	$(BIN)/python bench/lexicon.py
	$(BIN)/python bench/rules.py
	$(BIN)/python bench/validity.py
	OMP_NUM_THREADS=1 $(BIN)/python bench/memory.py
	OMP_NUM_THREADS=1 $(BIN)/python bench/musique.py --without-model
	OMP_NUM_THREADS=1 $(BIN)/python bench/vectors.py --scenes 10000
	$(BIN)/python bench/adapters.py
	$(BIN)/python bench/bridge.py demo-mind
	$(BIN)/python bench/inside.py demo-mind --questions 20
	$(BIN)/python bench/documents.py
	OMP_NUM_THREADS=1 $(BIN)/python bench/long_text.py
	OMP_NUM_THREADS=1 $(BIN)/python bench/reading.py --data ../shared/data/ud
	OMP_NUM_THREADS=1 $(BIN)/python bench/reading_peers.py
	OMP_NUM_THREADS=1 $(BIN)/python bench/dialogue.py
	$(BIN)/python bench/spoken.py --data ../shared/data/ud --weights src/scenograph/readers/trained/reader.npz
	$(BIN)/python bench/open_questions.py --seed 1
	$(BIN)/python bench/world.py demo-mind

bench-webnlg: $(VENV)/.installed-dev ## train and measure minds on WebNLG (some 40 minutes)
	$(BIN)/python bench/webnlg.py

docs: $(VENV)/.installed ## write docs/cli.md from the commands' help
	$(BIN)/python -m scenograph.cli.reference > docs/cli.md

clean: ## remove the virtual environment, caches and the demo's mind
	rm -rf $(VENV) demo-mind .pytest_cache .ruff_cache .hypothesis build dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Scenograph needs Python 3.11 or newer; run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing packages into $(VENV) (some minutes the first time) ..."
	@$(PIP) install --quiet "$(TORCH)"
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[train,serve,rdf,algebra,map,gguf]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[train,serve,rdf,algebra,map,gguf,qdrant,quantise,bench,dev]'
	@touch $@
