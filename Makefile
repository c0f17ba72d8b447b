# The two commands of the README: `make` runs the demonstration, `make test` runs the tests.
.PHONY: all environment test test-browser test-slurm lint parity mutation lock

PYTHON ?= python3
BIN := .venv/bin

all: environment
	$(BIN)/snakemake --cores all

environment: .venv/.complete

.venv/.complete: envs/requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r envs/requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q -j 0 .venv/lib workflow/src
	touch .venv/.complete

test: environment
	$(BIN)/python -m pytest -n 2 --dist worksteal

test-browser: environment  ## the report page in Debian's chromium
	command -v chromium > /dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }
	$(BIN)/python -m pytest -q -n 0 tests/browser

lint: environment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/snakefmt --check Snakefile workflow/rules
	$(BIN)/snakemake --lint

parity: environment  ## how close each comparison with R comes
	$(BIN)/python -m pytest -q tests/reference --parity docs/parity.md

test-slurm: environment  ## the smallest whole run on a Slurm cluster of this machine
	@export PATH="$$PATH:/usr/sbin"; for name in slurmctld slurmd munged sbatch; do \
	    command -v $$name >/dev/null || missing=yes; done; test -z "$$missing" || \
	    (apt-get update -qq && apt-get install -y -qq --no-install-recommends \
	    slurmctld slurmd slurm-client munge)
	$(BIN)/python tests/slurm/run.py

SEED ?= 1
SAMPLE ?= 300
mutation: environment  ## which small mistakes would no test notice? an hour or two
	$(BIN)/python tests/mutation/run.py --seed $(SEED) --sample $(SAMPLE)

lock:
	uv pip compile pyproject.toml --extra build --extra cluster --extra dev --generate-hashes --universal \
	    --python-version 3.11 --no-header --output-file envs/requirements.lock
