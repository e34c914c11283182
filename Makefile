# Fixed commands: run, redeploy, test, check, bench, deploy, clean. `make help` explains them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Any Python 3.11 to 3.13 builds the environments; afterwards only theirs is used.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
VENV := .local/venv/bin
STAGE ?= local

.PHONY: help venv lock run redeploy package test check format bench deploy clean

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

package: venv  ## package STAGE (default local) into .local/build/
	@$(VENV)/python .chalice/package.py --stage $(STAGE)

deploy: venv  ## package and deploy STAGE=test|production to the AWS account of the current credentials
	@$(VENV)/python -m sandbox.cloud.pages
	@$(VENV)/python .chalice/deploy.py --stage $(STAGE)
