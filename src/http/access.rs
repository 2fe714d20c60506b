//! Who may ask: the caller of a request, known once for all that it does, and counted.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use super::Service;
use super::client::Client;
use super::places::Place;
use super::refusal::Refusal;
use crate::access::Caller;
use crate::access::vocabulary::{ReadAccess, Role};

impl Service {
    /// Who sends these headers, where they may read at all.
    pub(super) async fn reader(&self, client: Client, headers: &HeaderMap) -> Result<Caller, Refusal> {
        let caller = self.caller(client, headers).await?;
        if self.read_access == ReadAccess::Token {
            caller
                .require(Role::Reader, "reading from this server")
                .map_err(|error| Refusal::failed(&error))?;
        }
        Ok(caller)
    }

    /// Who sends these headers, unless they have sent too many requests: those of a token are counted by
    /// it, wherever it is used, and those without a valid one by their address.
    pub(super) async fn caller(&self, client: Client, headers: &HeaderMap) -> Result<Caller, Refusal> {
        if !headers.contains_key(AUTHORIZATION) {
            self.counted("address", self.rates.count_address(client))?;
            return Ok(Caller::anonymous());
        }
        let asked = {
            let _place = self.place().await?;
            Caller::of(&self.database, headers).await
        };
        let caller = match asked {
            Ok(caller) => caller,
            Err(error) => {
                self.counted("address", self.rates.count_address(client))?;
                return Err(Refusal::failed(&error).of_token());
            }
        };
        if let Some(token) = caller.token() {
            // Its name, by which its owner is asked; never its text.
            tracing::Span::current().record("caller", &token.name);
        }
        self.counted("token", self.rates.count_token(&caller, client))?;
        Ok(caller)
    }

    /// A place among the requests that are answered at once.
    pub(super) async fn place(&self) -> Result<Place, Refusal> {
        self.places.take().await.map_err(|reason| {
            self.metrics.turned_away(reason.word());
            reason.into()
        })
    }

    fn counted(&self, by: &'static str, counted: Result<(), Refusal>) -> Result<(), Refusal> {
        counted.inspect_err(|_| self.metrics.turned_away(by))
    }
}
