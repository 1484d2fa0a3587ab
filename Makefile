# SPDX-License-Identifier: MIT
# A thin front for CMake and the scripts of tools/. `make run` and `make test` work on a Debian 12 or
# 13 that has nothing but make and git: what is missing is installed first (root or sudo).

.DEFAULT_GOAL := help
.PHONY: deps build run test bench bench-ui bench-peers fuzz lint format screenshots clean help

BIN     := build/rushlight
DATA    ?= var/data
ARGS    ?=
SECONDS_EACH ?= 60

deps: ## install what a build needs (Debian packages)
	@tools/deps.sh build

build: deps ## build/rushlight: release, hardened, web page embedded
	@test -f build/release/build.ninja || cmake --preset release
	@cmake --build --preset release

run: build ## build and serve http://localhost:3000 (ARGS="--listen ...", DATA=var/data)
	@mkdir -p $(DATA)
	@exec $(BIN) serve --data $(DATA) $(ARGS)

test: ## install the test peers, build every way, run every test (ONLY="dev lint" for some stages)
	@tools/deps.sh test
	@tools/test.sh $(ONLY)

bench: build ## measure this machine against the targets
	@RUSHLIGHT_BIN=$(abspath $(BIN)) bench/run.sh

bench-ui: build ## measure the pages in a browser before 5 M observations
	@tools/deps.sh test
	@RUSHLIGHT_BIN=$(abspath $(BIN)) bench/ui.sh

bench-peers: build ## the same spans into other servers, side by side
	@RUSHLIGHT_BIN=$(abspath $(BIN)) bench/peers.sh

fuzz: ## run every fuzz target for SECONDS_EACH seconds (60)
	@tools/deps.sh test
	@tools/fuzz.sh $(SECONDS_EACH)

lint: ## every static check
	@tools/deps.sh test
	@tools/lint.sh

format: ## let clang-format rewrite the C sources
	@tools/lint.sh reformat

screenshots: build ## write the pictures of README (docs/images)
	@tools/deps.sh test
	@cd tests/browser && npm ci --no-audit --no-fund --no-progress --loglevel=error
	@RUSHLIGHT_BIN=$(abspath $(BIN)) node tests/browser/screenshots.mjs

clean: ## remove everything that was built (not the data)
	rm -rf build web/dist web/node_modules

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
