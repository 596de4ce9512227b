# The two commands of the README: `make demo` and `make test`. Each installs what it needs, from the locks.
PYTHON ?= python3
SCALE ?= 1000
STAY ?= 1
KEEP ?= 0
SEED ?= 2561
RUN := .venv/bin/python
UV := .tools/uv/bin/uv

# A ministry's network has its own certificates: believe those that the machine believes.
export UV_SYSTEM_CERTS := 1
# Tests and the demo start dozens of processes: each would compile all that it imports, for seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check lint types imports native browser promtool pytest pytest-services pytest-others bench chaos lock format clean

demo: .venv/.local native
	@$(RUN) -m deploy.local.demo --scale $(SCALE) --seed $(SEED) $(if $(filter 0,$(STAY)),--no-stay) $(if $(filter 1,$(KEEP)),--keep)

# What is told at once comes first; the types are checked beside the tests, where a processor waits.
test: .venv/.dev lint imports
	@$(MAKE) --no-print-directory pytest BESIDE=types

check: lint types imports

lint: .venv/.dev
	@.venv/bin/ruff check -q .
	@.venv/bin/ruff format --check -q .

types: .venv/.dev
	@.venv/bin/mypy

imports: .venv/.dev
	@.venv/bin/lint-imports --no-cache

# The import's inner loop in C: built where there are a compiler and the headers of OpenSSL, and done without where not.
native: .venv/bin/python
	@$(RUN) -m services.registry.native

# The dashboard is tested in a real Chromium: the one that is here, else Debian's, which only root can install.
browser:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	  && apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null 2>&1; } \
	  || { echo 'The tests of the dashboard need Chromium on the PATH: install the package, as with `sudo apt-get install chromium`.' >&2; exit 1; }

# Alarms are tried with Prometheus's own tool: the one that is here, else Debian's, unpacked without being installed, which anybody may.
promtool: .tools/promtool

.tools/promtool:
	@mkdir -p .tools
	@if command -v promtool >/dev/null; then ln -sf "$$(command -v promtool)" $@; else \
	  there=$$(mktemp -d) && mkdir -p "$$there/lists/partial" "$$there/archives/partial" && cd "$$there" \
	  && own="-o Dir::State::Lists=$$there/lists -o Dir::Cache=$$there" \
	  && { apt-get download prometheus || { apt-get $$own update && apt-get $$own download prometheus; }; } >/dev/null 2>&1 \
	  && dpkg -x prometheus_*.deb tree && cp tree/usr/bin/promtool "$(CURDIR)/$@"; code=$$?; rm -rf "$$there"; test $$code = 0; fi \
	  || { echo 'The tests of alarms need promtool on the PATH: install the package, as with `sudo apt-get install prometheus`.' >&2; exit 1; }

# Two sets at a time, each with its own servers: much of a test's time is waiting for them. What both need is fetched first.
pytest: .venv/.dev native browser promtool
	@$(RUN) -c "from deploy.local.broker import best_kind; best_kind()"
	@$(MAKE) --no-print-directory --output-sync=target -j3 $(BESIDE) pytest-services pytest-others

SERVICES_SET := tests/registry tests/interview tests/payments tests/plan tests/reporting

pytest-services:
	@$(RUN) -m pytest -q $(ARGS) $(SERVICES_SET)

pytest-others:
	@$(RUN) -m pytest -q $(ARGS) $(SERVICES_SET:%=--ignore=%)

bench: .venv/.dev native
	@$(RUN) -m tests.bench $(if $(GOAL),--goal $(GOAL)) --scale $(if $(filter command line,$(origin SCALE)),$(SCALE),100)

# Histories of payments beside a model, with kills; a seed that fails is kept in tests/chaos/seeds.txt.
chaos: .venv/.dev
	@$(RUN) -m tests.chaos --seeds $(or $(SEEDS),10) $(if $(FIRST),--first $(FIRST)) $(if $(MONTHS),--months $(MONTHS)) $(if $(MISTAKE),--mistake $(MISTAKE))

format: .venv/.dev
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

# Locks carry names, versions and hashes, and no address: each installation uses the index that it is set up for.
lock: $(UV)
	@for set in dev local run; do \
	  $(UV) pip compile -q pyproject.toml $$( [ $$set = run ] || echo --group $$set ) --generate-hashes --universal \
	    --python-version 3.11 --no-emit-index-url --no-header $$( [ $$set = dev ] || echo -c locks/dev.txt ) -o locks/$$set.txt || exit 1; done

$(UV): locks/uv.txt
	@$(PYTHON) -m venv .tools/uv
	@.tools/uv/bin/pip install -q --disable-pip-version-check --require-hashes -r locks/uv.txt
	@touch $@

.venv/bin/python: $(UV)
	@test -x .venv/bin/python || $(UV) venv -q --python 3.11 .venv

.venv/.local: locks/local.txt .venv/bin/python
	@test .venv/.dev -nt locks/local.txt || $(UV) pip install -q --python .venv/bin/python --require-hashes -r locks/local.txt
	@touch $@

.venv/.dev: locks/dev.txt .venv/bin/python
	@$(UV) pip sync -q --python .venv/bin/python --require-hashes locks/dev.txt
	@touch $@

clean:
	@rm -rf .run .venv .tools
