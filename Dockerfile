# The server alone; docker-compose.yml adds Postgres.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /dateline
COPY . .
RUN cargo build --release --locked

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home dateline
COPY --from=build /dateline/target/release/dateline /usr/local/bin/dateline
USER dateline
ENV DATELINE_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["dateline", "doctor"]
ENTRYPOINT ["dateline"]
CMD ["serve"]
