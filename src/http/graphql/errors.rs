//! The errors of an answer: every one has a code, and their number is bounded.

use async_graphql::{ErrorExtensionValues, ServerError, Value};

use super::super::trace::request_id;
use crate::graphql::ApiError;

/// More than this nobody reads; a document of a thousand unknown fields is one mistake.
const MOST_ERRORS: usize = 20;
/// Messages repeat what the client wrote, and that may be long.
const LONGEST_MESSAGE: usize = 500;
const LONGEST_QUOTE: usize = 100;

/// An error of the client's.
pub(super) fn bad_input(message: String) -> ServerError {
    api_error(&ApiError::BadUserInput(message))
}

/// A document that may not be executed.
pub(super) fn forbidden(message: &str) -> ServerError {
    api_error(&ApiError::Forbidden(message.to_owned()))
}

/// A document that asks for too much.
pub(super) fn too_complex(message: String) -> ServerError {
    api_error(&ApiError::TooComplex(message))
}

/// An error of the API that belongs to no field.
pub(super) fn api_error(error: &ApiError) -> ServerError {
    let (code, message) = error.code_and_message();
    with_code(ServerError::new(message, None), code)
}

/// The errors of a document that is not executed.
pub(super) fn invalid(mut errors: Vec<ServerError>) -> Vec<ServerError> {
    // Some rules are checked in two passes, and say the same in both.
    errors.dedup();
    let more = errors.len().saturating_sub(MOST_ERRORS);
    let mut kept: Vec<ServerError> =
        errors.into_iter().take(MOST_ERRORS).map(|error| with_code(error, "BAD_USER_INPUT")).collect();
    if more > 0 {
        kept.push(bad_input(format!("There are {more} more errors.")));
    }
    kept
}

/// The error of a field. Ours have their code already; the others are about arguments, unless they
/// were made of some Rust error, whose text is not for clients.
pub(super) fn in_field(error: ServerError) -> ServerError {
    if has_code(&error) || error.source.is_none() {
        return with_code(error, "BAD_USER_INPUT");
    }
    let (code, message) = ApiError::internal(&error.message).code_and_message();
    with_code(ServerError { message, source: None, ..error }, code)
}

/// The code of an error that has been put right.
pub(super) fn code(error: &ServerError) -> String {
    match error.extensions.as_ref().and_then(|extensions| extensions.get("code")) {
        Some(Value::String(code)) => code.clone(),
        _ => "INTERNAL".to_owned(),
    }
}

fn has_code(error: &ServerError) -> bool {
    error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some())
}

/// What a client wrote, for a message: short, in quotes, and without control characters.
pub(in crate::http) fn quoted(text: &str) -> String {
    let plain = |one: char| if one.is_control() { char::REPLACEMENT_CHARACTER } else { one };
    format!("\"{}\"", shortened(&text.chars().map(plain).collect::<String>(), LONGEST_QUOTE))
}

/// A text up to so many characters.
fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Sets the code, unless there is one, and keeps the message short.
fn with_code(mut error: ServerError, code: &str) -> ServerError {
    error.message = shortened(&error.message, LONGEST_MESSAGE);
    if !has_code(&error) {
        error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", Value::from(code));
    }
    identified(error)
}

/// The codes of errors of which the log has more, or whose cause is with the server.
const OF_THE_SERVER: [&str; 4] = ["INTERNAL", "UNAVAILABLE", "TIMEOUT", "RATE_LIMITED"];

/// Says the request's id in an error that the server has to answer for: with it, an operator finds the
/// request in the log.
pub(in crate::http) fn identified(mut error: ServerError) -> ServerError {
    if OF_THE_SERVER.contains(&code(&error).as_str())
        && let (Some(extensions), Some(id)) = (&mut error.extensions, request_id())
    {
        extensions.set("requestId", id);
    }
    error
}

#[cfg(test)]
mod tests {
    use async_graphql::Error;

    use super::*;

    #[test]
    fn of_many_errors_the_first_are_kept_and_the_others_counted() {
        let errors = (0..1_000).map(|n| ServerError::new(format!("error {n}"), None)).collect();
        let kept = invalid(errors);
        assert_eq!(kept.len(), 21);
        assert_eq!(kept[20].message, "There are 980 more errors.");
        assert!(kept.iter().all(|error| code(error) == "BAD_USER_INPUT"));
    }

    #[test]
    fn an_error_keeps_its_own_code() {
        let own = Error::from(ApiError::Timeout).into_server_error(async_graphql::Pos::default());
        assert_eq!(code(&in_field(own)), "TIMEOUT");
    }

    #[test]
    fn what_a_client_wrote_is_repeated_shortly_and_plainly() {
        assert_eq!(quoted("a\0\u{1b}\"é"), "\"a\u{fffd}\u{fffd}\"é\"");
        assert_eq!(quoted(&"é".repeat(200)).chars().count(), 103);
        assert_eq!(bad_input("é".repeat(1_000)).message.chars().count(), 501);
    }

    #[test]
    fn the_text_of_a_rust_error_reaches_nobody() {
        let leak = Error::new_with_source("password=secret").into_server_error(async_graphql::Pos::default());
        let shown = in_field(leak);
        assert_eq!(code(&shown), "INTERNAL");
        assert!(!shown.message.contains("secret"));
    }
}
