//! The text of a document before it is parsed: how many tokens it has, how deep its brackets stand,
//! and how long its names are.
//!
//! The parser's time grows with the first and its stack with the second. A name comes back with
//! every record and in every message about it, so that a long one costs many times its length.

/// What a text holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Names, numbers, strings and punctuators; space, commas and comments are none.
    pub count: usize,
    /// How deep brackets of any kind stand within each other.
    pub brackets: usize,
    /// The length of the longest name or number.
    pub longest: usize,
}

impl Tokens {
    /// Reads a text, whether or not it is a document.
    pub fn of(text: &str) -> Self {
        let mut rest = text.as_bytes();
        let (mut tokens, mut open) = (Self::default(), 0_usize);
        while let Some(&byte) = rest.first() {
            let length = match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                    rest = &rest[1..];
                    continue;
                }
                b'#' => {
                    rest = &rest[run(rest, |byte| byte != b'\n' && byte != b'\r')..];
                    continue;
                }
                b'{' | b'[' | b'(' => {
                    open += 1;
                    tokens.brackets = tokens.brackets.max(open);
                    1
                }
                b'}' | b']' | b')' => {
                    open = open.saturating_sub(1);
                    1
                }
                b'"' if rest.starts_with(b"\"\"\"") => block_string(rest),
                b'"' => string(rest),
                b'.' if rest.starts_with(b"...") => 3,
                _ => {
                    let length = run(rest, |byte| byte.is_ascii_alphanumeric() || b"_-+.".contains(&byte));
                    tokens.longest = tokens.longest.max(length);
                    length.max(1)
                }
            };
            tokens.count += 1;
            rest = &rest[length..];
        }
        tokens
    }
}

/// How many bytes from the start are such bytes.
fn run(text: &[u8], is_such: impl Fn(u8) -> bool) -> usize {
    text.iter().position(|byte| !is_such(*byte)).unwrap_or(text.len())
}

/// The length of a string with its quotes; one that is not closed ends with its line.
fn string(text: &[u8]) -> usize {
    let mut place = 1;
    while let Some(byte) = text.get(place) {
        match byte {
            b'"' => return place + 1,
            b'\n' | b'\r' => return place,
            b'\\' => place += 2,
            _ => place += 1,
        }
    }
    text.len()
}

/// The length of a block string, in which only `\"""` is an escape.
fn block_string(text: &[u8]) -> usize {
    let mut place = 3;
    while let Some(rest) = text.get(place..) {
        if rest.starts_with(b"\"\"\"") {
            return place + 3;
        }
        place += if rest.starts_with(b"\\\"\"\"") { 4 } else { 1 };
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn space_commas_and_comments_are_no_tokens() {
        for (text, count, brackets) in [
            ("", 0, 0),
            ("{ a }", 3, 1),
            ("{ a(b: [1, -2.5e+3, $c]) ...F @d } # {{{{", 17, 3),
            (r#"{ a(b: "{{{ \" {{{") # {{{"#, 7, 2),
            // A comment ends with its line, however the line ends.
            ("# {\r{ a\r\n}", 3, 1),
            // A quote within a block string does not open another string.
            (r#"{ a(b: """ " \""" {{{ """) { c { d } } }"#, 14, 3),
            // A string that is not closed hides nothing of the next line.
            ("{ a(b: \"{{{\n) { c { d } } }", 14, 3),
            ("\u{fe0f}", 3, 0),
        ] {
            let tokens = Tokens::of(text);
            assert_eq!((tokens.count, tokens.brackets), (count, brackets), "{text}");
        }
    }

    #[test]
    fn names_and_numbers_are_measured_and_strings_are_not() {
        assert_eq!(Tokens::of("{ abc(de: 12345) \"a long string\" # a long comment").longest, 5);
    }

    proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in r#"(\PC|[\n\r"\\{}#.]|""")*"#) {
            let tokens = Tokens::of(&text);
            prop_assert!(tokens.count <= text.len());
            prop_assert!(tokens.brackets <= tokens.count);
        }
    }
}
