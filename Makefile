# Everything a newcomer or a machine runs. `make` alone lists the targets.

.DEFAULT_GOAL := help
.PHONY: help demo test clients bench playground check audit schema postgres client-tools

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The development build is ready sooner than the optimised one, and the tests share it.
demo: postgres playground ## install what is missing, build, load the demonstration dataset and serve it
	cargo run -- demo

test: postgres client-tools playground ## install what is missing and run every test
	cargo test --workspace
	@$(MAKE) --no-print-directory clients

clients: playground ## meet the release build as its clients do: audits, hostile requests, a browser, typed clients
	cargo build --release
	@if command -v npm >/dev/null; then \
		$(MAKE) --no-print-directory tests/clients/node_modules/.package-lock.json && node tests/clients/run.mjs; \
	else echo 'Left out: the tests of clients, which need Node and npm.' >&2; [ -z "$$CI" ]; fi

bench: postgres ## measure against Postgres by itself, in one run (benches/README.md); BENCH='--only P4' for some
	cargo build --release
	cargo run --release -p dateline-bench -- $(BENCH)

playground: ## build GraphiQL into the next build of the program, where npm is there
	@{ command -v npm >/dev/null && $(MAKE) --no-print-directory web/dist/index.html.gz; } \
		|| echo 'GraphiQL is left out, because npm is not there or failed: the playground will be the small one.' >&2

web/dist/index.html.gz: web/package-lock.json web/build.mjs $(wildcard web/graphiql/* web/playground/examples.js)
	cd web && npm ci --silent --no-audit --no-fund && npm run --silent build

tests/clients/node_modules/.package-lock.json: tests/clients/package-lock.json
	cd tests/clients && npm ci --silent --no-audit --no-fund

check: ## formatting, lints, documentation, and the schema in step with the code
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --quiet
	@cargo run --quiet -- schema | diff -u schema.graphql - \
		|| { echo 'schema.graphql is not in step with the code: run `make schema`' >&2; exit 1; }
	@$(MAKE) --no-print-directory audit

audit: ## licences and origins of dependencies, and advisories about them, where cargo-deny is installed (deny.toml)
	@if ! cargo deny --version >/dev/null 2>&1; then \
		echo 'Left out: the audit of dependencies; install it with `cargo install --locked cargo-deny`.' >&2; \
	elif ! cargo fetch --locked --quiet 2>/dev/null; then \
		echo 'Left out: the audit of dependencies, whose registry cannot be reached.' >&2; \
	else \
		cargo deny --log-level error --all-features check --hide-inclusion-graph bans licenses sources || exit 1; \
		if cargo deny --log-level off fetch db 2>/dev/null; then \
			cargo deny --log-level error --all-features check --disable-fetch advisories; \
		else echo 'Left out: advisories about dependencies, which cannot be reached.' >&2; fi; \
	fi

schema: ## write schema.graphql anew
	cargo run --quiet -- schema > schema.graphql.new && mv schema.graphql.new schema.graphql

postgres:
	@scripts/install-postgres

client-tools:
	@scripts/install-clients
