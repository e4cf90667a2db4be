# Needs only make and Python 3.11 or newer with its venv module. Another interpreter: make run PYTHON=python3.13
PYTHON ?= python3
UV ?= uv
# A second environment beside the first: make test VENV=.venv-3.13 PYTHON=python3.13
VENV ?= .venv
# The number of processes that run the tests. In one process: make test WORKERS=0
WORKERS ?= logical
# Report the branch coverage, and fail if it is below the floor in pyproject.toml: make test COVERAGE=yes
COVERAGE ?=
# The folder for the files of a release
DIST ?= dist
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help run test bench check lint types drift differential venv schema clients documents graphiql release-schema dist lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: venv ## start the server with the sample processes; prints the addresses, a token and a first request
	$(BIN)/bpmn-events serve --demo

test: venv ## run the tests, on all processors
	$(BIN)/pytest --numprocesses $(WORKERS) --maxprocesses 8 $(if $(COVERAGE),--cov --cov-report=)
	@$(if $(COVERAGE),$(BIN)/coverage report --fail-under=0 | awk 'NR <= 14 || /^TOTAL/')

check: lint types drift test ## run all checks that a change must pass: format, lint, types, exported schema, tests

differential: venv ## compare 510 random models with Operaton from Maven Central, step by step (needs a JDK and Maven)
	REQUIRE_OPERATON=true EXAMPLES_FACTOR=30 $(BIN)/pytest -rP --timeout=0 tests/conformance/operaton

bench: venv ## measure this machine, print the targets and write benchmarks/results (takes two to ten minutes)
	$(BIN)/bpmn-events bench

lint: venv
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: venv
	$(BIN)/mypy

drift: venv
	@$(BIN)/bpmn-events schema | diff -u schema.graphql - \
		|| { echo "schema.graphql is not what the code says: run 'make schema' and commit it" >&2; exit 1; }

venv: $(INSTALLED) ## create the environment .venv from requirements.lock

schema: venv ## write schema.graphql
	$(BIN)/bpmn-events schema > .schema.graphql.new
	mv .schema.graphql.new schema.graphql

clients: node_modules/.locked .venv-clients/.locked ## install the generators and checkers of TypeScript and Python clients (needs Node.js)

documents: clients ## write graphql/trusted-documents.json, the documents that the server accepts by id
	npm run --silent generate
	node tools/update_documents.mjs build/clients/typescript/persisted-documents.json graphql

graphiql: clients ## copy the packages of the GraphiQL editor to app/bpmn_events/web/static
	npm run --silent vendor

release-schema: ## at a release: keep the schema as the one that later changes are compared with
	cp schema.graphql tests/clients/released.graphql

dist: venv ## build what is released, in dist: the wheel, the sources, the lock file, the schema and their hashes
	rm -rf $(DIST)
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/hatchling build --directory $(DIST)
	cp deploy/requirements.lock schema.graphql $(DIST)
	cd $(DIST) && sha256sum -- * > SHA256SUMS

lock: ## update the lock files from pyproject.toml (needs uv; newest versions: make lock UPGRADE=--upgrade)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv/" >&2; exit 1; }
	$(UV) pip compile pyproject.toml --all-extras --universal --python-version 3.11 $(UPGRADE) \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet -o requirements.lock
	$(UV) pip compile pyproject.toml --extra postgres --extra otel --universal --python-version 3.11 \
		--constraint requirements.lock \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet -o deploy/requirements.lock
	sed -n 's/^requires = \["\(.*\)"\]$$/\1/p' pyproject.toml | \
		$(UV) pip compile - --universal --python-version 3.11 --constraint requirements.lock \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet -o deploy/build.lock
	$(UV) pip compile tests/clients/python/requirements.in --universal --python-version 3.11 $(UPGRADE) \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet \
		-o tests/clients/python/requirements.lock

clean: ## remove .venv, caches and build output, but not the data folder
	rm -rf .venv .venv-* node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage* build dist .schema.graphql.new
	find app tests benchmarks -type d -name __pycache__ -prune -exec rm -rf {} +

$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "BPMN Events needs Python 3.11 or newer, but '$(PYTHON)' is: $$($(PYTHON) --version 2>&1)" >&2; \
		echo "Name another one: make $(firstword $(MAKECMDGOALS) venv) PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# Installs the project itself, so that a change of pyproject.toml does not rebuild the whole environment.
$(INSTALLED): $(LOCKED) pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# The client generators have their own environments, because ariadne-codegen needs an older graphql-core than the server.
node_modules/.locked: package.json package-lock.json
	@command -v npm >/dev/null || { echo "Clients are generated and checked with Node.js 20 or newer, and npm" >&2; exit 1; }
	npm ci --silent --no-audit --no-fund
	@touch $@

.venv-clients/.locked: tests/clients/python/requirements.lock
	$(PYTHON) -m venv --clear .venv-clients
	.venv-clients/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
