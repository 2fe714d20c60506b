//! ACLED's files: what both layouts become. The files are made up.

use super::{one, only_reject, rows};
use crate::support::{Api, TestDatabase, try_import};
use dateline::import::{Format, Options};
use serde_json::json;

const OLD: &str = include_str!("files/acled_old.csv");
const NEW: &str = include_str!("files/acled_new.csv");

async fn load(database: &TestDatabase, file: &str) -> crate::support::Imported {
    // The format is told from the file's beginning.
    try_import(database, file.as_bytes(), &Options::default()).await.unwrap()
}

#[tokio::test]
async fn an_acled_file_is_recognised_and_its_bad_row_is_named() {
    let database = TestDatabase::new().await;
    let summary = load(&database, OLD).await;
    assert_eq!((summary.format, summary.read, summary.rejected), (Format::Acled, 4, 1));
    assert_eq!(
        only_reject(&summary),
        "line 6, event_date \"not a day\": it is no date such as 2022-04-22 or 22 April 2022"
    );
    assert_eq!(
        one::<String>(&database, "select slug || ' ' || redistribution from dataset").await,
        "acled TOKEN_ONLY"
    );
}

#[tokio::test]
async fn the_same_acled_file_twice_adds_nothing() {
    let database = TestDatabase::new().await;
    load(&database, NEW).await;
    let before = rows(&database).await;
    let second = load(&database, NEW).await;
    assert_eq!((second.created(), second.updated()), (0, 0));
    assert_eq!(rows(&database).await, before);
}

#[tokio::test]
async fn both_layouts_become_the_same_events() {
    let (one, other) = (TestDatabase::new().await, TestDatabase::new().await);
    load(&one, OLD).await;
    load(&other, NEW).await;
    let events = "select string_agg(to_jsonb(e)::text, E'\\n' order by e.external_id) from \
        (select id, external_id, title, summary, kind, native_type, edtf, start_earliest, location_id, fatalities_best, \
         dataset_version from event) e";
    assert_eq!(super::one::<String>(&one, events).await, super::one::<String>(&other, events).await);
}

#[tokio::test]
async fn the_api_shows_what_an_acled_row_says() {
    let api = Api::empty().await;
    load(&api.database, NEW).await;
    // Its terms forbid to pass rows on, so that nobody sees any but those with a token.
    let seen = "{ events { totalCount } actors { totalCount } locations { totalCount } datasets { slug } importRuns { totalCount } changeSets { totalCount } }";
    let nothing = json!({ "totalCount": 0 });
    assert_eq!(
        api.ask(seen).await["data"],
        json!({ "events": nothing, "actors": nothing, "locations": nothing, "datasets": [], "importRuns": nothing, "changeSets": nothing })
    );
    let answer = api
        .by_a_reader()
        .await
        .ask(
            r#"{ event(external: {dataset: "acled", externalId: "XPK1"}) {
                title kind nativeType summary extent { edtf } fatalities { best low high }
                location { name kind precisionMetres parent { name kind parent { name parent { name kind country } } } }
                participants { nodes { role actor { name kind } } }
                reports { nodes { source { name kind } } }
                claims { nodes { property { code } value { display } source { name kind } } }
            } }"#,
        )
        .await;
    insta::assert_json_snapshot!(answer);
}

#[tokio::test]
async fn an_older_acled_row_never_overwrites_a_newer_one_whatever_comes_first() {
    let row = |timestamp: u32, deaths: u32| {
        let row = NEW.lines().find(|line| line.starts_with("XPK2")).unwrap();
        row.replace("1672704000", &timestamp.to_string()).replace(",2,,", &format!(",{deaths},,"))
    };
    let header = NEW.lines().next().unwrap();
    let state = "select fatalities_best || ' ' || (select string_agg(value_number::text, ',') from claim \
        where property = 'fatalities' and retracted_at is null) || ' ' || (select count(*) from participation) from event";
    for pair in [[row(1, 7), row(2, 8)], [row(2, 8), row(1, 7)]] {
        // In two files, and in one.
        let database = TestDatabase::new().await;
        for one in &pair {
            load(&database, &format!("{header}\n{one}\n")).await;
        }
        assert_eq!(one::<String>(&database, state).await, "8 8 3");
        let database = TestDatabase::new().await;
        let summary = load(&database, &format!("{header}\n{}\n", pair.join("\n"))).await;
        assert_eq!((summary.older, summary.rejected), (1, 0));
        assert_eq!(one::<String>(&database, state).await, "8 8 3");
    }
}

#[tokio::test]
async fn a_name_with_a_trailing_space_is_the_same_source() {
    let database = TestDatabase::new().await;
    load(&database, OLD).await;
    let names = "select array_agg(name order by name) from source";
    assert_eq!(one::<Vec<String>>(&database, names).await, ["ACLED", "Example Post", "Example Wire"]);
}

#[tokio::test]
async fn a_byte_order_mark_windows_line_ends_and_line_ends_in_notes_do_no_harm() {
    let database = TestDatabase::new().await;
    let file = format!("\u{feff}{}", OLD.replace('\n', "\r\n"));
    let summary = load(&database, &file).await;
    assert_eq!((summary.format, summary.read, summary.rejected), (Format::Acled, 4, 1));
    let notes = "select summary from event where external_id = 'XPK1'";
    assert!(one::<String>(&database, notes).await.ends_with("\"old mill\". Fatalities unknown, coded as 3."));
}

#[tokio::test]
async fn what_a_newer_acled_row_leaves_out_is_taken_away() {
    let database = TestDatabase::new().await;
    load(&database, NEW).await;
    let newer = NEW
        .replace("1672704000", "1672704001")
        .replace(",Example Front,,", ",,,")
        .replace(",Civilian targeting,", ",,");
    load(&database, &newer).await;
    let actors = "select count(*) from participation p join actor a on a.id = p.actor_id where a.name = 'Example Front'";
    assert_eq!(one::<i64>(&database, actors).await, 0);
    let targeting =
        "select count(*) from claim where property = 'civilian_targeting' and retracted_at is null";
    assert_eq!(one::<i64>(&database, targeting).await, 0);
}

#[tokio::test]
async fn an_acled_file_with_another_header_is_refused_before_anything_is_written() {
    let database = TestDatabase::new().await;
    let file = OLD.replacen("fatalities", "deaths", 1);
    let refused = try_import(&database, file.as_bytes(), &Options::default()).await.unwrap_err().to_string();
    assert!(refused.starts_with("the file has no column \"fatalities\"; it has data_id"), "{refused}");
    assert_eq!(one::<i64>(&database, "select count(*) from event").await, 0);
}
