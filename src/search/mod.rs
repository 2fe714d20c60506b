//! Search: records of several types in one list, by the words of their titles, summaries, names and
//! claims. The database keeps indexes of the words and scores what has them: `search_hits`.

pub mod entity;
pub mod graphql;
pub mod loader;
pub mod query;
pub mod vocabulary;
pub mod words;
