//! A row of the table `token`, but for its hash, which stays where it is compared.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::vocabulary::Role;

/// Token: by which a client says who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Identity.
    pub id: Uuid,
    /// Who or what it was made for.
    pub name: String,
    /// What its holder may do.
    pub role: Role,
}

/// A token as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Who or what it was made for.
    pub name: String,
    /// The word of its role.
    pub role: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused; none when it does not expire.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it is valid, expired or revoked.
    pub state: String,
}
