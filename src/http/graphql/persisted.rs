//! Documents that are not sent whole: those the operator trusts, by their names, and those that were
//! sent before, by their hashes.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{ErrorExtensionValues, Name, ServerError, Value};
use lru::LruCache;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::document;
use super::errors::{bad_input, forbidden, quoted};
use super::parameters::Parameters;
use crate::graphql::DocumentPolicy;

/// How many documents are kept that were sent with their hash; the one that was asked for longest ago goes first.
const MOST_KEPT: NonZeroUsize = NonZeroUsize::new(1_000).unwrap();

/// A longer document is not kept: with the number of them, that bounds the memory.
const LONGEST_KEPT: usize = 16 << 10;

/// The extension by which clients send hashes, and what they look for in the answer: both are Apollo's.
const EXTENSION: &str = "persistedQuery";
const NOT_FOUND: (&str, &str) = ("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND");

/// The documents of an operator, by their names and by their hashes.
#[derive(Clone, Debug, Default)]
pub struct TrustedDocuments {
    texts: HashMap<String, Arc<str>>,
    documents: usize,
}

/// A file of documents, as the tools of clients write it.
#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    /// Apollo's manifest.
    Manifest { operations: Vec<Operation> },
    /// Names and texts, as GraphQL Code Generator and Relay write them.
    Texts(HashMap<String, String>),
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

impl TrustedDocuments {
    /// Reads a file: an object of names and texts, or Apollo's manifest.
    ///
    /// # Errors
    /// When it is neither, or a text is no document; the reason says which.
    pub fn read(file: &str) -> Result<Self, String> {
        let shape = "it has to be an object of names and documents, or a manifest with `operations`";
        let file: File = serde_json::from_str(file).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => shape.to_owned(),
            _ => format!("it is not JSON: {error}"),
        })?;
        let documents: Vec<(String, String)> = match file {
            File::Manifest { operations } => operations.into_iter().map(|one| (one.id, one.body)).collect(),
            File::Texts(texts) => texts.into_iter().collect(),
        };
        let mut trusted = Self { texts: HashMap::new(), documents: documents.len() };
        for (name, text) in documents {
            document::read(&text)
                .map_err(|error| format!("document {}: {}", quoted(&name), error.message))?;
            let text: Arc<str> = text.into();
            trusted.texts.insert(hash(&text), text.clone());
            trusted.texts.insert(name, text);
        }
        Ok(trusted)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.documents
    }
}

/// What a request names instead of its document, or beside it.
#[derive(Debug, PartialEq, Eq)]
enum Reference {
    /// By `documentId`.
    Name(String),
    /// By `extensions.persistedQuery`.
    Hash(String),
}

/// All documents that need not be sent whole. Cheap to clone: all clones are one.
#[derive(Clone)]
pub struct Documents(Arc<Inner>);

struct Inner {
    trusted: TrustedDocuments,
    are_all: bool,
    kept: Mutex<LruCache<String, Arc<str>>>,
}

impl Documents {
    /// These, and no others where they are `all`.
    pub fn new(trusted: TrustedDocuments, are_all: bool) -> Self {
        Self(Arc::new(Inner { trusted, are_all, kept: Mutex::new(LruCache::new(MOST_KEPT)) }))
    }

    /// What the server says of them.
    pub fn policy(&self) -> DocumentPolicy {
        DocumentPolicy::new(self.0.trusted.count(), self.0.are_all)
    }

    /// The text of the document that is asked for.
    pub(super) fn text(&self, parameters: &Parameters) -> Result<String, ServerError> {
        let text = match (&parameters.query, reference(parameters)?) {
            (Some(text), None) => text.clone(),
            (Some(text), Some(reference)) => self.agreeing(text, &reference)?,
            (None, Some(reference)) => self.found(&reference)?.to_string(),
            (None, None) => return Err(bad_input("There is no `query`.".to_owned())),
        };
        if self.0.are_all && !self.0.trusted.texts.contains_key(&hash(&text)) {
            return Err(forbidden(
                "This server answers only the documents that its operator trusts, and this is none of them.",
            ));
        }
        Ok(text)
    }

    /// Keeps a document that was sent with its hash, once it is known to be one that may be executed.
    pub(super) fn keep(&self, parameters: &Parameters, text: &str) {
        let is_sent = parameters.query.is_some() && text.len() <= LONGEST_KEPT && !self.0.are_all;
        if let (true, Ok(Some(Reference::Hash(hash)))) = (is_sent, reference(parameters)) {
            let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get_or_insert(hash, || text.into());
        }
    }

    /// A text that was sent with its reference, which has to be its own.
    fn agreeing(&self, text: &str, reference: &Reference) -> Result<String, ServerError> {
        let agrees = match reference {
            Reference::Hash(given) => *given == hash(text),
            Reference::Name(name) => self.0.trusted.texts.get(name).is_some_and(|found| **found == *text),
        };
        match (agrees, reference) {
            (true, _) => Ok(text.to_owned()),
            (false, Reference::Hash(_)) => {
                Err(bad_input("The `sha256Hash` is not that of the `query`.".to_owned()))
            }
            (false, Reference::Name(_)) => {
                Err(bad_input("Send `documentId` or `query`; they name different documents.".to_owned()))
            }
        }
    }

    fn found(&self, reference: &Reference) -> Result<Arc<str>, ServerError> {
        let (Reference::Name(name) | Reference::Hash(name)) = reference;
        if let Some(text) = self.0.trusted.texts.get(name) {
            return Ok(text.clone());
        }
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(name).cloned().ok_or_else(|| {
            let (message, code) = NOT_FOUND;
            let mut extensions = ErrorExtensionValues::default();
            extensions.set("code", code);
            ServerError { extensions: Some(extensions), ..ServerError::new(message, None) }
        })
    }
}

/// What the request names; none where it sends its document alone.
fn reference(parameters: &Parameters) -> Result<Option<Reference>, ServerError> {
    if let Some(name) = &parameters.document_id {
        // The specification names a hash by its algorithm.
        return Ok(Some(Reference::Name(name.strip_prefix("sha256:").unwrap_or(name).to_owned())));
    }
    let Some(persisted) = parameters.extensions.0.get(EXTENSION) else { return Ok(None) };
    let refused = || {
        bad_input(r#"`extensions.persistedQuery` has to be {"version": 1, "sha256Hash": "…"}."#.to_owned())
    };
    let Value::Object(persisted) = persisted else { return Err(refused()) };
    let is_known = persisted.get(&Name::new("version")) == Some(&Value::from(1));
    match persisted.get(&Name::new("sha256Hash")) {
        Some(Value::String(hash)) if is_known => Ok(Some(Reference::Hash(hash.to_ascii_lowercase()))),
        _ => Err(refused()),
    }
}

/// The SHA-256 of a text, as clients write it.
fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hash, byte| {
        let _ = write!(hash, "{byte:02x}");
        hash
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::errors::code;
    use super::*;

    const TEXT: &str = "{ service { version } }";

    fn asked(body: &serde_json::Value) -> Parameters {
        Parameters::from_body(body.to_string().as_bytes()).unwrap()
    }

    fn by_hash(text: Option<&str>, hash: &str) -> Parameters {
        asked(
            &json!({ "query": text, "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } }),
        )
    }

    fn refused(documents: &Documents, parameters: &Parameters) -> (String, String) {
        let error = documents.text(parameters).unwrap_err();
        (code(&error), error.message)
    }

    #[test]
    fn a_document_is_sent_once_and_then_named_by_its_hash() {
        let documents = Documents::new(TrustedDocuments::default(), false);
        let alone = by_hash(None, &hash(TEXT));
        let unknown = ("PERSISTED_QUERY_NOT_FOUND".to_owned(), "PersistedQueryNotFound".to_owned());
        assert_eq!(refused(&documents, &alone), unknown);
        let both = by_hash(Some(TEXT), &hash(TEXT).to_ascii_uppercase());
        let text = documents.text(&both).unwrap();
        // Until it is known that it may be executed.
        assert_eq!(refused(&documents, &alone), unknown);
        documents.keep(&both, &text);
        assert_eq!(documents.text(&alone).unwrap(), TEXT);
    }

    #[test]
    fn nobody_can_give_a_hash_another_document() {
        let documents = Documents::new(TrustedDocuments::default(), false);
        let forged = by_hash(Some("{ viewer { name } }"), &hash(TEXT));
        assert_eq!(refused(&documents, &forged).0, "BAD_USER_INPUT");
        for extension in
            [json!(7), json!({}), json!({ "version": 2, "sha256Hash": "a" }), json!({ "version": 1 })]
        {
            let parameters = asked(&json!({ "extensions": { "persistedQuery": extension } }));
            assert_eq!(refused(&documents, &parameters).0, "BAD_USER_INPUT", "{extension}");
        }
    }

    #[test]
    fn what_is_kept_is_bounded_in_number_and_length() {
        let documents = Documents::new(TrustedDocuments::default(), false);
        let keep = |text: &str| {
            let parameters = by_hash(Some(text), &hash(text));
            documents.keep(&parameters, text);
            documents.text(&by_hash(None, &hash(text))).is_ok()
        };
        assert!(keep(TEXT));
        assert!(!keep(&format!("{{ a(b: \"{}\") }}", "c".repeat(LONGEST_KEPT))));
        assert!((0..MOST_KEPT.get()).all(|number| keep(&format!("{{ a{number} }}"))));
        assert!(documents.text(&by_hash(None, &hash(TEXT))).is_err());
        assert_eq!(documents.0.kept.lock().unwrap().len(), MOST_KEPT.get());
    }

    #[test]
    fn the_files_of_tools_are_read_and_what_is_no_document_is_named() {
        let texts = json!({ "Version": TEXT, "other": "{ __typename }" }).to_string();
        let manifest = json!({
            "format": "apollo-persisted-query-manifest", "version": 1,
            "operations": [{ "id": "Version", "name": "Version", "type": "query", "body": TEXT }],
        });
        for (file, count) in [(texts, 2), (manifest.to_string(), 1)] {
            let trusted = TrustedDocuments::read(&file).unwrap();
            assert_eq!(trusted.count(), count);
            let documents = Documents::new(trusted, true);
            for name in ["Version", &hash(TEXT), &format!("sha256:{}", hash(TEXT))] {
                assert_eq!(documents.text(&asked(&json!({ "documentId": name }))).unwrap(), TEXT, "{name}");
            }
            assert_eq!(documents.text(&by_hash(None, &hash(TEXT))).unwrap(), TEXT);
        }
        for (file, reason) in [
            ("{", "it is not JSON"),
            ("[]", "it has to be an object"),
            (r#"{"a": 7}"#, "it has to be an object"),
            (r#"{"a": "{ b(: 1) }"}"#, "document \"a\": Syntax error at line 1"),
        ] {
            let refused = TrustedDocuments::read(file).unwrap_err();
            assert!(refused.contains(reason), "{file}: {refused}");
        }
    }

    #[test]
    fn where_only_trusted_documents_are_answered_others_are_refused_however_they_come() {
        let trusted = TrustedDocuments::read(&json!({ "Version": TEXT }).to_string()).unwrap();
        let documents = Documents::new(trusted, true);
        assert_eq!(documents.text(&asked(&json!({ "query": TEXT }))).unwrap(), TEXT);
        let other = "{ viewer { name } }";
        assert_eq!(refused(&documents, &asked(&json!({ "query": other }))).0, "FORBIDDEN");
        let by_hash = by_hash(Some(other), &hash(other));
        assert_eq!(refused(&documents, &by_hash).0, "FORBIDDEN");
        documents.keep(&by_hash, other);
        assert!(documents.0.kept.lock().unwrap().is_empty());
        let unknown = asked(&json!({ "documentId": "Other" }));
        assert_eq!(refused(&documents, &unknown).0, "PERSISTED_QUERY_NOT_FOUND");
        let another = asked(&json!({ "documentId": "Version", "query": other }));
        assert_eq!(refused(&documents, &another).0, "BAD_USER_INPUT");
    }
}
