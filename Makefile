# Every target first makes the checkout ready (packaging/dev-setup.sh); when it is, that takes a moment and no network.
PYTHON := .venv/bin/python
# Four on two cores: a quarter of their time is waiting for processes, windows and servers.
PYTEST := $(PYTHON) -m pytest -n 4
READY  := .venv/.set-up
# In the long runs: how many inputs each parser gets, and how many examples each property.
INPUTS ?= 10000000
EXAMPLES ?= 2000
# The tests that break something on purpose, by their names.
FAULTS := kill or tear or torn or power or crash or restart

# make world SEEDS=10000 MINUTES=60 BUGS=none: seeded worlds from FIRST on; BUGS names some, nothing all.
SEEDS ?= 200
FIRST ?= 1
MINUTES ?= 0
BUGS ?=
# How often the server is killed on each engine: make world KILLS=1000. STEPS=10000 gives its books 100 times the steps.
KILLS ?= 50
STEPS ?= 100

# Where it is set every worker compiles every test anew, and every program that a test starts itself; what Python
# keeps instead lies in folders that .gitignore names.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test walk lint check bench world faults fuzz soak shots

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

$(READY): packaging/dev-setup.sh pyproject.toml uv.lock
	@packaging/dev-setup.sh

demo: $(READY) ## start server, POS, kiosk and bench; without a display: play a scripted day and check the books (COINS=1: coins alone, in place of notes and coins)
	@$(PYTHON) packaging/demo/run.py $(if $(COINS),--coins)

test: $(READY) ## every test
	@$(PYTEST)

walk: $(READY) ## every task of till and desk by touch alone and by keys alone, every task of the kiosk by touch
	@ONECARD_WALK=1 $(PYTHON) -m pytest -n 0 tests/pos/walk
	@ONECARD_WALK=1 $(PYTHON) -m pytest -n 0 tests/kiosk/test_touch_walk.py

lint: $(READY) ## style, formatting and types
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy

check: lint test ## lint, then test

bench: $(READY) ## measure, and compare with the targets
	@$(PYTHON) -m tests.bench

shots: $(READY) ## a picture of every screen in build/shots
	@$(PYTHON) -m tests.shots
	@$(PYTHON) -m tests.server.console.shots

world: $(READY) ## the server killed KILLS (50) times, its books in any order, the planted bugs, then SEEDS (200) whole fleets, or as many as begin within MINUTES
	@ONECARD_KILLS=$(KILLS) ONECARD_FUZZ_EXAMPLES=$(STEPS) $(PYTEST) --timeout 0 tests/server/test_kill.py tests/server/books/machine
	@missed=0; [ "$(BUGS)" = none ] || $(PYTHON) -m tests.world --bugs $(BUGS) || missed=1; \
	$(PYTHON) -m tests.world --seeds $(SEEDS) --first $(FIRST) --minutes $(MINUTES) && exit $$missed

faults: $(READY) ## only the tests that break something: kill at every step, tear at every byte, power cuts
	@$(PYTEST) -k "$(FAULTS)"

fuzz: $(READY) ## every parser with INPUTS broken inputs (10,000,000), then the properties with EXAMPLES examples each (2000)
	@$(PYTHON) -m tests.fuzz --inputs $(INPUTS)
	@ONECARD_FUZZ_EXAMPLES=$(EXAMPLES) $(PYTEST) -m hypothesis --timeout 0

soak: $(READY) ## a monkey at POS and kiosk in their windows until MINUTES (120) and EVENTS (1,000,000) are reached, memory's slope told; then properties and faults for ROUNDS minutes (30)
	@ONECARD_FUZZ_EXAMPLES=$(EXAMPLES) FAULTS="$(FAULTS)" packaging/soak.sh
