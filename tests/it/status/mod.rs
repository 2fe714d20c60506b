//! The status of a crossing: reported cases with the answers they must have, the answers that the
//! demonstration dataset promises, lists, and arguments at fault.

mod arguments;
mod cases;
mod lists;

use serde_json::Value;

use crate::support::{Api, import_all};

/// Over the crossing of the cases, and the files of one of them.
async fn case(files: &[&str]) -> Api {
    let api = Api::empty().await;
    import_all(&api.database, include_str!("ground.ndjson")).await;
    for file in files {
        import_all(&api.database, file).await;
    }
    api
}

/// The fields of the status of Torkham.
async fn status(api: &Api, arguments: &str, fields: &str) -> Value {
    let query = format!("{{ borderCrossing(slug: \"torkham\") {{ status({arguments}) {{ {fields} }} }} }}");
    let answer = api.ask(&query).await;
    assert_eq!(answer["errors"], Value::Null, "{arguments}: {answer}");
    answer["data"]["borderCrossing"]["status"].clone()
}

/// Torkham at a moment, for traffic: "OPEN CERTAIN". Empty traffic is all.
async fn word(api: &Api, at: &str, traffic: &str) -> String {
    let traffic = if traffic.is_empty() { String::new() } else { format!(", traffic: {traffic}") };
    let status = status(api, &format!("at: \"{at}\"{traffic}"), "status certainty").await;
    format!("{} {}", status["status"].as_str().unwrap(), status["certainty"].as_str().unwrap())
}

/// Holds each question to the beginning of its answer.
async fn expect(api: &Api, answers: &[(&str, &str, &str)]) {
    for (at, traffic, expected) in answers {
        let word = word(api, at, traffic).await;
        assert!(word.starts_with(expected), "{traffic} at {at}: {word}, not {expected}");
    }
}
