# Fixed commands: run, redeploy, test, check, bench, deploy, clean. `make help` explains them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Any Python 3.11 to 3.13 builds the environments; afterwards only theirs is used.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
VENV := .local/venv/bin
STAGE ?= local

.PHONY: help venv lock run redeploy pages package check format test bench deploy clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

venv:  ## the two Python environments in .local/
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11 to 3.13 found; install one or set PYTHON=" >&2; exit 1; }
	@$(PYTHON) sandbox/cloud/install.py

lock: venv  ## write requirements*.txt from requirements*.in
	@$(VENV)/python -m sandbox.cloud.lock $(if $(UPGRADE),--upgrade)

run: venv  ## the whole product on this machine; Ctrl-C stops it, data stay in .local/
	@exec $(VENV)/python -m sandbox.launch run

redeploy:  ## bring changed code and pages into the running stack
	@$(VENV)/python -m sandbox.launch redeploy

pages: venv
	@$(VENV)/python -m sandbox.cloud.pages

package: pages  ## package STAGE (default local) into .local/build/
	@$(VENV)/python .chalice/package.py --stage $(STAGE)

check: package  ## format, lint, types, template; Python and web
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/cfn-lint --regions cn-north-1 us-east-1 --template .local/build/$(STAGE)/template.json
	$(VENV)/python -m sandbox.cloud.pages run lint
	$(VENV)/python -m sandbox.cloud.pages run typecheck
	$(VENV)/python -m sandbox.cloud.pages run budget

openapi: venv  ## write chalicelib/routes.py and docs/openapi.json from the routes
	@$(VENV)/python -m sandbox.openapi

format: venv  ## let the formatters write
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .
	$(VENV)/python -m sandbox.cloud.pages run format

test: package  ## every test, browser included
	@$(VENV)/python -m tests

bench: package  ## the performance tables
	@$(VENV)/python -m bench

deploy: pages  ## package and deploy STAGE=test|production to the AWS account of the current credentials
	@$(VENV)/python .chalice/deploy.py --stage $(STAGE)

clean:  ## remove everything this checkout made, the local data too
	rm -rf .local web/node_modules chalicelib/static .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
