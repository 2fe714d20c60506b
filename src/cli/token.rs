//! `dateline token`: makes tokens, lists them and revokes them.

use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, bail};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use clap::{Args, Subcommand};

use super::output::{columns, print};
use super::storage::{Storage, StorageArguments};
use crate::access::entity::Listed;
use crate::access::store::{self, Expiry};
use crate::access::token::{RANDOM_BYTES, TokenText};
use crate::access::vocabulary::Role;
use crate::db::Database;

/// Make tokens, by which the server knows who asks, list them, or revoke one
///
/// A client sends its token in the header `authorization: Bearer TOKEN`. A server that is running knows of
/// what was made or revoked at once.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dateline token create --name me --role admin
  dateline token create --name newsroom --role reader --expires 2027-01-31
  TOKEN=$(dateline token create --name nightly-import --role editor --expires 90d)
  dateline token list
  dateline token revoke newsroom")]
pub(super) struct Tokens {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a token and write it to standard output, this once
    ///
    /// It cannot be shown again, since only a hash of it is stored: keep it, or make another one.
    Create {
        /// Who or what it is for; every token that is not revoked has a name of its own
        #[arg(long)]
        name: String,
        /// What its holder may do
        #[arg(long, value_enum)]
        role: Role,
        /// Until when it is valid: days such as 90d, a last day in UTC, or a moment of RFC 3339
        ///
        /// Without it the token is valid until it is revoked.
        #[arg(long, value_name = "WHEN")]
        expires: Option<Until>,
    },
    /// List all tokens, with their roles and until when they are valid
    List,
    /// Revoke a token: from now on it is refused
    Revoke {
        /// Its name
        name: String,
    },
}

impl Tokens {
    pub async fn run(self, arguments: &StorageArguments) -> anyhow::Result<ExitCode> {
        let report = Storage::within(arguments, async |storage, database| {
            storage.migrate(storage.is_embedded()).await?;
            self.action.take(database).await
        })
        .await?;
        print(&report)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Action {
    /// Does it; returns what to print.
    async fn take(self, database: &Database) -> anyhow::Result<String> {
        match self {
            Self::Create { name, role, expires } => create(database, &name, role, expires).await,
            Self::List => Ok(listed(&store::list(database.pool()).await?)),
            Self::Revoke { name } => {
                if !store::revoke(database.pool(), &name).await? {
                    bail!("there is no token {name:?} to revoke; `dateline token list` shows them");
                }
                Ok(format!("{name:?} is revoked.\n"))
            }
        }
    }
}

async fn create(
    database: &Database,
    name: &str,
    role: Role,
    expires: Option<Until>,
) -> anyhow::Result<String> {
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).context("this machine has no random numbers to give")?;
    let text = TokenText::of_random(random);
    let expiry = expires.map_or(Expiry::Never, |until| until.0);
    store::make(database.pool(), &text, name, role, expiry)
        .await
        .with_context(|| format!("cannot make the token {name:?}"))?;
    // On standard error, so that a script finds the token alone.
    eprintln!("This is the token, shown this once. Send it in the header `authorization: Bearer TOKEN`.");
    Ok(format!("{}\n", text.revealed()))
}

fn listed(tokens: &[Listed]) -> String {
    if tokens.is_empty() {
        return "There are no tokens.\n".to_owned();
    }
    let written = |moment: DateTime<Utc>| moment.format("%Y-%m-%d %H:%M").to_string();
    let mut rows = vec![["name", "role", "made (UTC)", "expires (UTC)", ""].map(str::to_owned)];
    rows.extend(tokens.iter().map(|token| {
        let expires = token.expires_at.map_or_else(|| "never".to_owned(), written);
        [token.name.clone(), token.role.clone(), written(token.created_at), expires, token.state.clone()]
    }));
    columns(&rows, 0..0)
}

/// Until when a token is valid, as it is written on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Until(Expiry);

impl FromStr for Until {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let days = text.strip_suffix('d').and_then(|days| days.parse().ok()).filter(|days| *days > 0);
        if let Some(days) = days {
            return Ok(Self(Expiry::Days(days)));
        }
        let end = |day: NaiveDate| Some((day + Days::new(1)).and_time(NaiveTime::MIN).and_utc());
        let moment = match text.parse::<NaiveDate>() {
            Ok(day) => end(day),
            Err(_) => DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc()),
        };
        moment.map(|moment| Self(Expiry::At(moment))).ok_or_else(|| {
            format!("{text:?} is none of: days such as 90d, a day such as 2027-01-31, a moment such as 2027-01-31T12:00:00Z")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_expires_after_days_at_a_moment_or_when_a_day_has_ended() {
        let at = |text: &str| Some(Until(Expiry::At(text.parse().unwrap())));
        for (text, expected) in [
            ("90d", Some(Until(Expiry::Days(90)))),
            ("2027-01-31", at("2027-02-01T00:00:00Z")),
            ("2027-01-31T12:00:00+02:00", at("2027-01-31T10:00:00Z")),
            ("0d", None),
            ("-3d", None),
            ("90", None),
            ("9999999999d", None),
            ("2027-02-30", None),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
    }
}
