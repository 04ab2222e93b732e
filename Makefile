PYTHON ?= python3
PORT ?= 8000
TOPOLOGY ?= monolith
T ?=
B ?=
N ?= 400
EVENTS ?= 100000
KILLS ?= 200

VENV_PYTHON := .venv/bin/python
COMPILE := UV_PYTHON_DOWNLOADS=never $(VENV_PYTHON) -m uv pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help acceptance run up test chaos fuzz bench check openapi asyncapi modules protos screenshots fix lock clean base dev

help: ## Show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s%s\n", $$1, $$2 }' Makefile

run: base ## Start the shop; PORT=8000 and PYTHON=python3 may be changed
	@DEBUG=on DEMO=on exec $(VENV_PYTHON) manage.py serve --port $(PORT)

up: dev ## Start it as in production: TOPOLOGY=monolith or services, PORT=8000
	@exec $(VENV_PYTHON) -m tools.up $(TOPOLOGY) --port $(PORT)

test: dev ## Run all tests, on SQLite and on real servers; T=tests/catalog picks some
	@$(VENV_PYTHON) -m tools.test $(T)

chaos: dev ## Kill and break things for some twenty minutes; EVENTS and KILLS may be changed
	@$(VENV_PYTHON) -m tests.resilience --events $(EVENTS) --kills $(KILLS)

acceptance: dev ## Run every scenario on every topology, and write which one holds where; T=tests/acceptance/... picks some
	@TOPOLOGIES=all WRITE=$(if $(T),,on) $(VENV_PYTHON) -m tools.test --only postgres $(or $(T),tests/acceptance)

fuzz: dev ## Send thousands of requests made from the OpenAPI document; N examples of each operation
	@FUZZ=$(N) $(VENV_PYTHON) -m tools.test --only postgres tests/acceptance/test_every_request.py -rP

bench: dev ## Measure, each figure beside its bound; B="relay latency" picks some
	@$(VENV_PYTHON) -m benchmarks $(B)

check: dev ## Check style, types and boundaries
	@$(VENV_PYTHON) -m tools.check

openapi: dev ## Write docs/openapi.yaml anew, unless it would break callers
	@$(VENV_PYTHON) -m tools.openapi

asyncapi: dev ## Write docs/asyncapi.yaml anew, unless it would break readers of events
	@$(VENV_PYTHON) -m tools.asyncapi

modules: dev ## Write docs/modules.md anew, the map of the modules
	@DEBUG=on $(VENV_PYTHON) manage.py modules --write

protos: dev ## Write protos/ anew, unless it would break callers
	@$(VENV_PYTHON) -m tools.protos

screenshots: dev ## Write docs/screenshots anew, with Chromium
	@$(VENV_PYTHON) -m tests.browser

fix: dev ## Format the code, and repair what can be repaired
	@$(VENV_PYTHON) -m ruff check --fix
	@$(VENV_PYTHON) -m ruff format

lock: dev ## Write requirements/*.txt anew from requirements/*.in
	$(COMPILE) requirements/base.in -o requirements/base.txt
	$(COMPILE) requirements/dev.in -c requirements/base.txt -o requirements/dev.txt

clean: ## Remove .venv and caches
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

base dev:
	@$(PYTHON) tools/bootstrap.py $@
