//! GDELT: two small files of our own in its layouts, with the traps that real ones have.

use dateline::import::{Format, Options};

use super::one;
use crate::support::{Imported, TestDatabase, import_all, try_import};

const EVENTS: &str = include_str!("files/gdelt.export.tsv");
const MENTIONS: &str = include_str!("files/gdelt.mentions.tsv");

async fn load(database: &TestDatabase, file: &str, format: Format) -> Imported {
    let imported = try_import(database, file.as_bytes(), &Options::default()).await.unwrap();
    assert_eq!(imported.format, format, "its columns tell");
    imported
}

async fn texts(database: &TestDatabase, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(database.pool()).await.unwrap()
}

fn told(imported: &Imported) -> Vec<String> {
    imported.rejects.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn events_keep_their_codes_and_bad_lines_are_named() {
    let database = TestDatabase::new().await;
    let imported = load(&database, EVENTS, Format::GdeltEvents).await;
    assert_eq!(
        told(&imported),
        [
            "line 6, EventCode \"42\": it is no code of CAMEO; leading zeros count",
            "line 7, Day \"20240230\": it is no day, such as 20150218",
            "line 8: the line has 62 columns, divided by tabs, and should have 61",
            "line 9, ActionGeo_Lat \"-95\": it must lie between -90 and 90",
        ]
    );
    let events = "select concat_ws(' | ', external_id, native_type, kind, edtf, dataset_version, title) from event order by 1";
    assert_eq!(
        texts(&database, events).await,
        [
            "5001 | 042 | VISIT | 2024-01-05 | 20240105120000 | Visit by EXAMPLE MINISTER towards POLICE in Milltown, North, South Africa",
            "5002 | 0841 | RELEASE | 2024-01-05 | 20240105120000 | Release by EXAMPLE CORP in Zambia",
            "5003 | 190 | ARMED_CLASH | 2024-01-05 | 20240105120000 | Fighting towards SOMEBODY in Idaho, United States",
            "5004 | 042 | VISIT | 2024-01-05 | 20240105120000 | Visit by EXAMPLE MINISTER towards POLICE in Example Bridge, Texas, United States",
            "5005 | 042 | VISIT | 2024-01-05 | 20240105120000 | Visit by HARARE towards POLICE",
        ]
    );
    let summary = "select summary from event where external_id = '5002'";
    assert_eq!(
        one::<String>(&database, summary).await,
        "Read from the news by a machine; Goldstein scale 1.9; average tone -1.5; 2 mentions at first; 1 sources at first; \
         2 articles at first; not a root event. EXAMPLE CORP is placed at Chicago, Illinois, United States."
    );
}

#[tokio::test]
async fn letters_of_fips_become_those_of_iso() {
    let database = TestDatabase::new().await;
    load(&database, EVENTS, Format::GdeltEvents).await;
    let places = "select concat_ws(' | ', l.name, l.kind, l.country, p.name, l.latitude, i.scheme, i.value) from location l \
                  left join location p on p.id = l.parent_id left join identifier i on i.location_id = l.id order by 1";
    assert_eq!(
        texts(&database, places).await,
        [
            "Example Bridge | CITY | US | Texas | 32.5 | gnis | 7654321",
            "Idaho | ADMIN1 | US | United States | fips | USID",
            "Milltown | CITY | ZA | North | -30.5 | gns | -1234567",
            "North | ADMIN1 | ZA | South Africa | fips | SF01",
            "South Africa | COUNTRY | ZA | fips | SF",
            "Texas | ADMIN1 | US | United States | fips | USTX",
            "United States | COUNTRY | US | fips | US",
            "Zambia | COUNTRY | ZM | fips | ZA",
        ]
    );
    let actors = "select concat_ws(' | ', a.name, a.kind, a.country, i.value) from actor a \
                  left join identifier i on i.actor_id = a.id order by 1";
    assert_eq!(
        texts(&database, actors).await,
        [
            "SOMEBODY | COMMUNITY",
            "South Africa, government | GOVERNMENT_BODY | ZA | ZAFGOV",
            "Zimbabwe | STATE | ZW | ZWE",
            "multinational company, United States, media | COMPANY | US | MNCUSAMED",
            "police | GOVERNMENT_BODY | COP",
        ]
    );
}

#[tokio::test]
async fn mentions_report_events_that_are_there() {
    let database = TestDatabase::new().await;
    load(&database, EVENTS, Format::GdeltEvents).await;
    let imported = load(&database, MENTIONS, Format::GdeltMentions).await;
    let told = told(&imported);
    // An article that mentions an event twice is one report.
    assert!(told[0].starts_with("line 3, externalId \"5001#"), "{told:?}");
    assert!(told[0].ends_with(": line 2 is the same report; keep one of them"), "{told:?}");
    assert_eq!(
        told[1..],
        [
            "line 5, event \"7777 in gdelt\": there is no such event",
            "line 6, Confidence \"101\": it must lie between 0 and 100",
        ]
    );
    let reports = "select concat_ws(' | ', e.external_id, s.name, a.url, r.citation, r.confidence, r.locator) from report r \
                   join event e on e.id = r.event_id left join article a on a.id = r.article_id \
                   left join source s on s.id = a.source_id order by 1";
    assert_eq!(
        texts(&database, reports).await,
        [
            "5001 | example.com | https://www.example.com/a | 0.5 | sentence 3, actor 2 at character 40, action at character 55",
            "5001 | example.org | https://example.org/z | 1 | sentence 1, actor 1 at character 12, actor 2 at character 40, action at character 55",
            "5002 | Example Monitoring: Evening bulletin | 0.3 | sentence 1",
            "5002 | example.com | https://example.com/b%22quoted",
            "5003 | Example Monitoring \"in print",
            "5004 | example.com | https://www.example.com/a",
            "5005 | example.com | https://www.example.com/a",
        ]
    );
}

#[tokio::test]
async fn an_article_that_another_dataset_has_is_that_article() {
    let database = TestDatabase::new().await;
    let theirs = r#"{"type":"dataset","slug":"desk","title":"Desk"}
{"type":"source","slug":"example-org","name":"Example","kind":"NEWSPAPER"}
{"type":"article","dataset":"desk","externalId":"17","source":"example-org","url":"https://example.org/z","title":"Talks go on"}"#;
    import_all(&database, theirs).await;
    load(&database, EVENTS, Format::GdeltEvents).await;
    let imported = load(&database, MENTIONS, Format::GdeltMentions).await;
    assert_eq!(imported.rejects.len(), 3, "{:?}", told(&imported));
    let reported = "select concat_ws(' | ', e.external_id, a.external_id, a.title, s.slug) from report r \
                    join event e on e.id = r.event_id join article a on a.id = r.article_id \
                    join source s on s.id = a.source_id where a.url = 'https://example.org/z'";
    assert_eq!(texts(&database, reported).await, ["5001 | 17 | Talks go on | example-org"]);
    let again = load(&database, MENTIONS, Format::GdeltMentions).await;
    assert_eq!((again.created(), again.updated()), (0, 0), "{:#?}", again.tables);
}

#[tokio::test]
async fn both_files_again_in_any_order_change_nothing() {
    let database = TestDatabase::new().await;
    let files = [(EVENTS, Format::GdeltEvents), (MENTIONS, Format::GdeltMentions)];
    for (file, format) in files {
        load(&database, file, format).await;
    }
    for (file, format) in files.into_iter().chain(files.into_iter().rev()) {
        let again = load(&database, file, format).await;
        assert_eq!((again.created(), again.updated()), (0, 0), "{format:?} {:#?}", again.tables);
    }
}
