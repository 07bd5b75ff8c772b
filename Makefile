# Two commands matter: `make run` and `make test`. Each sets up what it needs first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.from-locks
SHARED ?= ../shared
FUZZ   ?= 5000
KILLS  ?= 200
ROWS   ?= 100000000
SERVICES := tests/flows/schedule tests/flows/recorded
# All but gliner: it brings gigabytes of torch.
EXTRAS := s3 delta sqlite dask huggingface spacy

.DEFAULT_GOAL := help
.PHONY: help setup run test service-test operations-test check format lock bench kill-test scale exchange fuzz train train-entities dictionary clean

help:  ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

setup: $(STAMP)  ## a virtual environment in .venv, from the locks

$(STAMP): requirements.lock requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "unspun needs Python 3.11 or newer; say which with: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv --clear $(VENV)
	@echo "installing what the locks name (a minute or so, once) …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup  ## data/raw → data/processed
	$(BIN)/unspun run

test: setup  ## every test but those of service-test and operations-test
	$(BIN)/python -m pytest -q -n auto --dist loadfile $(SERVICES:%=--ignore=%) --ignore=tests/flows/operations

service-test: setup  ## schedules and recorded runs, end to end on real Prefect servers and workers (some minutes)
	$(BIN)/python -m pytest -q $(SERVICES)

operations-test: setup  ## every command that docs/operations.md tells of schedules and operations (some minutes)
	$(BIN)/python -m pytest -q tests/flows/operations

check: setup  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup  ## put the code in its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup  ## what docs/benchmarks.md reports
	$(BIN)/python -m benchmarks.quality --shared $(SHARED)
	$(BIN)/python -m benchmarks.markup --shared $(SHARED)
	$(BIN)/python -m benchmarks.extraction --shared $(SHARED)
	$(BIN)/python -m benchmarks.metadata --shared $(SHARED)
	$(BIN)/python -m benchmarks.lines --shared $(SHARED)
	$(BIN)/python benchmarks/boilerplate.py --shared $(SHARED)
	$(BIN)/python benchmarks/publishers.py $(SHARED)
	$(BIN)/python -m benchmarks.entities --shared $(SHARED)
	$(BIN)/python benchmarks/duplicates.py $(SHARED)
	$(BIN)/python -m benchmarks.workers
	$(BIN)/python -m benchmarks.orchestration

kill-test: setup  ## runs that are killed with kill -9, while readers read (KILLS=200)
	$(BIN)/python -m benchmarks.kill --kills $(KILLS)

scale: setup  ## what a store of 20,000 and of 100,000 posts costs (an hour or so)
	$(BIN)/python -m benchmarks.scale 20000 100000 --memory 512

exchange: setup  ## what the exchange of the near-duplicate stage costs (ROWS=100000000)
	$(BIN)/python -m benchmarks.exchange $(ROWS)

fuzz: setup  ## random and broken raw files of every form, for a long while (FUZZ=5000 examples a form)
	UNSPUN_FUZZ_EXAMPLES=$(FUZZ) $(BIN)/python -m pytest -q tests/flows/test_fuzz.py

train: setup  ## remake the models from the shared data
	$(BIN)/python -m training.split_model --shared $(SHARED)
	$(BIN)/python -m training.lines_model --shared $(SHARED)
	$(BIN)/python -m training.article_model --shared $(SHARED)

train-entities:  ## remake the entity model (about an hour; first, in PYTHON's environment: pip install --group training .)
	$(PYTHON) -m training.entities --shared $(SHARED)

dictionary: setup  ## remake docs/dictionary.md from the schemas
	$(BIN)/python -m flows.dictionary

lock:  ## resolve the locks anew (needs uv and the network)
	uv pip compile --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --group dev $(EXTRAS:%=--extra %) pyproject.toml requirements-build.in -o requirements-dev.lock

clean:  ## remove what was made, but never data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
