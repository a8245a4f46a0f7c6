# What can be done with Ostiary's source. CONTRIBUTING.md says when.

GO     ?= go
MODEL  ?= ../shared/model/cognito-idp-2016-04-18.json
# How long one benchmark runs; raise it for numbers to compare.
BENCHTIME ?= 200ms

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.PHONY: build
build: ## the static binary, bin/ostiary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o bin/ostiary ./cmd/ostiary

.PHONY: test
test: ## everything, on SQLite and PostgreSQL, with official clients; installs what that needs
	scripts/test

.PHONY: check
check: ## what a fresh clone can test without installing anything
	$(GO) vet ./...
	$(GO) test ./...

.PHONY: lint
lint: ## the linters of .golangci.yml, built from the module in tools/
	scripts/lint

.PHONY: bench
bench: ## benchmarks
	$(GO) test -run '^$$' -bench . -benchtime $(BENCHTIME) -benchmem ./...

.PHONY: generate
generate: ## write the generated code again from the service model (MODEL=path)
	$(GO) generate ./...

.PHONY: clean
clean: ## remove what was built
	rm -rf bin test/node/node_modules
