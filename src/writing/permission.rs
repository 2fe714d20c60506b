//! Who may write.

use async_graphql::Context;

use crate::access::Caller;
use crate::access::entity::Token;
use crate::access::vocabulary::Role;
use crate::graphql::ApiResult;

/// Whether who sends no token may write all the same: a program on this machine that means this
/// machine, while reading is open.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trust(pub bool);

/// Refuses whoever may not write. Who sends a token is held to its role, wherever they are.
///
/// # Errors
/// When they have no token and are not trusted without, or the token's role is a lesser one.
pub fn may_write(context: &Context<'_>, role: Role) -> ApiResult<()> {
    may(context, role, "this mutation")
}

/// Refuses whoever may not have what is for those who write; `what` it is, as in "this mutation".
///
/// # Errors
/// As those of [`may_write`].
pub fn may(context: &Context<'_>, role: Role, what: &str) -> ApiResult<()> {
    let is_trusted = context.data_opt::<Trust>().is_some_and(|trust| trust.0);
    match context.data_opt::<Caller>() {
        Some(caller) if !(is_trusted && caller.is_anonymous()) => caller.require(role, what),
        None if !is_trusted => Caller::anonymous().require(role, what),
        _ => Ok(()),
    }
}

/// The token that who writes has sent; none when they sent none.
pub fn token(context: &Context<'_>) -> Option<Token> {
    context.data_opt::<Caller>()?.token().cloned()
}
