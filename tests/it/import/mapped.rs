//! CSV and GeoJSON under a mapping: the worked examples of the documentation, and what goes wrong.

use super::{GROUND, one, only_reject, rows};
use crate::support::{Api, Imported, TestDatabase, import_all, try_import};
use dateline::import::{Format, ImportError, Options, suggest_mapping};

const CLOSURES: &str = include_str!("../../../docs/import/border-closures.csv");
const CLOSURES_MAPPING: &str = include_str!("../../../docs/import/border-closures.toml");
const CROSSINGS_MAPPING: &str = include_str!("../../../docs/import/crossings.toml");
/// In the layouts of three versions of one file.
const CROSSINGS: [&str; 3] = [
    include_str!("files/crossings_1.geojson"),
    include_str!("files/crossings_2.geojson"),
    include_str!("files/crossings_3.geojson"),
];

async fn try_load(database: &TestDatabase, file: &str, mapping: &str) -> Result<Imported, ImportError> {
    let options = Options { mapping: Some(mapping.to_owned()), ..Options::default() };
    try_import(database, file.as_bytes(), &options).await
}

async fn load(database: &TestDatabase, file: &str, mapping: &str) -> Imported {
    try_load(database, file, mapping).await.unwrap()
}

#[tokio::test]
async fn a_property_that_another_dataset_declared_is_used() {
    let database = TestDatabase::new().await;
    for desk in ["one-desk", "another-desk"] {
        let mapping = format!(
            "[dataset]\nslug = \"{desk}\"\ntitle = \"A desk\"\n\
             [event]\nkey = \"{{id}}\"\ntitle = \"{{title}}\"\nkind = \"OTHER\"\n\
             [[property]]\ncode = \"trucks_burnt\"\nlabel = \"Trucks burnt\"\nvalue_kind = \"NUMBER\"\nfunctional = false\n\
             [[claim]]\nproperty = \"trucks_burnt\"\nnumber = \"{{n}}\"\n"
        );
        let imported = load(&database, "id,title,n\n1,a,2\n2,b,3\n", &mapping).await;
        assert_eq!(imported.rejected, 0, "{desk}: {:#?}", imported.rejects);
    }
    let datasets = "select count(distinct dataset_id) from claim where property = 'trucks_burnt'";
    assert_eq!(one::<i64>(&database, datasets).await, 2);
}

#[tokio::test]
async fn the_worked_example_is_imported_as_the_documentation_says() {
    let api = Api::empty().await;
    let summary = load(&api.database, CLOSURES, CLOSURES_MAPPING).await;
    assert_eq!(
        (summary.format, summary.read, summary.rejected),
        (Format::Csv, 3, 0),
        "{:#?}",
        summary.rejects
    );
    let before = rows(&api.database).await;
    let second = load(&api.database, CLOSURES, CLOSURES_MAPPING).await;
    assert_eq!((second.created(), second.updated()), (0, 0));
    assert_eq!(rows(&api.database).await, before);
    let answer = api
        .ask(
            r#"{ event(external: {dataset: "border-desk", externalId: "C-1"}) {
                title kind extent { edtf } location { name kind }
                participants { nodes { role actor { name kind } } }
                closures { nodes { effect direction traffic basis extent { edtf } decidedBy { name } } }
                claims { nodes {
                    property { code } value { display } speaker { name kind } relayedFrom { name }
                    article { title source { name } } scope { direction crossing { name } }
                } }
            } }"#,
        )
        .await;
    insta::assert_json_snapshot!(answer);
    let reports = "select string_agg(coalesce(a.title, r.citation), '; ' order by coalesce(a.title, r.citation) collate \"C\") \
        from report r left join article a on a.id = r.article_id join event e on e.id = r.event_id where e.external_id = 'C-1'";
    assert_eq!(
        one::<String>(&api.database, reports).await,
        "Gate shut after clash; Lorries wait; a leaflet of the hauliers"
    );
    // "not clear" is no status.
    let statuses = "select array_agg(c.value_code) from claim c where property = 'status'";
    assert_eq!(one::<Vec<String>>(&api.database, statuses).await, ["CLOSED", "CLOSED"]);
}

/// The line of the worked example's mapping where something stands first.
fn line_of(what: &str) -> usize {
    let at = CLOSURES_MAPPING.find(what).expect(what);
    CLOSURES_MAPPING[..at].lines().count() + usize::from(CLOSURES_MAPPING[..at].ends_with('\n') || at == 0)
}

#[tokio::test]
async fn a_row_at_fault_is_named_with_its_column_and_the_line_of_the_mapping() {
    let database = TestDatabase::new().await;
    for (from, to, expected, mapped_by) in [
        (
            "both ways;cargo, people",
            "sideways;cargo, people",
            "line 2, way: \"sideways\" is none of A_TO_B, B_TO_A, BOTH; add it to the values of this key, \
             or say with otherwise = \"\" that the rest means nothing",
            "direction = ",
        ),
        ("11/10/2025;;", "11.10.2025;;", "line 2, from: \"11.10.2025\" is not EDTF", "extent = \"{from}\""),
        (
            ";XA/XB;",
            ";XA-XB;",
            "line 2, sides: the pattern does not fit \"XA-XB\"; mend it, or say unmatched = \"nothing\"",
            "text = \"{sides}\"",
        ),
        (
            "C-1;",
            ";",
            "line 2, event: it says nothing, and the key of the event must be known",
            "key = \"{event}\"",
        ),
    ] {
        let summary = load(&database, &CLOSURES.replacen(from, to, 1), CLOSURES_MAPPING).await;
        let reject = only_reject(&summary);
        assert!(reject.starts_with(expected), "{reject}\nnot {expected}");
        let place = format!("(line {} of the mapping)", line_of(mapped_by));
        assert!(reject.ends_with(&place), "{reject}\nnot {place}");
        assert_eq!(summary.read, 3);
    }
}

#[tokio::test]
async fn a_mapping_at_fault_is_named_with_its_place_before_anything_is_written() {
    let database = TestDatabase::new().await;
    for (from, to, place, expected) in [
        (
            "key = \"{event}\"",
            "kee = \"{event}\"",
            ("key = \"{event}\"", 1),
            "there is no key \"kee\" here; did you mean \"key\"? the keys are key, ",
        ),
        (
            "{way}\", values",
            "{wayy}\", values",
            ("direction = ", 13),
            "the file has no column \"wayy\"; did you mean {way}?",
        ),
        ("\"CLOSURE\"", "\"CLOSUER\"", ("kind = {", 8), "\"CLOSUER\" is none of CLOSURE, "),
        (
            "'^(?<country_a>",
            "'^((?<country_a>",
            ("pattern = ", 11),
            "the pattern cannot be read: unclosed group",
        ),
        ("\"{sides}\"", "\"{sides\"", ("text = \"{sides}\"", 8), "\"{sides\" has a brace too many"),
        ("[event]", "[evnt]", ("[event]", 2), "there is no key \"evnt\" here; did you mean \"event\"?"),
        ("number = \"{vehicles}\"\n", "", ("[[claim]]", 1), "a claim has exactly one value"),
        ("\"border-desk\"", "\"Border desk\"", ("slug = ", 8), "a slug is lower-case letters"),
        ("\"%d/%m/%Y\"", "\"%d/%m/%!\"", ("dates = ", 10), "\"%d/%m/%!\" is no form of dates"),
        ("\";\"", "\";;\"", ("delimiter = ", 13), "the delimiter is one character"),
        ("slug = ", "slug : ", ("slug = ", 6), ""),
    ] {
        let mapping = CLOSURES_MAPPING.replacen(from, to, 1);
        let refused = try_load(&database, CLOSURES, &mapping).await.unwrap_err().to_string();
        let expected = format!("line {}, column {} of the mapping: {expected}", line_of(place.0), place.1);
        assert!(refused.starts_with(&expected), "{from} -> {to}\n  says {refused}\n  not  {expected}");
    }
    assert_eq!(one::<i64>(&database, "select count(*) from import_run").await, 0);
}

#[tokio::test]
async fn a_csv_without_a_mapping_is_told_that_it_needs_one() {
    let database = TestDatabase::new().await;
    let options = |format, mapping: Option<&str>| Options {
        format: Some(format),
        mapping: mapping.map(str::to_owned),
        ..Options::default()
    };
    let refused = try_import(&database, CLOSURES.as_bytes(), &options(Format::Csv, None)).await.unwrap_err();
    assert!(refused.to_string().contains("--suggest-mapping"), "{refused}");
    let refused = try_import(&database, CROSSINGS[0].as_bytes(), &Options::default()).await.unwrap_err();
    assert!(refused.to_string().starts_with("a geojson file needs a mapping"), "{refused}");
    let refused = try_import(&database, CLOSURES.as_bytes(), &options(Format::Acled, Some(CLOSURES_MAPPING)))
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("leave out --mapping"), "{refused}");
}

#[tokio::test]
async fn what_a_mapping_names_by_slug_is_what_is_there() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let mapping = r#"
        [dataset]
        slug = "notes"
        title = "Notes"
        [crossing]
        slug = "{gate}"
        [event]
        key = "{no}"
        title = "{gate} on {day}"
        kind = "OBSERVATION"
        extent = "{day}"
        [[actor]]
        slug = "minister"
        role = "WITNESS"
        [article]
        source = { slug = "the-paper" }
        url = "{url}"
        [[claim]]
        property = "status"
        code = "{status}"
        direction = "BOTH"
        as_of = "{day}"
    "#;
    let file = "no,gate,day,status,url\n1,gate,2025-10-11,CLOSED,https://example.org/1\n2,door,2025-10-12,OPEN,https://example.org/2\n";
    let summary = load(&database, file, mapping).await;
    assert_eq!(only_reject(&summary), "line 3, location \"door\": no location has this slug");
    let claim = "select c.value_code || ' ' || l.slug || ' ' || s.slug || ' ' || a.title_given from claim c \
        join border_crossing b on b.id = c.crossing_id join location l on l.id = b.location_id \
        join source s on s.id = c.source_id join article a on a.id = c.article_id";
    assert_eq!(one::<String>(&database, claim).await, "CLOSED gate the-paper false");
}

#[tokio::test]
async fn a_row_with_an_older_version_never_overwrites_a_newer_one() {
    let database = TestDatabase::new().await;
    let mapping = r#"
        [dataset]
        slug = "versions"
        title = "Versions"
        [event]
        key = "{id}"
        title = "{title}"
        kind = "OTHER"
        version = "{version}"
    "#;
    load(&database, "id,title,version\n1,first,1\n1,third,3\n1,second,2\n", mapping).await;
    assert_eq!(one::<Vec<String>>(&database, "select array_agg(title) from event").await, ["third"]);
    assert_eq!(load(&database, "id,title,version\n1,second,2\n", mapping).await.older, 1);
}

#[tokio::test]
async fn crossings_of_three_layouts_are_read_by_one_mapping_and_nothing_is_open_by_default() {
    for (file, expected) in CROSSINGS.iter().zip([(2, 0), (2, 0), (3, 1)]) {
        let database = TestDatabase::new().await;
        let summary = load(&database, file, CROSSINGS_MAPPING).await;
        assert_eq!(summary.format, Format::Geojson);
        assert_eq!(
            (one::<i64>(&database, "select count(*) from border_crossing").await, summary.rejected),
            expected,
            "{:?}",
            summary.rejects
        );
        let second = load(&database, file, CROSSINGS_MAPPING).await;
        assert_eq!((second.created(), second.updated()), (0, 0));
        let place = "select l.name || ' ' || l.latitude || ' ' || c.a_country || ' ' || c.a_local_name || ' ' || c.b_country \
            from border_crossing c join location l on l.id = c.location_id where l.name like 'Two%'";
        assert_eq!(one::<String>(&database, place).await, "Two - Due 48.5 UA Два HU");
    }
    let database = TestDatabase::new().await;
    let summary = load(&database, CROSSINGS[2], CROSSINGS_MAPPING).await;
    let expected =
        "line 4, Country: \"Atlantis\" is no country code of two capital letters; add it to the values";
    assert!(only_reject(&summary).starts_with(expected), "{}", only_reject(&summary));
    let claims = "select array_agg(l.name || ' ' || c.value_code || ' ' || c.as_of_edtf order by l.name) from claim c \
        join border_crossing b on b.id = c.crossing_id join location l on l.id = b.location_id";
    assert_eq!(
        one::<Vec<String>>(&database, claims).await,
        ["One - Uno OPEN 2023-05-30", "Two - Due CLOSED 2023-05-30"]
    );
}

#[tokio::test]
async fn rejected_features_can_be_mended_and_imported_again() {
    let database = TestDatabase::new().await;
    let summary = load(&database, CROSSINGS[2], CROSSINGS_MAPPING).await;
    let mended = summary.rejects[0].text.replace("Atlantis", "Moldova");
    assert_eq!(load(&database, &mended, CROSSINGS_MAPPING).await.rejected, 0);
    assert_eq!(one::<i64>(&database, "select count(*) from claim where value_code = 'CLOSED'").await, 2);
}

#[tokio::test]
async fn a_suggested_mapping_imports_the_file_that_it_was_suggested_for() {
    let database = TestDatabase::new().await;
    let file = "id;event_date;title;city;lat;lon;killed;outlet;link\n\
        1;11/10/2025;Something;Northtown;34.5;71.25;3;Example Wire;https://example.org/1\n\
        2;12/10/2025;Something else;Southtown;30.1;67.0;;Example Post;https://example.org/2\n";
    let mapping = suggest_mapping(file.as_bytes(), "events.csv").unwrap();
    insta::assert_snapshot!(mapping);
    let summary = load(&database, file, &mapping).await;
    assert_eq!((summary.read, summary.rejected), (2, 0), "{:?}", summary.rejects);
    let event = "select e.title || ' ' || e.edtf || ' ' || l.name || ' ' || l.latitude || ' ' || e.fatalities_best from event e \
        join location l on l.id = e.location_id where e.external_id = '1'";
    assert_eq!(one::<String>(&database, event).await, "Something 2025-10-11 Northtown 34.5 3");
}
