# The server with the built playground; docker-compose.yml adds Postgres. Needs BuildKit.

FROM node:22-bookworm-slim AS playground
WORKDIR /dateline/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM rust:1.95-slim-bookworm AS build
WORKDIR /dateline
COPY . .
COPY --from=playground /dateline/web/dist web/dist
# What was built stays with the builder, so that a change builds only what it changes. Our own crates
# are built each time, since the dates of files copied in do not tell whether they are newer.
RUN --mount=type=cache,sharing=locked,target=/usr/local/cargo/registry \
    --mount=type=cache,sharing=locked,target=/dateline/target \
    touch build.rs src/lib.rs src/main.rs migration/src/lib.rs \
    && cargo build --release --locked && cp target/release/dateline /usr/local/bin/dateline

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home dateline
COPY --from=build /usr/local/bin/dateline /usr/local/bin/dateline
USER dateline
# Where an import writes the lines it rejects, when nothing else is said.
WORKDIR /home/dateline
ENV DATELINE_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["curl", "--fail", "--silent", "--show-error", "http://127.0.0.1:8080/readyz"]
# It finishes the requests under way, which takes no longer than one may.
STOPSIGNAL SIGTERM
ENTRYPOINT ["dateline"]
CMD ["serve"]
