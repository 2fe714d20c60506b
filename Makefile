# Everything a newcomer or a machine runs. `make` alone lists the targets.

.DEFAULT_GOAL := help
.PHONY: help demo test check schema postgres

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The development build is ready sooner than the optimised one, and the tests share it.
demo: postgres ## install what is missing, build, load the demonstration dataset and serve it
	cargo run -- demo

test: postgres ## install what is missing and run every test
	cargo test --workspace

check: ## formatting, lints, documentation, and the schema in step with the code
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --quiet
	@cargo run --quiet -- schema | diff -u schema.graphql - \
		|| { echo 'schema.graphql is not in step with the code: run `make schema`' >&2; exit 1; }

schema: ## write schema.graphql anew
	cargo run --quiet -- schema > schema.graphql.new && mv schema.graphql.new schema.graphql

postgres:
	@scripts/install-postgres
