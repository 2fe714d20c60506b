//! Who may ask: the caller of a request, known once for all that it does.

use axum::http::HeaderMap;

use super::Service;
use super::refusal::Refusal;
use crate::access::Caller;
use crate::access::vocabulary::{ReadAccess, Role};

impl Service {
    /// Who sends these headers, where they may read at all.
    pub(super) async fn reader(&self, headers: &HeaderMap) -> Result<Caller, Refusal> {
        let caller = self.caller(headers).await?;
        if self.read_access == ReadAccess::Token {
            caller
                .require(Role::Reader, "reading from this server")
                .map_err(|error| Refusal::failed(&error))?;
        }
        Ok(caller)
    }

    /// Who sends these headers.
    pub(super) async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Refusal> {
        let caller = Caller::of(&self.database, headers).await;
        let caller = caller.map_err(|error| Refusal::failed(&error).of_token())?;
        if let Some(token) = caller.token() {
            // Its name, by which its owner is asked; never its text.
            tracing::Span::current().record("caller", &token.name);
        }
        Ok(caller)
    }
}
