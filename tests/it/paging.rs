//! Pages of any filter in any order: each record once, forward and backward, also while records come;
//! what filters by area leave, held against what `PostGIS` computes.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::{Api, TestDatabase, ids, import_all};

const EVENTS: usize = 160;
const WALKS: usize = 40;
const AREAS: usize = 40;

const ORDERS: &[&str] = &["START", "END", "RECORDED", "FATALITIES", "TITLE", "DISTANCE", "RELEVANCE"];

/// Events at random places and times, many of which are equal in something.
async fn random_events(database: &TestDatabase, runner: &mut TestRunner) {
    let mut lines = vec![
        json!({"type": "dataset", "slug": "one", "title": "One"}),
        json!({"type": "source", "slug": "paper", "name": "Paper", "kind": "NEWSPAPER"}),
        json!({"type": "location", "slug": "land", "name": "Land", "kind": "COUNTRY", "country": "PK"}),
        json!({"type": "location", "slug": "other-land", "name": "Other land", "kind": "COUNTRY", "country": "AF"}),
        json!({"type": "actor", "slug": "group", "name": "Group", "kind": "ARMED_GROUP"}),
        json!({"type": "actor", "slug": "member", "name": "Member", "kind": "PERSON"}),
        json!({"type": "affiliation", "member": "member", "group": "group"}),
    ];
    let points = (-90.0..=90.0_f64, -180.0..=180.0_f64);
    for place in 0..20 {
        let (latitude, longitude) = points.new_tree(runner).unwrap().current();
        let parent = if place % 2 == 0 { "land" } else { "other-land" };
        let country = if place % 2 == 0 { "PK" } else { "AF" };
        lines.push(json!({"type": "location", "slug": format!("place-{place}"), "name": format!("Place {place}"), "kind": "CITY",
            "country": country, "parent": parent, "point": {"latitude": latitude, "longitude": longitude}}));
    }
    for event in 0..EVENTS {
        lines.extend(random_event(&format!("e{event}"), runner));
    }
    import_all(database, &lines.iter().map(|line| format!("{line}\n")).collect::<String>()).await;
}

/// An event with what hangs off it.
fn random_event(slug: &str, runner: &mut TestRunner) -> Vec<Value> {
    let day = || "202[45]-0[1-9]-(0[1-9]|1[0-9]|2[0-8])";
    let extent = prop_oneof![
        4 => day().prop_map(|day| json!(day)),
        2 => "202[45]-0[1-9]".prop_map(|month| json!(month)),
        1 => "202[45]".prop_map(|year| json!(year)),
        1 => day().prop_map(|start| json!(format!("{start}/.."))),
        1 => day().prop_map(|end| json!(format!("../{end}"))),
        1 => Just(json!("2019-01-01/2025-06-01")),
        1 => Just(Value::Null),
    ];
    let strategy = (
        extent,
        prop::sample::select(vec!["TALKS", "CLOSURE", "ATTACK", "RIOT"]),
        prop::option::of(0..20_u32),
        prop::option::of(0..4_i32),
        prop::option::of(prop::sample::select(vec!["group", "member"])),
        any::<bool>(),
        "[b-d]( [b-d]){0,3}",
    );
    let (extent, kind, place, deaths, actor, reported, title) = strategy.new_tree(runner).unwrap().current();
    let mut event = json!({"type": "event", "slug": slug, "title": title, "kind": kind, "extent": extent});
    if let Some(place) = place {
        event["location"] = json!(format!("place-{place}"));
    }
    if let Some(deaths) = deaths {
        event["fatalities"] = json!({"best": deaths});
    }
    if actor.is_some() && reported {
        event["dataset"] = json!("one");
    }
    let mut lines = vec![event];
    if let Some(actor) = actor {
        lines.push(json!({"type": "participation", "event": slug, "actor": actor, "role": "PARTY"}));
    }
    if reported {
        lines.push(json!({"type": "report", "event": slug, "source": "paper"}));
    }
    lines
}

/// A filter of a few conditions, joined in any way.
fn filter() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "{kind: [TALKS]}",
        "{kind: [TALKS, RIOT]}",
        "{kind: []}",
        "{}",
        "{category: [VIOLENCE, BORDER]}",
        r#"{during: {from: "2024-03-05", to: "2024-06-01"}}"#,
        r#"{during: {from: "2024-03-05", match: CERTAIN}}"#,
        r#"{during: {to: "2024-06-01"}}"#,
        r#"{within: {slug: "land"}}"#,
        r#"{within: {slug: "nowhere"}}"#,
        r#"{location: [{slug: "place-1"}, {slug: "place-2"}, {slug: "place-2"}]}"#,
        r#"{country: ["PK"]}"#,
        r#"{country: ["PK", "AF"]}"#,
        r#"{actor: {slug: ["member"]}}"#,
        r#"{actor: {slug: ["group"], includeMembers: true}}"#,
        r#"{actor: {slug: ["member", "group"], role: [PARTY]}}"#,
        r#"{source: [{slug: "paper"}]}"#,
        "{fatalities: {min: 1, max: 2}}",
        "{fatalities: {}}",
        r#"{dataset: ["one"]}"#,
        r#"{text: "b"}"#,
        "{hasArticles: false}",
        "{box: {south: -60, west: 100, north: 60, east: -20}}",
        "{near: {latitude: 10, longitude: 20, km: 7000}}",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3)
                .prop_map(|all| format!("{{and: [{}]}}", all.join(", "))),
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|any| format!("{{or: [{}]}}", any.join(", "))),
            inner.prop_map(|denied| format!("{{not: {denied}}}")),
        ]
    })
}

struct Walk {
    arguments: String,
    size: usize,
}

impl Walk {
    fn random(runner: &mut TestRunner) -> Self {
        let strategy = (filter(), prop::sample::select(ORDERS), any::<bool>(), 7..60_usize);
        let (filter, order, descending, size) = strategy.new_tree(runner).unwrap().current();
        let direction = if descending { "DESC" } else { "ASC" };
        let filter = match order {
            "DISTANCE" => format!("{{near: {{latitude: 30, longitude: 60, km: 15000}}, and: [{filter}]}}"),
            "RELEVANCE" => format!("{{text: \"b or c\", and: [{filter}]}}"),
            _ => filter,
        };
        Self {
            arguments: format!("filter: {filter}, orderBy: {{field: {order}, direction: {direction}}}"),
            size,
        }
    }

    async fn page(&self, api: &Api, paging: &str) -> Value {
        let query = format!(
            "{{ events({}, {paging}) {{ totalCount totalCountIsExact nodes {{ id }} \
             pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}",
            self.arguments
        );
        let answer = api.ask(&query).await;
        assert_eq!(answer["errors"], Value::Null, "{query}: {answer}");
        answer["data"]["events"].clone()
    }

    /// All ids, page by page; `between` is done after each page.
    async fn through(&self, api: &Api, forward: bool, mut between: impl AsyncFnMut()) -> Vec<String> {
        let (size, cursor, more, next) = if forward {
            ("first", "after", "hasNextPage", "endCursor")
        } else {
            ("last", "before", "hasPreviousPage", "startCursor")
        };
        let (mut seen, mut place) = (Vec::new(), String::new());
        loop {
            let page = self.page(api, &format!("{size}: {}{place}", self.size)).await;
            seen = if forward { [seen, ids(&page)].concat() } else { [ids(&page), seen].concat() };
            if page["pageInfo"][more] == false {
                return seen;
            }
            place = format!(", {cursor}: {}", page["pageInfo"][next]);
            between().await;
        }
    }
}

#[tokio::test]
async fn pages_of_any_filter_in_any_order_have_each_event_once() {
    let (api, mut runner) = (Api::empty().await, TestRunner::deterministic());
    random_events(&api.database, &mut runner).await;
    let mut lengths = 0;
    for _ in 0..WALKS {
        let walk = Walk::random(&mut runner);
        let page = walk.page(&api, "first: 500").await;
        let whole = ids(&page);
        assert_eq!(page["totalCount"], whole.len(), "{}", walk.arguments);
        assert_eq!(page["totalCountIsExact"], true);
        assert_eq!(walk.page(&api, "first: 0").await["totalCount"], whole.len(), "{}", walk.arguments);
        for forward in [true, false] {
            assert_eq!(walk.through(&api, forward, async || ()).await, whole, "{} {forward}", walk.arguments);
        }
        lengths += whole.len();
    }
    assert!(lengths > WALKS * EVENTS / 10, "only {lengths} events were left by all filters together");
}

#[tokio::test]
async fn pages_have_each_event_once_while_others_come() {
    let (api, mut runner) = (Api::empty().await, TestRunner::deterministic());
    random_events(&api.database, &mut runner).await;
    let mut count = 0;
    for _ in 0..8 {
        let walk = Walk { size: 31, ..Walk::random(&mut runner) };
        let whole = ids(&walk.page(&api, "first: 500").await);
        let seen = walk
            .through(&api, true, async || {
                count += 1;
                let lines = random_event(&format!("new{count}"), &mut runner);
                import_all(&api.database, &lines.iter().map(|line| format!("{line}\n")).collect::<String>())
                    .await;
            })
            .await;
        let known: Vec<_> = seen.iter().filter(|id| whole.contains(id)).cloned().collect();
        assert_eq!(known, whole, "{}", walk.arguments);
        let mut once = seen.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "{}", walk.arguments);
    }
    assert!(count > 5, "only {count} events came");
}

#[tokio::test]
async fn denied_twice_and_joined_alone_a_filter_is_itself() {
    let (api, mut runner) = (Api::empty().await, TestRunner::deterministic());
    random_events(&api.database, &mut runner).await;
    for _ in 0..WALKS {
        let filter = filter().new_tree(&mut runner).unwrap().current();
        let query = format!(
            "{{ is: events(first: 500, filter: {filter}) {{ nodes {{ id }} }} \
               isnt: events(first: 500, filter: {{not: {filter}}}) {{ nodes {{ id }} }} \
               twice: events(first: 500, filter: {{not: {{not: {filter}}}}}) {{ nodes {{ id }} }} \
               and: events(first: 500, filter: {{and: [{filter}]}}) {{ nodes {{ id }} }} \
               or: events(first: 500, filter: {{or: [{filter}]}}) {{ nodes {{ id }} }} }}"
        );
        let answer = api.ask(&query).await;
        assert_eq!(answer["errors"], Value::Null, "{filter}: {answer}");
        let data = &answer["data"];
        for same in ["twice", "and", "or"] {
            assert_eq!(data[same], data["is"], "{same} {filter}");
        }
        let mut all = [ids(&data["is"]), ids(&data["isnt"])].concat();
        all.sort_unstable();
        all.dedup();
        assert_eq!(
            (all.len(), ids(&data["is"]).len() + ids(&data["isnt"]).len()),
            (EVENTS, EVENTS),
            "{filter}"
        );
    }
}

#[tokio::test]
async fn areas_have_what_postgis_finds_in_them() {
    let (api, mut runner) = (Api::empty().await, TestRunner::deterministic());
    random_events(&api.database, &mut runner).await;
    let mut found_some = 0;
    for _ in 0..AREAS {
        let degrees = (-80.0..80.0_f64, -170.0..170.0_f64, 1.0..9000.0_f64, 0.1..10.0_f64);
        let (latitude, longitude, km, side) = degrees.new_tree(&mut runner).unwrap().current();
        let (north, east) = (latitude + side, longitude + side * 20.0);
        let crosses = east > 180.0;
        let wrapped = if crosses { east - 360.0 } else { east };
        let triangle =
            json!([[[longitude, latitude], [wrapped, latitude], [longitude, 85.0], [longitude, latitude]]]);
        let polygon = json!({"type": "Polygon", "coordinates": triangle});
        let meridians = if crosses { "or" } else { "and" };
        let cases = [
            (
                format!("near: {{latitude: {latitude}, longitude: {longitude}, km: {km}}}"),
                format!("st_distance(point, st_point({longitude}, {latitude})::geography) <= {km} * 1000"),
            ),
            (
                format!("box: {{south: {latitude}, west: {longitude}, north: {north}, east: {wrapped}}}"),
                format!(
                    "st_y(point::geometry) between {latitude} and {north} \
                     and (st_x(point::geometry) >= {longitude} {meridians} st_x(point::geometry) <= {wrapped})"
                ),
            ),
            (
                format!("polygon: {{type: \"Polygon\", coordinates: {triangle}}}"),
                format!("st_covers(st_geomfromgeojson('{polygon}'), point::geometry)"),
            ),
        ];
        for (area, condition) in cases {
            let query = format!(
                "{{ events(first: 500, filter: {{{area}}}) {{ nodes {{ id }} }} locations(filter: {{{area}}}) {{ totalCount }} }}"
            );
            let answer = api.ask(&query).await;
            assert_eq!(answer["errors"], Value::Null, "{query}: {answer}");
            let mut found = ids(&answer["data"]["events"]);
            found.sort_unstable();
            let sql = format!(
                "select e.id::text from event e join location l on l.id = e.location_id where {condition} order by 1"
            );
            let expected: Vec<String> =
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(api.database.pool()).await.unwrap();
            assert_eq!(found, expected, "{area}");
            let sql = format!("select count(*) from location where {condition}");
            let places: i64 =
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(api.database.pool()).await.unwrap();
            assert_eq!(answer["data"]["locations"]["totalCount"], places, "{area}");
            found_some += usize::from(!found.is_empty());
        }
    }
    assert!(found_some > AREAS / 2, "only {found_some} areas had anything in them");
}
