# One entry to everything, the same on a laptop and in CI. Needs only git, make, Python 3.11 and pip.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test servers browser check bench accuracy docs lock places clean

demo: .venv/run ## set up, load examples/, print a chain of authority and a plan on one screen
	$(BIN)/cancu load --store .demo-store examples
	$(BIN)/cancu chain --store .demo-store "kế hoạch nước sạch huyện Quỳ Hợp"
	$(BIN)/cancu plan --store .demo-store "kế hoạch nước sạch huyện Quỳ Hợp"

test: .venv/dev ## set up and run every test
	$(BIN)/python -m pytest -n auto -q

servers: .venv/dev ## try the catalogue on Virtuoso and Jena too, where they are installed
	CANCU_SERVERS=all $(BIN)/python -m pytest -q tests/test_remote.py

browser: .venv/dev ## try the pages and pictures in Chromium, where it is installed
	CANCU_BROWSER=1 $(BIN)/python -m pytest -q tests/test_web_browser.py tests/test_pictures_browser.py

check: .venv/dev ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/bench ## speed, beside eyecite and rdflib in the same run
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench_audit
	$(BIN)/python -m tests.bench_workshop

accuracy: .venv/dev ## accuracy over examples/ and, where they are at hand, the real texts
	$(BIN)/python -m tests.accuracy

docs: .venv/dev ## write the pages of the catalogue and of the audit anew
	$(BIN)/python -m cancu.viz.catalogue_page > queries/README.md
	$(BIN)/python -m cancu.viz.rules_page > queries/audit/README.md

lock: .venv/dev ## renew the lock files from pyproject.toml
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml packaging/build.in -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml packaging/build.in --group dev -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml packaging/build.in --group dev --group bench -o requirements-bench.lock

places: .venv/dev ## rebuild ontology/places.tsv from the packages that it is made of
	$(BIN)/python -m cancu.ontology.build_places

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	touch $@

# Strict editable installs are a tree of links that type checkers can follow.
.venv/dev: .venv/bin/python requirements-dev.lock pyproject.toml $(wildcard core/*.py ontology/*.py loaders/*.py queries/*.py viz/*.py)
	$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.lock
	rm -rf build
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation --config-settings editable_mode=strict -e .
	touch $@ .venv/run

.venv/bench: .venv/dev requirements-bench.lock
	$(BIN)/python -m pip install -q --require-hashes -r requirements-bench.lock
	touch $@

clean:
	rm -rf .venv build .demo-store *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
