//! Who may write.

use async_graphql::Context;

use crate::graphql::{ApiError, ApiResult};

/// Where a request comes from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Peer {
    /// Whether it is a program on this machine that means this machine.
    pub is_here: bool,
}

/// Refuses whoever may not write.
///
/// # Errors
/// When the request does not come from this machine.
pub fn may_write(context: &Context<'_>) -> ApiResult<()> {
    if context.data_opt::<Peer>().is_some_and(|peer| peer.is_here) {
        return Ok(());
    }
    let message =
        "Mutations are taken from this machine alone, addressed as localhost and not through a proxy.";
    Err(ApiError::Forbidden(message.to_owned()))
}

/// Who writes, as the change set names them; none when nobody is known.
pub fn writer(_: &Context<'_>) -> Option<String> {
    None
}
