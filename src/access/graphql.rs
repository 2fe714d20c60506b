//! The caller in the API.

use async_graphql::{Context, Object, SimpleObject};

use super::Caller;
use super::vocabulary::Role;

/// Who asks by a token.
#[derive(SimpleObject)]
pub struct Viewer {
    /// The name that the token was given when it was made.
    name: String,
    /// What the token lets its holder do.
    role: Role,
}

#[derive(Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// Who asks; null for those who send no token.
    async fn viewer(&self, context: &Context<'_>) -> Option<Viewer> {
        let token = context.data_unchecked::<Caller>().token()?;
        Some(Viewer { name: token.name.clone(), role: token.role })
    }
}
