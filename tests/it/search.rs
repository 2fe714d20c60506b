//! Search: which words find which records, in which order, page by page, and what is no question.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::{Api, import_all};

/// Slugs, or the claims' texts, of what a search finds, in its order.
async fn found(api: &Api, text: &str, more: &str) -> Vec<String> {
    let query = format!(
        "{{ search(text: {}, first: 500{more}) {{ nodes {{ ... on Event {{ slug }} ... on Actor {{ slug }} ... on Location {{ slug }} \
         ... on Source {{ slug }} ... on Article {{ slug: externalId }} ... on Claim {{ slug: externalId }} }} }} }}",
        json!(text)
    );
    let answer = api.ask(&query).await;
    let nodes = answer["data"]["search"]["nodes"].as_array().unwrap_or_else(|| panic!("{text}: {answer}"));
    nodes.iter().map(|node| node["slug"].as_str().unwrap_or_default().to_owned()).collect()
}

const LINES: &str = r#"{"type":"dataset","slug":"d","title":"D"}
{"type":"source","dataset":"d","slug":"paper","name":"Frontière Libre","kind":"NEWSPAPER","names":[{"value":"FL","kind":"ACRONYM"}]}
{"type":"actor","dataset":"d","slug":"tea","name":"Tea Growers’ Union","kind":"ORGANISATION","description":"Farmers of the highlands."}
{"type":"borderCrossing","dataset":"d","slug":"gate","name":"Gate","sides":[{"label":"A","country":"PK","localName":"Eastgate"},{"label":"B","country":"AF","localName":"Darwaza"}]}
{"type":"event","dataset":"d","slug":"one","title":"The crossing was closed","kind":"CLOSURE"}
{"type":"event","dataset":"d","slug":"two","title":"Lorries queue","summary":"Since both crossings close at night, lorries were stranded at Darwaza-Eastgate.","kind":"OTHER"}
{"type":"event","dataset":"d","slug":"three","title":"A vigil in Türkiye","summary":"<b>Quiet</b> & **calm**","kind":"OTHER"}
{"type":"event","dataset":"d","slug":"four","title":"طورخم کی بندش","kind":"OTHER"}
{"type":"article","dataset":"d","externalId":"fr","source":"paper","title":"Les frontières fermées","language":"fr"}
{"type":"article","dataset":"d","externalId":"ur","source":"paper","title":"سرحد بند","language":"ur"}
{"type":"claim","dataset":"d","externalId":"claim","event":"one","property":"reason","value":{"text":"repairs to the bridge"},"article":{"externalId":"fr"},"quote":"le pont"}"#;

#[tokio::test]
async fn words_find_records_whatever_their_form_and_language() {
    let api = Api::empty().await;
    import_all(&api.database, LINES).await;
    let cases = [
        // All words before any of them, stems, and the shorter text first.
        ("closing crossing", vec!["one", "two"]),
        ("stranded lorry crossing", vec!["two", "one"]),
        ("VIGIL", vec!["three"]),
        ("turkiye", vec!["three"]),
        ("Türkiye", vec!["three"]),
        ("طورخم", vec!["four"]),
        ("بند سرحد", vec!["ur"]),
        // Either half of a joined word, and both.
        ("darwaza", vec!["gate", "two"]),
        ("\"darwaza eastgate\"", vec!["two"]),
        ("Darwaza-Eastgate", vec!["two", "gate"]),
        ("bridge", vec!["claim"]),
        ("pont", vec!["claim"]),
        ("farmer", vec!["tea"]),
        ("growers", vec!["tea"]),
        ("\"both crossings close\"", vec!["two"]),
        ("\"close both crossings\"", vec![]),
        ("crossing -lorries", vec!["one"]),
        ("vigil or bridge", vec!["claim", "three"]),
        ("frontières fermées", vec!["fr", "paper"]),
        ("frontiere libre", vec!["paper", "fr"]),
        ("fermer", vec![]),
        ("nothing has this", vec![]),
    ];
    for (text, expected) in cases {
        let mut got = found(&api, text, "").await;
        if text.contains(" or ") || text == "darwaza" {
            got.sort();
        }
        assert_eq!(got, expected, "{text}");
    }
    assert_eq!(found(&api, "fermer", ", language: \"fr\"").await, ["fr"]);
    assert_eq!(found(&api, "fermer", ", language: \"tlh\"").await, [""; 0]);
    assert_eq!(found(&api, "darwaza", ", types: [LOCATION]").await, ["gate"]);
    assert_eq!(found(&api, "darwaza", ", types: []").await, [""; 0]);
}

#[tokio::test]
async fn highlights_are_plain_text_with_asterisks_around_what_was_found() {
    let api = Api::empty().await;
    import_all(&api.database, LINES).await;
    let highlights = async |text: &str| {
        let query = format!("{{ search(text: {}) {{ edges {{ score highlights }} }} }}", json!(text));
        api.ask(&query).await["data"]["search"]["edges"][0].clone()
    };
    let gate = highlights("darwaza").await["highlights"].clone();
    assert_eq!(gate, json!(["**Darwaza**"]));
    assert_eq!(highlights("turkiye").await["highlights"], json!(["A vigil in **Türkiye**"]));
    let calm = &highlights("calm").await["highlights"][0];
    assert!(calm.as_str().unwrap().ends_with("& **calm**"), "{calm}");
    let all = &highlights("lorry stranded").await;
    assert_eq!(all["highlights"].as_array().unwrap().len(), 2, "{all}");
    assert!(all["score"].as_f64().unwrap() > 0.5, "{all}");
}

#[tokio::test]
async fn names_that_look_like_small_words_are_found_where_they_are_written_large() {
    let api = Api::empty().await;
    let lines = r#"{"type":"actor","slug":"is","name":"IS","kind":"ARMED_GROUP"}
{"type":"event","slug":"raid","title":"Attack by IS on a village","kind":"ATTACK"}
{"type":"event","slug":"calm","title":"All quiet in the village","kind":"OTHER"}"#;
    import_all(&api.database, lines).await;
    assert_eq!(found(&api, "IS", ", types: [ACTOR]").await, ["is"]);
    assert_eq!(found(&api, "the IS", ", types: [EVENT]").await, ["raid"]);
    assert_eq!(found(&api, "\"the village\"", ", types: [EVENT]").await, ["calm"]);
    let answer = api
        .ask(r#"{ small: events(filter: {text: "what is in the village"}) { totalCount } large: events(filter: {text: "IS village"}) { totalCount } }"#)
        .await;
    assert_eq!(
        (&answer["data"]["small"]["totalCount"], &answer["data"]["large"]["totalCount"]),
        (&json!(2), &json!(1))
    );
    for text in ["-village", "-village -quiet", "-\\\"the village\\\""] {
        let answer = api.ask(&format!("{{ events(filter: {{text: \"{text}\"}}) {{ totalCount }} }}")).await;
        assert!(
            answer["errors"][0]["message"]
                .as_str()
                .unwrap_or_default()
                .contains("only says what must not be there"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn what_changes_is_found_by_its_new_words_alone() {
    let api = Api::empty().await;
    import_all(&api.database, LINES).await;
    let retitled = r#"{"type":"event","dataset":"d","slug":"one","title":"A gate was shut","kind":"CLOSURE"}
{"type":"source","dataset":"d","slug":"paper","name":"Le Monde libre","kind":"NEWSPAPER"}
{"type":"claim","dataset":"d","externalId":"claim","event":"one","property":"reason","value":{"text":"repairs to the tunnel"},"article":{"externalId":"fr"}}"#;
    import_all(&api.database, retitled).await;
    assert_eq!(found(&api, "closed crossing", "").await, ["two"]);
    assert_eq!(found(&api, "shut", "").await, ["one"]);
    assert_eq!(found(&api, "frontière", ", types: [SOURCE]").await, [""; 0]);
    assert_eq!(found(&api, "monde", "").await, ["paper"]);
    // A claim that was taken back is not found.
    assert_eq!(found(&api, "bridge", "").await, [""; 0]);
    assert_eq!(found(&api, "tunnel", "").await, ["claim"]);
}

#[tokio::test]
async fn what_asks_for_no_word_finds_nothing_and_what_is_no_text_is_refused() {
    let api = Api::demonstration().await;
    let long = "talks ".repeat(166);
    for text in ["!!!", "\"", "\"\"", "( & | ! <-> :*", "\\", "'", "😀", "\u{202e}\u{200f}", "the", "-"] {
        assert_eq!(found(&api, text, "").await, [""; 0], "{text}");
    }
    for text in ["talks & !x", "talks:*", "(talks", "talks <2> istanbul", "talks 😀", "\u{202e}talks", &long]
    {
        assert!(!found(&api, text, "").await.is_empty(), "{text}");
    }
    let refused =
        [("\0", "NUL"), ("", "empty"), (" \n", "empty"), (&*"a".repeat(10_000), "10000 characters")];
    for (text, reason) in refused {
        let answer = api.ask(&format!("{{ search(text: {}) {{ totalCount }} }}", json!(text))).await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{error}");
        assert!(error["message"].as_str().unwrap().contains(reason), "{error}");
    }
    // The cursor of another list.
    let events = api.ask("{ events(first: 1) { pageInfo { endCursor } } }").await;
    let query = format!(
        "{{ search(text: \"talks\", after: {}) {{ totalCount }} }}",
        events["data"]["events"]["pageInfo"]["endCursor"]
    );
    assert_eq!(api.ask(&query).await["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

/// All ids of a search, read page by page, with what each page says the list's length is.
async fn paged(api: &Api, text: &str, size: usize, forward: bool) -> Vec<String> {
    let (first, after, more, next) = if forward {
        ("first", "after", "hasNextPage", "endCursor")
    } else {
        ("last", "before", "hasPreviousPage", "startCursor")
    };
    let (mut seen, mut place) = (Vec::new(), String::new());
    loop {
        let query = format!(
            "{{ search(text: {}, {first}: {size}{place}) {{ totalCount totalCountIsExact nodes {{ ... on Node {{ id }} }} \
             pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}",
            json!(text)
        );
        let answer = api.ask(&query).await;
        let page = &answer["data"]["search"];
        let nodes = page["nodes"].as_array().unwrap_or_else(|| panic!("{answer}"));
        let ids: Vec<String> = nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
        seen = if forward { [seen, ids].concat() } else { [ids, seen].concat() };
        if page["pageInfo"][more] == false {
            assert_eq!(
                (&page["totalCount"], &page["totalCountIsExact"]),
                (&json!(seen.len()), &Value::Bool(true))
            );
            return seen;
        }
        place = format!(", {after}: {}", page["pageInfo"][next]);
    }
}

/// Any few words, any page size: each record once, in one order, from either end.
#[tokio::test]
async fn paging_a_search_gives_each_record_once_from_either_end() {
    let api = Api::demonstration().await;
    let words = ["talks", "border", "Istanbul", "Taliban", "closed", "Pakistan", "ceasefire", "\"the TTP\""];
    let searches = (proptest::sample::subsequence(words.to_vec(), 1..5), 5_usize..60);
    let mut any = TestRunner::deterministic();
    for _ in 0..8 {
        let (words, size) = searches.new_tree(&mut any).unwrap().current();
        let text = words.join(" ");
        let whole = paged(&api, &text, 500, true).await;
        let mut once = whole.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), whole.len(), "{text}: a record stands twice");
        assert!(!whole.is_empty(), "{text}");
        assert_eq!(paged(&api, &text, size, true).await, whole, "{text} forward by {size}");
        assert_eq!(paged(&api, &text, size, false).await, whole, "{text} backward by {size}");
    }
}
