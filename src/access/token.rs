//! The text of a token: what a client sends. It is shown once and never stored; its hash is.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// How every token begins, so that people and programs that look for leaked secrets know one.
pub const PREFIX: &str = "dl_";

/// How much chance is in a token, in bytes.
pub const RANDOM_BYTES: usize = 32;

/// The text of a token. It has no `Display`, and its `Debug` is silent, so that it reaches no log.
#[derive(Clone)]
pub struct TokenText(String);

impl TokenText {
    /// The token made of these bytes, which have to be random.
    #[must_use]
    pub fn of_random(bytes: [u8; RANDOM_BYTES]) -> Self {
        Self(bytes.iter().fold(PREFIX.to_owned(), |text, byte| text + &format!("{byte:02x}")))
    }

    /// A text that can be a token; none when it cannot.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(PREFIX)?;
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (digits.len() == RANDOM_BYTES * 2 && digits.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// The text itself, for the one who asked for the token.
    #[must_use]
    pub fn revealed(&self) -> &str {
        &self.0
    }

    /// What is stored of it. A plain hash is enough: nobody can try 2²⁵⁶ texts, so nothing has to be slow or salted.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// Whether its hash is this one, in a time that does not tell how much of it is.
    #[must_use]
    pub fn has_hash(&self, stored: &[u8]) -> bool {
        self.hash().as_slice().ct_eq(stored).into()
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_again_and_its_hash_is_its_own() {
        let token = TokenText::of_random([7; RANDOM_BYTES]);
        let again = TokenText::read(token.revealed()).unwrap();
        assert!(token.revealed().starts_with(PREFIX) && token.has_hash(&again.hash()));
        let other = TokenText::of_random([8; RANDOM_BYTES]);
        assert!(
            !token.has_hash(&other.hash()) && !token.has_hash(&token.hash()[..31]) && !token.has_hash(&[])
        );
    }

    #[test]
    fn what_is_no_token_is_not_read_as_one() {
        let token = TokenText::of_random([0xab; RANDOM_BYTES]).revealed().to_owned();
        let shorter = &token[..token.len() - 1];
        for text in [
            "",
            "dl_",
            shorter,
            &format!("{token}0"),
            &token.to_uppercase(),
            &token[3..],
            &format!(" {token}"),
        ] {
            assert!(TokenText::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn no_format_shows_a_token() {
        let token = TokenText::of_random([7; RANDOM_BYTES]);
        assert_eq!(format!("{token:?}"), "a token");
    }
}
