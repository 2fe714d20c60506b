//! Resolving names: spellings that people use, names that several records share, and what is no name.

use serde_json::{Value, json};

use crate::support::{Api, import_all};

/// The answer to `resolve`: slug and score of each match, and whether it is ambiguous.
async fn resolve(api: &Api, name: &str, kind: &str) -> (Vec<(String, f64)>, bool) {
    let query = format!(
        "{{ resolve(name: {}, kind: {kind}) {{ ambiguous matches {{ score actor {{ slug }} location {{ slug }} source {{ slug }} }} }} }}",
        json!(name)
    );
    let answer = api.ask(&query).await;
    let found = &answer["data"]["resolve"];
    let of = |record: &Value| {
        let slugs = ["actor", "location", "source"].map(|kind| record[kind]["slug"].as_str());
        let slug = slugs.into_iter().flatten().next().unwrap().to_owned();
        (slug, record["score"].as_f64().unwrap())
    };
    let matches = found["matches"].as_array().unwrap_or_else(|| panic!("{name}: {answer}"));
    (matches.iter().map(of).collect(), found["ambiguous"].as_bool().unwrap())
}

#[tokio::test]
async fn a_town_and_its_district_are_both_meant_by_the_name_they_share() {
    let api = Api::empty().await;
    let lines = r#"{"type":"location","slug":"aleppo-governorate","name":"Aleppo Governorate","kind":"ADMIN1","country":"SY"}
{"type":"location","slug":"aleppo","name":"Aleppo town","kind":"CITY","country":"SY","names":[{"value":"Aleppo","kind":"ALIAS"}]}
{"type":"location","slug":"bab","name":"Al Bab town","kind":"CITY","country":"SY"}
{"type":"location","slug":"raqqa","name":"Ar Raqqah town","kind":"CITY","country":"SY"}
{"type":"actor","slug":"turkey","name":"Government of Turkey","kind":"GOVERNMENT_BODY"}
{"type":"actor","slug":"ttp","name":"Somebody","kind":"ARMED_GROUP","names":[{"value":"TTP","kind":"ACRONYM"}]}"#;
    import_all(&api.database, lines).await;
    let first = async |name: &str, kind: &str| {
        let (matches, ambiguous) = resolve(&api, name, kind).await;
        (matches.iter().map(|found| found.0.clone()).collect::<Vec<_>>().join(" "), ambiguous)
    };
    assert_eq!(first("Aleppo", "LOCATION").await, ("aleppo aleppo-governorate".to_owned(), true));
    assert_eq!(first("Al Bab", "LOCATION").await, ("bab".to_owned(), false));
    assert_eq!(first("Raqqa", "LOCATION").await, ("raqqa".to_owned(), false));
    assert_eq!(first("Turkey", "ACTOR").await, ("turkey".to_owned(), false));
    assert_eq!(first("the TTP", "ACTOR").await, ("ttp".to_owned(), false));
}

#[tokio::test]
async fn people_s_spellings_find_their_record() {
    let api = Api::demonstration().await;
    let same = 1.0..=1.0;
    let sounding = 0.95..=0.95;
    let like = 0.4..=0.9;
    let cases = [
        ("ACTOR", "ttp", &[("TTP", &same), ("t.t.p.", &same), ("T. T. P.", &sounding)][..]),
        (
            "ACTOR",
            "ttp",
            &[
                ("TEHRIK-I-TALIBAN PAKISTAN", &same),
                ("tehrik i taliban pakistan", &same),
                ("Tehreek-e-Taliban Pakistan", &same),
                ("Tehrīk-i Ṭālibān, Pākistān", &same),
                ("Tehreek-i Taliban Pakistan", &sounding),
                ("Tehrik Taliban Pakistan", &sounding),
                ("TehrikeTaliban Pakistan", &like),
                ("Tehreek-e-Taliban", &like),
                ("Tahreek-e-Taliban Pakistan", &like),
                ("Tehrik-i-Taliban Pakistan (TTP)", &like),
            ],
        ),
        (
            "ACTOR",
            "turkiye",
            &[("türkiye", &same), ("TURKIYE", &same), ("Turkey", &same), ("Turkıye", &same)],
        ),
        ("ACTOR", "united-states", &[("U.S.", &same), ("us", &same), ("the United States", &sounding)]),
        (
            "ACTOR",
            "bla",
            &[("Baluchistan Liberation Army", &sounding), ("Balochistan Liberaton Army", &like)],
        ),
        (
            "ACTOR",
            "khawaja-muhammad-asif",
            &[("Xawaja Muhammad Asif", &sounding), ("Khwaja Mohammad Asif", &like)],
        ),
        ("LOCATION", "spin-boldak", &[("Spin Boldak", &same), ("Chaman", &same), ("Wesh", &same)]),
        (
            "LOCATION",
            "spin-boldak",
            &[
                ("Chaman-Spin Boldak", &same),
                ("Spinboldak", &sounding),
                ("Speen Buldak", &sounding),
                ("Vesh", &sounding),
                ("سپين بولدك", &same),
            ],
        ),
        ("LOCATION", "istanbul", &[("İSTANBUL", &same), ("ISTANBUL", &same), ("istanbul", &same)]),
        ("LOCATION", "islamabad", &[("اسلام آباد", &same), ("اسلام اباد", &same), ("Islam Abad", &sounding)]),
        ("LOCATION", "balochistan", &[("Baluchistan", &same), ("Beluchistan", &like)]),
        ("LOCATION", "khyber-pakhtunkhwa", &[("KP", &same), ("Khyber Pakhtoonkhwa", &sounding)]),
        ("LOCATION", "khyber-pakhtunkhwa", &[("North West Frontier Province", &same)]),
        ("BORDER_CROSSING", "torkham", &[("Turkham", &same), ("Torkham border-crossing", &same)]),
        ("SOURCE", "associated-press", &[("AP", &same), ("A.P.", &same), ("Associated Press", &same)]),
    ];
    for (kind, slug, spellings) in cases {
        for (spelling, expected) in spellings {
            let (matches, ambiguous) = resolve(&api, spelling, kind).await;
            let Some((first, score)) = matches.first() else { panic!("{spelling} finds nothing") };
            assert_eq!(first, slug, "{spelling}: {matches:?}");
            assert!(expected.contains(score), "{spelling}: {matches:?}");
            assert!(!ambiguous, "{spelling}: {matches:?}");
        }
    }
}

#[tokio::test]
async fn a_name_that_two_records_share_is_ambiguous() {
    let api = Api::empty().await;
    let lines = r#"{"type":"actor","slug":"one","name":"Gul Khan","kind":"PERSON"}
{"type":"actor","slug":"other","name":"Gul Xan","kind":"PERSON"}
{"type":"actor","slug":"third","name":"Gul Khan Wazir","kind":"PERSON","names":[{"value":"Wazir","kind":"ALIAS"}]}
{"type":"location","slug":"town","name":"Gate","kind":"CITY"}
{"type":"borderCrossing","slug":"gate","name":"The crossing","sides":[{"label":"A","country":"PK","localName":"Gate"},{"label":"B","country":"AF","localName":"Darwaza"}]}"#;
    import_all(&api.database, lines).await;
    let slugs = |(matches, ambiguous): (Vec<(String, f64)>, bool)| {
        (matches.into_iter().map(|(slug, _)| slug).collect::<Vec<_>>(), ambiguous)
    };
    // The same letters come first, the same sound is close to it, and longer names come after.
    let three = |slugs: [&str; 3]| (slugs.map(str::to_owned).to_vec(), true);
    assert_eq!(slugs(resolve(&api, "gul khan", "ACTOR").await), three(["one", "other", "third"]));
    assert_eq!(slugs(resolve(&api, "gul xan", "ACTOR").await), three(["other", "one", "third"]));
    // One record under two names is one.
    assert_eq!(slugs(resolve(&api, "wazir", "ACTOR").await), (vec!["third".into()], false));
    let (gates, ambiguous) = slugs(resolve(&api, "Gate", "LOCATION").await);
    assert_eq!((gates.len(), ambiguous), (2, true));
    assert_eq!(slugs(resolve(&api, "Gate", "BORDER_CROSSING").await), (vec!["gate".into()], false));
    // A match that is not shown counts all the same.
    let only_one = "{ resolve(name: \"gul khan\", kind: ACTOR, limit: 1) { ambiguous matches { matched } } }";
    let expected = json!({ "resolve": { "ambiguous": true, "matches": [{ "matched": "Gul Khan" }] } });
    assert_eq!(api.ask(only_one).await["data"], expected);
}

#[tokio::test]
async fn a_name_that_changes_is_found_by_the_new_one_alone() {
    let api = Api::empty().await;
    let crossing = |name: &str, side: &str| {
        format!(
            r#"{{"type":"borderCrossing","slug":"gate","name":"{name}","sides":[{{"label":"A","country":"PK","localName":"{side}"}},{{"label":"B","country":"AF","localName":"Darwaza"}}]}}"#
        )
    };
    import_all(&api.database, &crossing("Khost gate", "Ghulam")).await;
    import_all(&api.database, &crossing("Zhob post", "Badini")).await;
    for (name, found) in [("Khost gate", 0), ("Ghulam", 0), ("Zhob post", 1), ("badini", 1), ("darwaza", 1)] {
        assert_eq!(resolve(&api, name, "LOCATION").await.0.len(), found, "{name}");
    }
}

#[tokio::test]
async fn what_is_no_name_finds_nothing() {
    let api = Api::demonstration().await;
    for name in ["!!!", "-", "…", "😀", "%", "\\", "' or 1=1 --", "🇵🇰🇦🇫", "\u{202e}\u{200f}", "()", "zzzzzz"]
    {
        for kind in ["ACTOR", "LOCATION", "BORDER_CROSSING", "SOURCE"] {
            assert_eq!(resolve(&api, name, kind).await, (vec![], false), "{name}");
        }
    }
    let refused =
        [("\0", "NUL"), ("", "empty"), (" \n", "empty"), (&*"a".repeat(10_000), "10000 characters")];
    for (name, reason) in refused {
        let query = format!("{{ resolve(name: {}, kind: ACTOR) {{ ambiguous }} }}", json!(name));
        let error = &api.ask(&query).await["errors"][0];
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{error}");
        assert!(error["message"].as_str().unwrap().contains(reason), "{error}");
    }
}
