//! How much may be asked at once, as options of the command line and as the server says it of itself;
//! and which documents.

use async_graphql::SimpleObject;

/// How much may be asked at once. What is over a limit is refused with the code `RATE_LIMITED` (status 429)
/// or `UNAVAILABLE` (503), and the header `retry-after` says when to ask again.
#[derive(SimpleObject, clap::Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Limits of load")]
pub struct LoadLimits {
    /// How many requests without a token an address may send in a minute; zero is no limit.
    ///
    /// All of a minute's may come at once. Addresses of IPv6 are counted by the network of 64 bits that they
    /// are in. Requests from the server's own machine are not counted.
    #[arg(
        long = "rate-per-address",
        value_name = "REQUESTS",
        env = "DATELINE_RATE_PER_ADDRESS",
        default_value_t = LoadLimits::DEFAULT.requests_per_address,
        value_parser = up_to_a_million(0)
    )]
    pub requests_per_address: u32,
    /// How many requests the holders of a token may send in a minute; zero is no limit.
    ///
    /// All of a minute's may come at once. Requests from the server's own machine are not counted.
    #[arg(
        long = "rate-per-token",
        value_name = "REQUESTS",
        env = "DATELINE_RATE_PER_TOKEN",
        default_value_t = LoadLimits::DEFAULT.requests_per_token,
        value_parser = up_to_a_million(0)
    )]
    pub requests_per_token: u32,
    /// How many requests are answered at once; the others wait.
    #[arg(
        long = "max-concurrent",
        value_name = "REQUESTS",
        env = "DATELINE_MAX_CONCURRENT",
        default_value_t = LoadLimits::DEFAULT.concurrent,
        value_parser = up_to_a_million(1)
    )]
    pub concurrent: u32,
    /// How many requests may wait until it is their turn.
    #[arg(
        long = "max-waiting",
        value_name = "REQUESTS",
        env = "DATELINE_MAX_WAITING",
        default_value_t = LoadLimits::DEFAULT.waiting,
        value_parser = up_to_a_million(0)
    )]
    pub waiting: u32,
    /// How long a request may wait, in milliseconds, before its own time begins.
    #[arg(
        long = "max-wait-ms",
        value_name = "MILLISECONDS",
        env = "DATELINE_MAX_WAIT_MS",
        default_value_t = LoadLimits::DEFAULT.wait_ms,
        value_parser = up_to_a_million(0)
    )]
    pub wait_ms: u32,
    /// How many exports are written at once; others are refused.
    #[arg(
        long = "max-exports",
        value_name = "EXPORTS",
        env = "DATELINE_MAX_EXPORTS",
        default_value_t = LoadLimits::DEFAULT.exports,
        value_parser = up_to_a_million(0)
    )]
    pub exports: u32,
}

/// Which documents are answered.
#[derive(SimpleObject, Clone, Copy, Debug)]
pub struct DocumentPolicy {
    /// How many documents the operator trusts: they can be asked for by `documentId`.
    trusted: u32,
    /// Whether all others are refused, with the code `FORBIDDEN`.
    only_trusted: bool,
}

impl DocumentPolicy {
    /// So many trusted ones, which may be the only ones.
    #[must_use]
    pub fn new(trusted: usize, only_trusted: bool) -> Self {
        Self { trusted: u32::try_from(trusted).unwrap_or(u32::MAX), only_trusted }
    }
}

/// Numbers from `least` on that a limiter can count to.
fn up_to_a_million(least: u32) -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(i64::from(least)..=1_000_000)
}

impl LoadLimits {
    /// The limits of a server that was told no others.
    pub const DEFAULT: Self = Self {
        requests_per_address: 600,
        requests_per_token: 6_000,
        // Twice the connections that there are by default: while one waits for Postgres, another is checked.
        concurrent: 32,
        waiting: 512,
        wait_ms: 5_000,
        exports: 4,
    };
}
