//! UCDP GED: a small file of our own in its layout, with the traps that real releases have.

use dateline::import::{Format, Options};

use super::one;
use crate::support::{Api, Imported, TestDatabase, try_import};

const RELEASE: &str = include_str!("files/ged.csv");
/// Fewer columns, other names, and another number of deaths for the first event.
const OTHER_RELEASE: &str = include_str!("files/ged_other_release.csv");

async fn load(database: &TestDatabase, file: &str) -> Imported {
    let imported = try_import(database, file.as_bytes(), &Options::default()).await.unwrap();
    assert_eq!(imported.format, Format::UcdpGed, "its header tells");
    imported
}

/// A text of each row that a statement gives, in its order.
async fn texts(database: &TestDatabase, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(database.pool()).await.unwrap()
}

#[tokio::test]
async fn lines_become_events_and_bad_ones_are_named() {
    let database = TestDatabase::new().await;
    let imported = load(&database, RELEASE).await;
    let told: Vec<_> = imported.rejects.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            // A headline of the second event has a line end in it.
            "line 9, date_end \"2017-03-08\": it is before date_start, 2017-03-09",
            "line 10, best \"several\": it is no whole number",
            "line 11, latitude \"95\": it must lie between -90 and 90",
            "line 12, id \"\": it is empty, and the line needs it",
        ]
    );
    let events = "select concat_ws(' | ', external_id, title, kind, native_type, edtf) from event order by external_id";
    assert_eq!(
        texts(&database, events).await,
        [
            "1001 | Clash between Government of Exampleland and Red Band at Milltown town | ARMED_CLASH | 1 state-based | 2017-03-01",
            "1002 | Clash between Government of Exampleland and Red Band near Milltown town | ARMED_CLASH | 1 state-based | [2017-03-01..2017-03-04]",
            "1003 | Clash between Government of Exampleland and Red Band (RB) in North province | ARMED_CLASH | 1 state-based | 2017-03-05/2017-03-07",
            "1004 | Attack by Red Band on civilians in Otherland | ATTACK_ON_CIVILIANS | 3 one-sided | 2017-03-01",
            "1005 | Clash between Blue Band and Red Band in Example Sea | ARMED_CLASH | 2 non-state | 2017-03-01",
            "1006 | Clash between Government of Exampleland and Red Band in Mill road | ARMED_CLASH | 1 state-based | 2017-03-01",
        ]
    );
}

#[tokio::test]
async fn a_file_twice_changes_nothing_with_or_without_a_byte_order_mark() {
    let database = TestDatabase::new().await;
    let first = load(&database, RELEASE).await;
    let second = load(&database, &format!("\u{feff}{RELEASE}")).await;
    assert_eq!((second.created(), second.updated(), second.unchanged()), (0, 0, first.created()));
}

#[tokio::test]
async fn articles_are_told_apart_by_outlet_date_and_headline() {
    let database = TestDatabase::new().await;
    load(&database, RELEASE).await;
    // Spaces at the end of a name make no other outlet, and what cannot be read is kept as it stands.
    let articles = "select concat_ws(' | ', s.name, a.published_edtf, a.title, a.published_note is not null) \
                    from article a join source s on s.id = a.source_id order by 1";
    assert_eq!(
        texts(&database, articles).await,
        [
            "Example Post | 2016-03-03 | Farm burned | t",
            "Example Post | 2017-03-03 | “Nobody’s fault”, says mayor; \"we looked\"\nPR 2 | f",
            "Example Wire | 2017-03-02 | Shots near the mill | f",
        ]
    );
    let reports = "select concat_ws(' | ', e.external_id, count(r.article_id), string_agg(r.citation, ', ' order by r.citation)) \
                   from report r join event e on e.id = r.event_id group by e.external_id order by 1";
    assert_eq!(
        texts(&database, reports).await,
        [
            "1001 | 1",
            "1002 | 2 | Example Wire, no date",
            "1003 | 0 | Example Wire 5 March 2017 \"Quiet; again\", Example Post 6 March 2017",
            "1004 | 1",
            "1005 | 0 | Example Post, 2017-03-09, At sea",
            "1006 | 1",
        ]
    );
}

#[tokio::test]
async fn deaths_are_the_datasets_estimate_and_its_claims() {
    let database = TestDatabase::new().await;
    load(&database, RELEASE).await;
    let estimates = "select concat_ws(' ', external_id, fatalities_low, fatalities_best, fatalities_high) from event \
                     where external_id < '1003' order by 1";
    // Where the estimates are out of order they stay so; a claim cannot say that, and its note does.
    assert_eq!(texts(&database, estimates).await, ["1001 3 3 4", "1002 5 3 3"]);
    let claims = "select concat_ws(' | ', c.property, c.value_low, c.value_number, c.value_high, s.kind, c.note) \
                  from claim c join event e on e.id = c.event_id join source s on s.id = c.source_id \
                  where e.external_id < '1003' order by e.external_id, c.property";
    assert_eq!(
        texts(&database, claims).await,
        [
            "fatalities | 3 | 3 | 4 | DATASET | By UCDP's reading, according to: police.",
            "fatalities_side_a | 1 | DATASET | By UCDP's reading, according to: police.",
            "fatalities_side_b | 2 | DATASET | By UCDP's reading, according to: police.",
            "fatalities | 3 | DATASET | UCDP's other estimates do not enclose this one: low 5, high 3.",
            "fatalities_civilians | 2 | DATASET",
            "fatalities_unknown | 1 | DATASET",
        ]
    );
}

#[tokio::test]
async fn places_stand_in_a_tree_and_say_how_exact_they_are() {
    let database = TestDatabase::new().await;
    load(&database, RELEASE).await;
    let places = "select concat_ws(' | ', l.name, l.kind, l.country, p.name, l.precision_metres, l.latitude) \
                  from location l left join location p on p.id = l.parent_id order by 1";
    assert_eq!(
        texts(&database, places).await,
        [
            "Around Milltown town | AREA | SY | Mill district | 25000 | 10.5",
            "Example Sea | WATER | 10.5",
            "Exampleland | COUNTRY | SY",
            "Mill district | ADMIN2 | SY | North province",
            "Mill road | ROUTE | SY | North province | 10.5",
            "Milltown town | CITY | SY | Mill district | 10.5",
            "North province | ADMIN1 | SY | Exampleland",
            // No country of today has the number.
            "Otherland | COUNTRY",
        ]
    );
    let remark = "select summary from event where external_id = '1003'";
    assert_eq!(
        one::<String>(&database, remark).await,
        "UCDP conflict 901: Exampleland: Government. UCDP dyad 911: Government of Exampleland - Red Band. \
         The conflict is not active in that year by UCDP's threshold. \
         The reports give a total of several incidents that they do not tell apart. UCDP counts 2 sources. \
         The place within North province is not known; UCDP gives it the coordinates 10.5, 20.25."
    );
}

#[tokio::test]
async fn actors_are_told_by_their_ids_however_they_are_spelled() {
    let api = Api::empty().await;
    load(&api.database, RELEASE).await;
    let answer = api
        .ask("{ event(external: {dataset: \"ucdp-ged\", externalId: \"1004\"}) { fatalities { low best high } participants(first: 2) { nodes { role actor { name } } } } }")
        .await;
    assert_eq!(
        answer["data"]["event"]["fatalities"],
        serde_json::json!({"low": 3, "best": 3, "high": 4}),
        "{answer}"
    );
    let actors = "select concat_ws(' | ', name, kind) from actor order by 1";
    assert_eq!(
        texts(&api.database, actors).await,
        [
            "Blue Band | ARMED_GROUP",
            "Civilians | COMMUNITY",
            "Government of Exampleland | STATE",
            "Red Band | ARMED_GROUP"
        ]
    );
    let roles = "select concat_ws(' | ', a.name, p.role) from participation p join actor a on a.id = p.actor_id \
                 join event e on e.id = p.event_id where e.external_id in ('1001', '1004') order by e.external_id, 1";
    assert_eq!(
        texts(&api.database, roles).await,
        [
            "Government of Exampleland | PARTY",
            "Red Band | PARTY",
            "Civilians | TARGET",
            "Red Band | INITIATOR"
        ]
    );
}

#[tokio::test]
async fn another_release_with_other_columns_revises_the_same_event() {
    let database = TestDatabase::new().await;
    load(&database, RELEASE).await;
    let revised = load(&database, OTHER_RELEASE).await;
    assert_eq!(revised.rejected, 0, "{:#?}", revised.rejects);
    assert_eq!(one::<i64>(&database, "select count(*) from event where external_id = '1001'").await, 1);
    assert_eq!(
        one::<i32>(&database, "select fatalities_best from event where external_id = '1001'").await,
        4
    );
    let claims = "select concat_ws(' ', c.property, c.value_number, c.retracted_at is not null) from claim c \
                  join event e on e.id = c.event_id where e.external_id = '1001' order by 1";
    assert_eq!(
        texts(&database, claims).await,
        [
            "fatalities 3 t",
            "fatalities 4 f",
            "fatalities_side_a 1 t",
            "fatalities_side_a 2 f",
            "fatalities_side_b 2 f",
            "fatalities_side_b 2 t"
        ]
    );
    // Nothing else was made: places, actors and articles are those of the release before.
    assert_eq!(revised.created(), 3, "{:#?}", revised.tables);
}

#[tokio::test]
async fn what_a_newer_release_leaves_out_is_taken_away() {
    let database = TestDatabase::new().await;
    load(&database, RELEASE).await;
    let about = "select concat_ws(' ', (select string_agg(a.name, ', ' order by a.name) from participation p \
                     join actor a on a.id = p.actor_id where p.event_id = e.id), \
                   (select count(*) from report r where r.event_id = e.id)) \
                 from event e where external_id in ('1001', '1002') order by external_id";
    let before = texts(&database, about).await;
    // The first event has another second side and no article; the second stays as it is.
    let (then, now) =
        ("22,Red Band,1,\"\"\"Example Wire,2017-03-02,Shots near the mill\"\"\",", "23,Blue Band,0,,");
    let newer = RELEASE.replacen(then, now, 1);
    assert_ne!(newer, RELEASE);
    let told = load(&database, &newer).await;
    let after = texts(&database, about).await;
    assert_eq!(before[0], "Government of Exampleland, Red Band 1", "{:#?}", told.rejects);
    assert_eq!(after[0], "Blue Band, Government of Exampleland 0", "{:#?}", told.rejects);
    assert_eq!(before[1], after[1]);
    // The report alone is taken away: the other side takes the first one's place in its row.
    assert_eq!(told.removed(), 1, "{:#?}", told.tables);
    // The article itself stays: others cite it.
    assert_eq!(
        one::<i64>(&database, "select count(*) from article where title = 'Shots near the mill'").await,
        1
    );
}

#[tokio::test]
async fn a_header_without_what_every_release_has_is_refused() {
    let database = TestDatabase::new().await;
    let options = Options { format: Some(Format::UcdpGed), ..Options::default() };
    let error = try_import(&database, b"id,name\n1,x\n", &options).await.expect_err("it is none").to_string();
    assert_eq!(error, "the file has no column \"type_of_violence\"; it has id, name");
    let latin = [RELEASE.as_bytes(), b"1,caf\xe9\n"].concat();
    let error = try_import(&database, &latin, &options).await.expect_err("it is Latin-1").to_string();
    assert!(error.contains("is not UTF-8"), "{error}");
    assert_eq!(one::<i64>(&database, "select count(*) from event").await, 0);
}
