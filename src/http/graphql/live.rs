//! Operations as streams of answers: one for a query, many for a subscription.

use std::future::ready;
use std::time::Duration;

use async_graphql::Response as Executed;
use async_graphql::parser::types::OperationType;
use axum::http::Method;
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::time::{MissedTickBehavior, interval};

use super::answer::{Answer, Spent};
use super::{Parameters, Prepared, admitted, errors, execute, prepared, was_invalid};
use crate::access::{Caller, store};
use crate::graphql::ApiError;
use crate::http::Service;
use crate::http::refusal::Refusal;
use crate::read::run;
use crate::writing::Trust;

/// How often it is asked whether the token of somebody who follows is valid still.
const ASKED_AGAIN: Duration = Duration::from_secs(30);

/// The answers to one operation. Nothing is read before it is asked for, and one answer at a time.
pub(super) fn answers(
    service: &Service,
    method: &Method,
    caller: Caller,
    parameters: Parameters,
) -> BoxStream<'static, Answer> {
    let admitted = match admitted(service, &parameters) {
        Ok(admitted) => admitted,
        Err(error) => return once(Answer::Invalid(vec![error])),
    };
    if admitted.kind != OperationType::Subscription {
        let (service, method) = (service.clone(), method.clone());
        return stream::once(async move {
            let mut spent = Spent::new();
            execute(&service, &method, caller, Trust::default(), parameters, false, &mut spent).await
        })
        .boxed();
    }
    let ended = invalid(service.clone(), caller.clone());
    let Prepared { request, reading, batches } =
        prepared(service, caller, Trust::default(), parameters, admitted);
    let responses = service.schema.execute_stream(request);
    let followed = stream::unfold(responses, move |mut responses| {
        let (reading, batches) = (reading.clone(), batches.clone());
        async move {
            let response = run(responses.next(), batches, || reading.next_level()).await?;
            Some((told(response), responses))
        }
    });
    // Whichever comes first: the end of the stream, which is nothing, or that of the token.
    stream::select(followed.map(Some).chain(stream::once(ready(None))), stream::once(ended).map(Some))
        .scan(false, |is_over, answer| {
            let next = if *is_over { None } else { answer };
            *is_over = matches!(next, Some(Answer::Refused(_)));
            ready(next)
        })
        .boxed()
}

fn once(answer: Answer) -> BoxStream<'static, Answer> {
    stream::once(ready(answer)).boxed()
}

fn told(mut response: Executed) -> Answer {
    if was_invalid(&response) {
        return Answer::Invalid(errors::invalid(response.errors));
    }
    response.errors = response.errors.into_iter().map(errors::in_field).collect();
    Answer::Executed(response)
}

/// Ready when the token of the caller is valid no more, which for somebody without one is never.
async fn invalid(service: Service, caller: Caller) -> Answer {
    let Some(token) = caller.token() else { return std::future::pending().await };
    let mut again = interval(ASKED_AGAIN);
    again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        again.tick().await;
        // A database that does not answer says nothing of the token.
        if let Ok(false) = store::is_valid(service.database.pool(), token.id).await {
            let error =
                ApiError::Unauthenticated("The token is valid no more; ask for a new one.".to_owned());
            return Answer::Refused(Refusal::failed(&error).of_token());
        }
    }
}
