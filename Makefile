# Every target makes its own .venv: with uv where it is there, else with python3 -m venv and pip.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help run test test-slow check format lint types imports knowledge verify release fuzz mutate benchmark lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(STAMP): requirements.txt pyproject.toml
	@if command -v uv >/dev/null 2>&1; then uv venv --quiet --allow-existing --python "$(PYTHON)" .venv; else $(PYTHON) -m venv .venv; fi
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt && uv pip install --quiet --python $(BIN)/python --no-deps -e .; \
	else $(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt && $(BIN)/python -m pip install --quiet --no-deps -e .; fi
	@touch $(STAMP)

run: $(STAMP) ## open the app on this machine
	$(BIN)/formulator app

test: $(STAMP) ## everything: format, lint, types, import contract, knowledge lint, tests
	@$(MAKE) --no-print-directory check

check: $(STAMP) format lint types imports knowledge ## the same for you and for CI
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not slow"

format: $(STAMP) ## formatting is checked, `make reformat` mends it
	$(BIN)/ruff format --check --quiet .

reformat: $(STAMP) ## mend formatting
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(STAMP) ## code lint
	$(BIN)/ruff check --quiet .

types: $(STAMP) ## static types
	$(BIN)/pyright --pythonpath $(BIN)/python

imports: $(STAMP) ## imports run one way
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

knowledge: $(STAMP) ## the knowledge base is sound
	$(BIN)/formulator lint

release: $(STAMP) ## record data/ as VERSION=year.month.number; AGAIN=--again makes the last one anew
	$(BIN)/formulator release $(VERSION) $(AGAIN)

verify: $(STAMP) ## prove and search the knowledge base; stores the report that the page Safety shows
	$(BIN)/formulator verify --write

test-slow: $(STAMP) ## simulations that take minutes
	$(BIN)/python -m pytest -q -m slow

fuzz: $(STAMP) ## 100,000 damaged inputs to every parser: an answer or a message, quickly and in little memory
	$(BIN)/python -m tests.fuzz --inputs 100000

mutate: $(STAMP) ## a fixed sample of mutants of engine and knowledge; about half an hour (EACH=0: all, hours)
	nice -n 15 $(BIN)/python -m tests.mutation --each $(or $(EACH),6)

benchmark: $(STAMP) ## timings, also in a browser and against other engines, printed and written to benchmarks/ (QUICK=1: fewer)
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.browser $(if $(QUICK),--quick)
	$(BIN)/python -m benchmarks.peers $(if $(QUICK),--quick)

lock: ## rebuild the hashed requirements without index addresses (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --extra dev pyproject.toml -o requirements.txt

clean:
	rm -rf .venv .benchmark build dist *.egg-info .pytest_cache .ruff_cache .import_linter_cache .hypothesis
