# make demo    a small simulated plant, taken in and looked at
# make test    every test, no key, no network beyond the package registries
# make check   format, lint, types, import rules
# make bench   speed, as ratios measured in one run
# make eval    whether it answers well
# make screenshots   the pictures of the README, of the demo in a real browser

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
DEV := .venv/.ready-dev
JOBS ?= 2

.PHONY: demo test test-next-duckdb check bench eval screenshots format clean constraints

# uv where it can be had, plain pip where not; the compiled files save seconds at every start.
$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv || true
	if test -x $(BIN)/uv; then \
	  VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --compile-bytecode -c constraints.txt -e '.[all]'; \
	else $(BIN)/python -m pip install --quiet -c constraints.txt -e '.[all]'; fi
	touch $@

$(DEV): $(READY)
	if test -x $(BIN)/uv; then \
	  VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --compile-bytecode -c constraints.txt --group dev; \
	else $(BIN)/python -m pip install --quiet -c constraints.txt --group dev; fi
	touch $@

demo: $(READY)
	$(BIN)/andon demo

# Neighbours stay in one process, so that what a file's tests share is made once.
test: $(DEV)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

check: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# DuckDB 2 beside the pinned 1.5: installed apart, put in front, for the hub's tests only.
NEXT := .duckdb-next
$(NEXT)/.ready: $(DEV)
	if test -x $(BIN)/uv; then $(BIN)/uv pip install --quiet --target $(NEXT) --no-deps 'duckdb==2.0.0'; \
	else $(BIN)/python -m pip install --quiet --target $(NEXT) --no-deps 'duckdb==2.0.0'; fi
	touch $@

test-next-duckdb: $(NEXT)/.ready
	PYTHONPATH=$(NEXT) $(BIN)/python -m pytest -n $(JOBS) tests/services/hub tests/tools

bench: $(READY)
	$(BIN)/andon bench hub

eval: $(DEV)
	$(BIN)/python -m evals.run

screenshots: $(DEV) demo
	PYTHONPATH=. $(BIN)/python tests/page/screenshots.py demo docs

format: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Every version that was tested together; DuckDB stays on the line that the extensions follow.
# Without the extra `studio`: its server wants an older schema library than the tests do.
constraints: $(READY)
	echo 'duckdb<1.5.6' | $(BIN)/uv pip compile pyproject.toml --universal --extra all --extra postgres --group dev \
	  --no-annotate --no-header --no-emit-index-url --constraint - -o constraints.txt

clean:
	rm -rf .venv .duckdb-next .mypy_cache .ruff_cache .pytest_cache demo
