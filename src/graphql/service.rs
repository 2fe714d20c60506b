//! What the server says of itself.

use std::time::Duration;

use async_graphql::{Context, Object, SimpleObject};
use clap::ValueEnum;
use clap::builder::RangedI64ValueParser;

use super::{DocumentPolicy, LARGEST_PAGE, LoadLimits};
use crate::access::TimeLimits;
use crate::access::vocabulary::{ReadAccess, Role};

/// The limits every request is under. What is over one is refused before it is executed, with the
/// code `TOO_COMPLEX`; introspection has a cost and a depth
/// of its own, so that tools always get the schema.
#[derive(SimpleObject, clap::Args, Clone, Debug)]
#[command(next_help_heading = "Limits of a request")]
pub struct Limits {
    /// How many fields an answer may have, were every page full.
    ///
    /// Every field counts once for each record of the page it is asked of, and of the pages around
    /// that. A list without pages counts as five records, the buckets of statistics as 1,000, the months of
    /// `closureStatistics` as 122. Long lists and texts in arguments count, too.
    #[arg(
        long = "max-cost",
        value_name = "FIELDS",
        env = "DATELINE_MAX_COST",
        default_value_t = Limits::DEFAULT.cost,
        value_parser = at_least(0)
    )]
    pub cost: u32,
    /// How deep fields may stand within each other.
    #[arg(
        long = "max-depth",
        value_name = "FIELDS",
        env = "DATELINE_MAX_DEPTH",
        default_value_t = Limits::DEFAULT.depth,
        value_parser = at_least(1)
    )]
    pub depth: u32,
    /// How many fields a document may have, with its fragments written out where they are spread.
    #[arg(
        long = "max-fields",
        value_name = "FIELDS",
        env = "DATELINE_MAX_FIELDS",
        default_value_t = Limits::DEFAULT.fields,
        value_parser = at_least(500)
    )]
    pub fields: u32,
    /// How many of these fields may have an alias.
    #[arg(
        long = "max-aliases",
        value_name = "ALIASES",
        env = "DATELINE_MAX_ALIASES",
        default_value_t = Limits::DEFAULT.aliases,
        value_parser = at_least(0)
    )]
    pub aliases: u32,
    /// How many directives a document may have, with its fragments written out.
    #[arg(
        long = "max-directives",
        value_name = "DIRECTIVES",
        env = "DATELINE_MAX_DIRECTIVES",
        default_value_t = Limits::DEFAULT.directives,
        value_parser = at_least(0)
    )]
    pub directives: u32,
    /// How many tokens a document may have: names, numbers, strings and punctuation marks.
    #[arg(
        long = "max-tokens",
        value_name = "TOKENS",
        env = "DATELINE_MAX_TOKENS",
        default_value_t = Limits::DEFAULT.tokens,
        value_parser = at_least(1_000)
    )]
    pub tokens: u32,
    /// How many records a page may have.
    #[arg(skip = LARGEST_PAGE)]
    pub page_size: u32,
    /// How long a request's body may be, in bytes.
    #[arg(
        long = "max-body-bytes",
        value_name = "BYTES",
        env = "DATELINE_MAX_BODY_BYTES",
        default_value_t = Limits::DEFAULT.body_bytes,
        value_parser = at_least(1_000)
    )]
    pub body_bytes: u32,
    /// How long a request may take, in milliseconds; its SQL is cancelled then.
    #[arg(
        long = "timeout-ms",
        value_name = "MILLISECONDS",
        env = "DATELINE_TIMEOUT_MS",
        default_value_t = Limits::DEFAULT.timeout_ms,
        value_parser = at_least(1)
    )]
    pub timeout_ms: u32,
}

/// Numbers from `least` on. Where it is not zero, less would keep tools from the schema; none is
/// larger than GraphQL's `Int` can say, with room for a margin of time.
fn at_least(least: u32) -> RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(i64::from(least)..=2_000_000_000)
}

impl Limits {
    /// The limits of a server that was told no others.
    pub const DEFAULT: Self = Self {
        cost: 200_000,
        depth: 30,
        fields: 2_000,
        aliases: 100,
        directives: 100,
        tokens: 5_000,
        page_size: LARGEST_PAGE,
        body_bytes: 1_048_576,
        timeout_ms: 10_000,
    };

    /// How long a request may take.
    #[must_use]
    pub fn time_limit(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.into())
    }
}

/// The server that answers.
#[derive(SimpleObject)]
pub struct Service {
    /// The version of the program.
    version: &'static str,
    /// The limits every request is under.
    limits: Limits,
    /// How long a request by a token of each role may take. Those without a token have the time of
    /// `limits.timeoutMs`.
    time_limits: Vec<RoleTimeLimit>,
    /// How much may be asked at once.
    load: LoadLimits,
    /// Which documents are answered.
    documents: DocumentPolicy,
    /// Whether anybody may read without a token.
    read_access: ReadAccess,
}

/// How long the requests of a role may take.
#[derive(SimpleObject)]
pub struct RoleTimeLimit {
    /// The role of the token.
    role: Role,
    /// The time in milliseconds. The SQL of a request is cancelled then.
    milliseconds: u32,
}

impl RoleTimeLimit {
    fn all(limits: &TimeLimits) -> Vec<Self> {
        let of = |role: &Role| Self {
            role: *role,
            milliseconds: u32::try_from(limits.of_role(*role).as_millis()).unwrap_or(u32::MAX),
        };
        Role::value_variants().iter().map(of).collect()
    }
}

#[derive(Default)]
pub struct ServiceQuery;

#[Object]
impl ServiceQuery {
    /// The server that answers: its version, its limits, and who may read.
    async fn service(&self, context: &Context<'_>) -> Service {
        Service {
            version: env!("CARGO_PKG_VERSION"),
            limits: context.data_unchecked::<Limits>().clone(),
            time_limits: RoleTimeLimit::all(context.data_unchecked::<TimeLimits>()),
            load: *context.data_unchecked::<LoadLimits>(),
            documents: *context.data_unchecked::<DocumentPolicy>(),
            read_access: *context.data_unchecked::<ReadAccess>(),
        }
    }
}
