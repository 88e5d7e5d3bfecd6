# Everything happens in .venv; nothing outside this folder is touched.
# PYTHON names the interpreter to build it with: make setup PYTHON=python3.12

SHELL := /bin/sh
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CODE := incidentmail tests bench crash
PYTHON ?=
# Judges of web pages, from npm: they are used by tests only, and are no part of the project.
JUDGES := axe-core@4.14.1 html-validate@9.7.1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test e2e screenshots lint check format bench replies histories crash docs site build deb clean

help: ## Show this list
	@echo 'incidentmail: make TARGET, where TARGET is one of'
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' Makefile

setup: .venv/stamp-dev ## Install incidentmail and the tools to work on it into .venv

demo: .venv/stamp-run ## See it work: a list, three subscribers, one incident, nothing outside this machine
	@echo 'playing one incident: some seconds ...'
	@$(BIN)/incidentmail demo

test: setup ## Run the tests
	@echo 'running the tests, four at a time: some minutes ...'
	@$(BIN)/pytest -n 4

e2e: setup build/node/stamp ## Run the tests against real servers and a browser, which have to be installed (CONTRIBUTING.md)
	@$(BIN)/pytest tests/e2e

screenshots: setup ## Write pictures of our mails, as a browser shows them, into build/screenshots
	@PYTHONPATH=tests/servers:tests/helpers $(BIN)/python tests/e2e/screenshots.py build/screenshots
	@$(BIN)/python packaging/recording.py docs/pictures/demo.svg

lint: setup ## Check format, style, types and import contracts
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

check: lint test ## What has to pass before a change is proposed: lint, then test

format: setup ## Put the code into shape
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

bench: setup ## Measure what everything costs; ARGS="accept --mails 200" for a part; STRICT=1 fails if a must is not met
	@PYTHONPATH=tests/servers:tests/helpers $(BIN)/python -m bench $(if $(STRICT),--strict) $(ARGS)

replies: setup ## Read 100,000 replies put together from parts, and see that each is read as it is meant
	@REPLIES=100000 $(BIN)/pytest -q tests/reply/test_generated_replies.py

histories: setup ## Play 2,000 generated histories of each kind, and 200 incidents of six hours: some hours
	@HISTORIES=2000 $(BIN)/pytest -q tests/app tests/story tests/core/decision

crash: setup ## Kill, cut the power, break and fill the disk: nothing answered 250 may be lost; ARGS="kill" for a part
	@PYTHONPATH=tests/servers:tests/helpers $(BIN)/python -m crash $(ARGS)

docs: setup ## Write docs/cli.md and the manual pages anew from the commands' own help
	$(BIN)/python tests/test_docs.py

site: .venv/stamp-site ## Build the documents as a site into build/site, and check that no link is dead
	@$(BIN)/python packaging/site/build.py build/site

build: setup ## Build the source archive and the wheel into dist/
	@$(BIN)/hatchling build -t sdist -t wheel
	@ls dist

deb: build ## Build a Debian package into build/, for the Debian release that this machine has
	@packaging/deb/build "$(PIP)" $(VERSION)

clean: ## Take away .venv and everything that was built
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find incidentmail templates tests -name __pycache__ -type d -exec rm -rf {} +

build/node/stamp: Makefile
	@mkdir -p build/node
	@cd build/node && npm install --silent --no-save --ignore-scripts --no-audit --no-fund --prefix . $(JUDGES)
	@touch $@

.venv/stamp-run: pyproject.toml constraints.txt
	@$(call venv)
	@echo 'downloading and installing some 20 packages into .venv: seconds, or some minutes ...'
	@$(PIP) install -e . -c constraints.txt
	@echo 'installed'
	@touch $@

.venv/stamp-site: .venv/stamp-dev packaging/site/constraints.txt
	@$(PIP) install -e '.[docs]' -c constraints.txt -c packaging/site/constraints.txt
	@touch $@

.venv/stamp-dev: pyproject.toml constraints.txt
	@$(call venv)
	@echo "downloading and installing $$(grep -c == constraints.txt) packages into .venv: seconds, or some minutes ..."
	@$(PIP) install -e '.[dev]' -c constraints.txt
	@echo 'installed'
	@touch .venv/stamp-run $@

# The first Python that is new enough and can make an environment with pip in it; on Debian that part is a package of
# its own. A .venv that works already is kept.
define venv
if $(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then exit 0; fi; \
new=; found=; \
for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
	version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
	found="$$found $$python is $$version;"; \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue; \
	new="$$version"; \
	"$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	echo "making .venv with $$python ($$version): seconds, or a minute ..."; \
	"$$python" -m venv --clear .venv; exit $$?; \
done; \
if [ -n "$$new" ]; then \
	echo "make: error: Python $$new is here, but it cannot make a virtual environment" >&2; \
	echo "hint: on Debian and Ubuntu: apt-get install python3-venv (or python$$new-venv)" >&2; \
else \
	echo "make: error: Python 3.11 or newer is needed;$${found:- no python3 was found}" >&2; \
	echo "hint: on Debian and Ubuntu: apt-get install python3 python3-venv; or make setup PYTHON=/path/to/python3" >&2; \
fi; \
exit 1
endef
