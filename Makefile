# One line each, no logic: what a target needs, it sets up by itself. Start with `make demo`.
BIN := .venv/bin
SCENARIO := fires-2020

.PHONY: setup postgresql chromium data demo style types test check bench soak lock clean

setup: ; @tools/setup
postgresql: ; @tools/setup-postgresql
chromium: ; @tools/setup-chromium
data: setup ; @tools/setup-demo-data
demo: data ; @$(BIN)/detente demo $(SCENARIO)
style: setup ; @$(BIN)/ruff check && $(BIN)/ruff format --check
types: setup ; @$(BIN)/mypy && $(BIN)/lint-imports
test: style types data postgresql chromium ; @$(BIN)/python -m pytest -n 2 --dist worksteal -m "not soak and not alone" && $(BIN)/python -m pytest -m alone tests/browser
check: style types postgresql ; @$(BIN)/python -m pytest -n 2 -m "not slow and not soak"
bench: setup postgresql ; @tools/setup-bench && $(BIN)/python -m bench
soak: setup postgresql ; @$(BIN)/python -m pytest -n 2 -m soak
lock: setup ; @tools/lock
clean: ; @rm -rf .venv .venv-bench .demo-data demo-out test-out bench-out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
