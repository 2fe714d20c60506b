//! The examples of `docs/writing.md` run as they are, one after the other.

use serde_json::{Value, json};

use super::mutate;
use crate::support::Api;

const PAGE: &str = include_str!("../../../docs/writing.md");

#[tokio::test]
async fn the_examples_of_the_documentation_run() {
    let api = Api::demonstration().await;
    let examples = PAGE
        .split("```graphql\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```"))
        .map(|(example, _)| example);
    // What an example made, for those after it.
    let mut known = json!({});
    let mut run = 0;
    for example in examples {
        let answer = mutate(&api, example, known.clone()).await;
        assert_eq!(answer["errors"], Value::Null, "{example}\n{answer:#}");
        let data = &answer["data"];
        for (path, name) in [
            ("/createEvent/record/id", "id"),
            ("/createEvent/record/version", "version"),
            ("/createParticipation/record/id", "participation"),
            ("/createClaim/record/id", "claim"),
            ("/deleteParticipation/changeSet/id", "changeSet"),
        ] {
            if let Some(value) = data.pointer(path) {
                known[name] = value.clone();
            }
        }
        if let Some(results) = data.pointer("/upsertEvents/results") {
            let outcomes: Vec<_> =
                results.as_array().unwrap().iter().map(|result| &result["outcome"]).collect();
            assert_eq!(outcomes, ["CREATED", "CREATED", "REJECTED"]);
        }
        run += 1;
    }
    assert!(run >= 8, "only {run} examples were found");
}
