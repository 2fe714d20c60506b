//! The caller: who asks, as the request's headers say and the database confirms.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use super::entity::Token;
use super::store::{self, Found};
use super::token::TokenText;
use super::vocabulary::Role;
use crate::db::Database;
use crate::graphql::{ApiError, ApiResult};

/// Who asks: the holder of a token, or anybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller(Option<Token>);

impl Caller {
    /// Somebody without a token.
    #[must_use]
    pub fn anonymous() -> Self {
        Self(None)
    }

    /// Who the headers say it is. Who sends a token that is none is refused, and not taken for anybody:
    /// the answer would lack what they have a right to, and nothing would say so.
    ///
    /// # Errors
    /// When there is a token and it is not valid, or the database does not answer.
    pub async fn of(database: &Database, headers: &HeaderMap) -> ApiResult<Self> {
        let mut given = headers.get_all(AUTHORIZATION).iter();
        let text = match (given.next(), given.next()) {
            (None, _) => return Ok(Self::anonymous()),
            (Some(one), None) => bearer(one.as_bytes()),
            (Some(_), Some(_)) => None,
        };
        let Some(text) = text else {
            return refused(
                "The header `authorization` takes `Bearer` and a token as `dateline token create` shows it.",
            );
        };
        match store::find(database.pool(), &text).await? {
            Some(Found::Valid(token)) => Ok(Self(Some(token))),
            Some(Found::Expired) => refused("The token has expired; ask for a new one."),
            Some(Found::Revoked) => refused("The token was revoked; ask for a new one."),
            None => refused("There is no such token."),
        }
    }

    /// The token they hold.
    #[must_use]
    pub fn token(&self) -> Option<&Token> {
        self.0.as_ref()
    }

    /// Whether they hold no token.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.0.is_none()
    }

    /// Refuses whoever has not at least this role; `what` is what they wanted, as in "importing files".
    ///
    /// # Errors
    /// When they have no token, or one of a lesser role.
    pub fn require(&self, role: Role, what: &str) -> ApiResult<()> {
        let word = role.word().to_lowercase();
        match &self.0 {
            None => refused(&format!("For {what}, send a token of the role {word} or a higher one.")),
            Some(token) if token.role < role => {
                let held = token.role.word().to_lowercase();
                Err(ApiError::Forbidden(format!(
                    "For {what}, the role is {word} or a higher one; this token's is {held}."
                )))
            }
            Some(_) => Ok(()),
        }
    }
}

fn refused<T>(message: &str) -> ApiResult<T> {
    Err(ApiError::Unauthenticated(message.to_owned()))
}

/// The token of `Bearer …`; the name of the scheme is read in any case.
fn bearer(header: &[u8]) -> Option<TokenText> {
    let (scheme, token) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    TokenText::read(token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::token::RANDOM_BYTES;

    #[test]
    fn a_bearer_is_known_by_its_scheme() {
        let text = TokenText::of_random([1; RANDOM_BYTES]).revealed().to_owned();
        let cases = [
            ("Bearer ", true),
            ("bearer ", true),
            ("BEARER  ", true),
            ("Basic ", false),
            ("Bearer", false),
            ("", false),
        ];
        for (scheme, is_read) in cases {
            assert_eq!(bearer(format!("{scheme}{text}").as_bytes()).is_some(), is_read, "{scheme:?}");
        }
    }

    #[test]
    fn each_role_may_do_what_those_before_it_may() {
        let all = [Role::Reader, Role::Contributor, Role::Editor, Role::Admin];
        for (held, role) in all.iter().enumerate() {
            let caller = Caller(Some(Token { id: uuid::Uuid::nil(), name: "x".to_owned(), role: *role }));
            for (asked, least) in all.iter().enumerate() {
                let answer = caller.require(*least, "this");
                assert_eq!(answer.is_ok(), held >= asked);
                assert!(matches!(answer, Ok(()) | Err(ApiError::Forbidden(_))));
            }
        }
        assert!(matches!(
            Caller::anonymous().require(Role::Reader, "this"),
            Err(ApiError::Unauthenticated(_))
        ));
    }
}
