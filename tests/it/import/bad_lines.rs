//! Lines at fault: what is said of each, and that the lines around it are loaded.

use super::{GROUND, only_reject};
use crate::support::{TestDatabase, import};

/// Lines at fault, each with the beginning of what is said of it.
const BAD_LINES: &[(&str, &str)] = &[
    (
        r#"{"type":"closure","event":"talks","place":"torkham","schedule":"every other day"}"#,
        "line 11, schedule \"every other day\": it is no schedule in the notation of opening_hours, such as \"Mo,We,Fr 08:00-17:00\"",
    ),
    (r#"{"type":"event","slug":"x""#, "line 11: it is not JSON: EOF while parsing an object (column 26)"),
    (r#"["type"]"#, "line 11: a line is a JSON object"),
    (
        r#"{"type":"occurrence","slug":"x"}"#,
        "line 11, type \"occurrence\": it is none of dataset, source, actor, affiliation, location, borderCrossing, event, participation, eventRelation, closure, article, report, claimProperty, claim",
    ),
    (
        r#"{"slug":"x"}"#,
        "line 11, type: it is none of dataset, source, actor, affiliation, location, borderCrossing, event, participation, eventRelation, closure, article, report, claimProperty, claim",
    ),
    (r#"{"type":"event","slug":"x","kind":"TALKS"}"#, "line 11, title: the key is missing"),
    (
        r#"{"type":"event","slug":"x","title":"X","kind":"TALKING"}"#,
        "line 11, kind \"TALKING\": it must be one of",
    ),
    (
        r#"{"type":"event","slug":"x","title":"X","kind":"TALKS","when":"2025"}"#,
        "line 11, when \"2025\": there is no such key; expected one of",
    ),
    (r#"{"type":"event","slug":"x","title":7,"kind":"TALKS"}"#, "line 11, title \"7\": it must be a string"),
    (
        r#"{"type":"event","title":"X","kind":"TALKS"}"#,
        "line 11, slug: the line needs a slug, an externalId or an id, so that it can be found again",
    ),
    (
        r#"{"type":"event","slug":"Big X","title":"X","kind":"TALKS"}"#,
        "line 11, slug \"Big X\": a slug is lower-case letters and digits in groups joined by hyphens, at most 200 characters",
    ),
    (r#"{"type":"event","slug":"x","title":"","kind":"TALKS"}"#, "line 11, title \"\": it is empty"),
    (
        r#"{"type":"event","slug":"x","title":"X","kind":"TALKS","extent":"2025-13-01"}"#,
        "line 11, extent: \"2025-13-01\" is not EDTF",
    ),
    (
        r#"{"type":"event","slug":"x","title":"X","kind":"TALKS","extent":"last Tuesday"}"#,
        "line 11, extent: \"last Tuesday\" is not EDTF",
    ),
    (
        r#"{"type":"event","slug":"x","title":"X","kind":"TALKS","extent":"2025-10-28/2025-10-25"}"#,
        "line 11, extent",
    ),
    (
        r#"{"type":"event","slug":"x","title":"X","kind":"TALKS","location":"nowhere"}"#,
        "line 11, location \"nowhere\": no location has this slug",
    ),
    (
        r#"{"type":"event","slug":"x","title":"X","kind":"TALKS","parent":{"dataset":"desk","externalId":"e9"}}"#,
        "line 11, parent \"e9 in desk\": there is no such event",
    ),
    (
        r#"{"type":"event","slug":"x","dataset":"unheard","title":"X","kind":"TALKS"}"#,
        "line 11, dataset \"unheard\": there is no such dataset",
    ),
    (
        r#"{"type":"event","slug":"talks","title":"Again","kind":"TALKS"}"#,
        "line 11, slug \"talks\": line 9 is the same event; keep one of them",
    ),
    (
        r#"{"type":"event","slug":"talks","dataset":"desk","externalId":"e1","title":"Again","kind":"TALKS"}"#,
        "line 11, slug \"talks\": another event has this slug",
    ),
    (
        r#"{"type":"event","slug":"x","title":"X","kind":"TALKS","parent":"x"}"#,
        "line 11, parent \"x\": an event cannot be part of itself",
    ),
    (
        r#"{"type":"event","slug":"x","title":"X","kind":"ATTACK","fatalities":{"best":1,"low":2}}"#,
        "line 11, fatalities \"{\"best\":1,\"low\":2}\": low, best and high must not decrease",
    ),
    (
        r#"{"type":"event","slug":"x","title":"X","kind":"ATTACK","fatalities":{"best":-1}}"#,
        "line 11, fatalities.best \"-1\": a number of deaths cannot be negative; leave it out when it is unknown",
    ),
    (r#"{"type":"event","slug":"x","title":"X\u0000","kind":"TALKS"}"#, "line 11: it holds a NUL character"),
    (
        r#"{"type":"location","slug":"x","name":"X","kind":"CITY","timezone":"Asia/Kabuul"}"#,
        "line 11, timezone \"Asia/Kabuul\": it is no IANA time zone, such as Asia/Karachi",
    ),
    (
        r#"{"type":"location","slug":"x","name":"X","kind":"CITY","point":{"latitude":91,"longitude":0}}"#,
        "line 11, point.latitude \"91\": a latitude lies between -90 and 90",
    ),
    (
        r#"{"type":"location","slug":"x","name":"X","kind":"BORDER","between":["here","here"]}"#,
        "line 11, between \"[\"here\",\"here\"]\": a border divides two different countries",
    ),
    (
        r#"{"type":"location","slug":"x","name":"X","kind":"BORDER_CROSSING"}"#,
        "line 11, kind \"BORDER_CROSSING\": a crossing has two sides: write it as a line of type borderCrossing",
    ),
    (
        r#"{"type":"borderCrossing","slug":"x","name":"X","sides":[{"label":"A","country":"PK","localName":"X"}]}"#,
        "line 11, sides",
    ),
    (
        r#"{"type":"borderCrossing","slug":"x","name":"X","sides":[{"label":"A","country":"PK","localName":"X"},{"label":"B","country":"PK","localName":"Y"}]}"#,
        "line 11, sides",
    ),
    (
        r#"{"type":"closure","event":"talks","place":"here"}"#,
        "line 11, place \"here\": the place must be a border crossing or a border",
    ),
    (
        r#"{"type":"closure","event":"talks","place":"gate","extent":{"start":["2025-10-02","2025-10-01"]}}"#,
        "line 11, extent",
    ),
    (
        r#"{"type":"closure","event":"talks","place":"gate","extent":{"start":["2025-10-02T10:00:00+05:00",null],"end":[null,"2025-10-02T09:00:00"]}}"#,
        "line 11, extent",
    ),
    (
        r#"{"type":"report","event":"talks"}"#,
        "line 11, article: a report has exactly one of article, source and citation",
    ),
    (
        r#"{"type":"report","event":"talks","article":"a1"}"#,
        "line 11, article \"a1\": an article has no slug; refer to it by {\"externalId\": …}",
    ),
    (
        r#"{"type":"claim","event":"talks","source":"the-paper","property":"duration","value":{"text":"long"}}"#,
        "line 11, value \"TEXT\": the property duration takes a value of kind NUMBER",
    ),
    (
        r#"{"type":"claim","event":"talks","source":"the-paper","property":"length","value":{"number":4}}"#,
        "line 11, property \"length\": no property has this code; declare it in a line of type claimProperty",
    ),
    (
        r#"{"type":"claim","event":"talks","source":"the-paper","property":"outcome","value":{"code":"FAILED"}}"#,
        "line 11, value.code \"FAILED\": the property outcome takes one of AGREEMENT, CONTINUING, NO_AGREEMENT, PARTIAL_AGREEMENT",
    ),
    (
        r#"{"type":"claim","event":"talks","source":"the-paper","property":"duration","value":{"number":4,"text":"four"}}"#,
        "line 11, value",
    ),
    (
        r#"{"type":"claim","event":"talks","source":"the-paper","property":"status","value":{"code":"OPEN"}}"#,
        "line 11, scope: the property needs a scope with a crossing and a direction",
    ),
    (
        r#"{"type":"claim","event":"talks","property":"duration","value":{"number":4}}"#,
        "line 11, article: a claim stands in an article, or in a source that makes it itself",
    ),
    (
        r#"{"type":"actor","slug":"x","name":"X","kind":"PERSON","identifiers":[{"scheme":"Wiki Data","value":"Q1"}]}"#,
        "line 11, identifiers",
    ),
];

#[tokio::test]
async fn a_bad_line_is_named_and_the_others_are_loaded() {
    let database = TestDatabase::new().await;
    for (line, expected) in BAD_LINES {
        let summary = import(&database, &format!("{GROUND}{line}\n")).await;
        let reject = only_reject(&summary);
        assert!(reject.starts_with(expected), "{line}\n  says {reject}\n  not  {expected}");
        assert_eq!(summary.rejects[0].text, *line, "the whole line is given back");
        assert_eq!(summary.created() + summary.unchanged(), 10, "the other lines are loaded: {line}");
    }
}
