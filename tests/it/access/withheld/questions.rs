//! Everything that anybody can ask, as readers ask it.

use std::path::Path;

/// Every case of the tests of the API, and every list, filter and count there is.
pub fn queries() -> Vec<String> {
    let mut queries = Vec::new();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases");
    for folder in std::fs::read_dir(cases).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|ending| ending == "graphql") {
                queries.push(std::fs::read_to_string(file).unwrap());
            }
        }
    }
    assert!(queries.len() > 60, "only {} cases were found", queries.len());
    queries.extend(BROAD.iter().map(|query| (*query).to_owned()));
    let listed = "first: 200) { totalCount edges { cursor node { __typename } } } }";
    for (list, filters) in LISTS {
        for filter in *filters {
            queries.push(format!("{{ {list}(filter: {{ {filter} }}, {listed}"));
            if !filter.is_empty()
                && list != &"borderCrossings"
                && list != &"reports"
                && list != &"disagreements"
            {
                queries.push(format!("{{ {list}(filter: {{ not: {{ {filter} }} }}, {listed}"));
            }
        }
    }
    for order in ["START", "END", "RECORDED", "FATALITIES", "TITLE"] {
        queries.push(format!("{{ events(orderBy: {{ field: {order}, direction: DESC }}, {listed}"));
    }
    for dimension in [
        "MONTH", "YEAR", "WEEK", "KIND", "CATEGORY", "COUNTRY", "ADMIN1", "ACTOR", "SOURCE", "DATASET",
        "CROSSING", "GEOHASH",
    ] {
        for filter in
            ["", "within: { slug: \"pakistan\" }", "during: { from: \"2025-10-01\", to: \"2025-11-01\" }"]
        {
            queries.push(format!(
                "{{ eventStatistics(filter: {{ {filter} }}, groupBy: [{dimension}]) {{ buckets {{ month kind category country \
                 events fatalitiesBest fatalitiesLow fatalitiesHigh articles sources actor {{ id }} source {{ id }} dataset {{ slug }} }} }} }}"
            ));
        }
    }
    for name in ["Torkham", "Attaullah Tarar", "Zzzzzactor", "Zzzzzgate", "Yyyyyquarter", "Zzzzz paper"] {
        for kind in ["ACTOR", "LOCATION", "SOURCE", "BORDER_CROSSING"] {
            queries.push(format!(
                "{{ resolve(name: \"{name}\", kind: {kind}) {{ ambiguous matches {{ score matched }} }} }}"
            ));
        }
    }
    for text in [
        "zzzzzevent",
        "crossing closed trucks",
        "talks",
        "zzzzznote",
        "yyyyyarticle",
        "zzzzzdescription",
        "torkham",
    ] {
        queries.push(format!(
            "{{ search(text: \"{text}\", first: 100) {{ totalCount edges {{ cursor score highlights node {{ __typename }} }} }} }}"
        ));
    }
    queries
}

/// Lists with their filters.
const LISTS: &[(&str, &[&str])] = &[
    (
        "events",
        &[
            "",
            "disputed: true",
            "disputed: false",
            "hasArticles: true",
            "dataset: [\"closed\"]",
            "kind: [ATTACK, TALKS]",
            "category: [VIOLENCE]",
            "within: { slug: \"kabul\" }",
            "within: { slug: \"zz-town\" }",
            "country: [\"AF\"]",
            "crossing: [{ slug: \"torkham\" }]",
            "source: [{ slug: \"rta\" }]",
            "source: [{ slug: \"did-press\" }]",
            "actor: { slug: [\"united-nations\"] }",
            "actor: { slug: [\"united-nations\"], role: [WITNESS] }",
            "actor: { slug: [\"zz-actor\"] }",
            "actor: { slug: [\"pakistan\"] }",
            "fatalities: { min: 1 }",
            "text: \"zzzzzevent\"",
            "text: \"talks\"",
            "during: { from: \"2025-10-19\", to: \"2025-10-22\" }",
            "near: { latitude: 34.5, longitude: 69.2, km: 50 }",
            "parent: { slug: \"pakistan-afghanistan-talks-2025\" }",
            "slug: [\"zz-event\", \"yy-part\"]",
        ],
    ),
    (
        "actors",
        &[
            "",
            "text: \"zzzzzactor\"",
            "text: \"torkham\"",
            "kind: [PERSON]",
            "country: [\"PK\"]",
            "dataset: [\"closed\"]",
        ],
    ),
    (
        "locations",
        &[
            "",
            "text: \"zzzzztown\"",
            "within: { slug: \"kabul\" }",
            "within: { slug: \"afghanistan\" }",
            "country: [\"AF\"]",
        ],
    ),
    ("sources", &["", "kind: [NEWSPAPER]", "text: \"zzzzzpaper\"", "country: [\"PK\"]"]),
    (
        "articles",
        &["", "source: [{ slug: \"rta\" }]", "text: \"zzzzzarticle\"", "published: { from: \"2025-10-30\" }"],
    ),
    ("reports", &[""]),
    (
        "closures",
        &[
            "",
            "effect: [OPENS]",
            "crossing: [{ slug: \"torkham\" }]",
            "inForceAt: \"2025-10-29T12:00:00Z\"",
            "during: { from: \"2025-10-19\" }",
        ],
    ),
    (
        "claims",
        &[
            "",
            "property: [\"duration\"]",
            "property: [\"zz_property\"]",
            "source: [{ slug: \"rta\" }]",
            "act: [DENY]",
            "text: \"zzzzznote\"",
            "retracted: true",
        ],
    ),
    (
        "borderCrossings",
        &[
            "",
            "status: [OPEN], traffic: CARGO, at: \"2025-10-29T12:00:00Z\"",
            "status: [CLOSED], at: \"2025-10-29T12:00:00Z\"",
            "mode: [FOOT]",
        ],
    ),
    (
        "disagreements",
        &[
            "",
            "agreement: [SINGLE]",
            "agreement: [DISPUTED, DENIED]",
            "property: [\"duration\"]",
            "source: [{ slug: \"rta\" }]",
        ],
    ),
];

/// Walks from records to all that hangs off them.
pub const BROAD: &[&str] = &[
    "{ events(first: 100) { nodes { id title disputed version updatedAt parent { id } location { id } fatalities { best }
       participants(first: 100) { totalCount nodes { id role actor { id name } } } relations { id kind other { id } }
       reports(first: 50) { totalCount nodes { id article { id } source { id } } } claims(first: 50) { totalCount nodes { id } } } } }",
    "{ events(first: 100) { nodes { id accounts { agreement property { code } variants { display articles sources origins } } } } }",
    "{ events(first: 100) { nodes { id articles(first: 20) { totalCount nodes { id } } parts(first: 20) { totalCount nodes { id } } closures(first: 20) { totalCount nodes { id } } } } }",
    "{ actors(first: 100) { nodes { id name names { value kind } identifiers { value } affiliations { id role } members(first: 20) { totalCount nodes { id } }
       events(first: 50) { totalCount nodes { id } } statements(first: 50) { totalCount nodes { id } } } } }",
    "{ locations(first: 100) { nodes { id name names { value } parent { id } ancestors { id } children(first: 50) { totalCount nodes { id } }
       crossing { id } events(first: 50) { totalCount nodes { id } } } } }",
    "{ sources(first: 100) { nodes { id name articles(first: 50) { totalCount nodes { id } } } } }",
    "{ articles(first: 100) { nodes { id derivedFrom { kind article { id } source { id } } claims(first: 100) { totalCount nodes { id } } events(first: 50) { totalCount nodes { id } } } } }",
    "{ borderCrossings(first: 50) { totalCount nodes { id name closures(first: 50) { totalCount nodes { id } } events(first: 50) { totalCount nodes { id } }
       status(at: \"2025-10-29T12:00:00Z\") { status certainty closures { id } dissent { id } }
       timeline(from: \"2025-10-01T00:00:00Z\", to: \"2025-12-01T00:00:00Z\") { status certainty }
       closureStatistics(from: \"2025-10-01T00:00:00Z\", to: \"2025-12-01T00:00:00Z\") { month closed } } } }",
    "{ claims(first: 300) { nodes { id origin { actor { id } source { id } article { id } } relayedFrom { id } speaker { id } article { id } revisions { totalCount } } } }",
    "{ claimProperties { code } claimProperty(code: \"zz_property\") { code } datasets { slug } dataset(slug: \"closed\") { slug } }",
    "{ event(slug: \"zz-event\") { id } actor(slug: \"zz-actor\") { id } source(slug: \"zz-paper\") { id } location(slug: \"yy-quarter\") { id }
       borderCrossing(slug: \"zz-gate\") { id } gate: location(slug: \"zz-gate\") { id } article(external: { dataset: \"closed\", externalId: \"zz-1\" }) { id } }",
    "{ changeSets(first: 50) { totalCount nodes { id kind reason importRun { id } reverts { id } revertedBy { id } revisions(first: 500) { totalCount nodes { recordType recordId operation before } } } } }",
    "{ changes(first: 500) { edges { cursor node { operation recordType recordId version before dataset { slug } changeSet { id } record { id } } } } }",
    "{ actors(first: 100) { nodes { mergedFrom { id slug name externalId changeSet { id } } } } sources(first: 100) { nodes { mergedFrom { id name } } }
       locations(first: 100) { nodes { mergedFrom { id slug name } } } articles(first: 100) { nodes { mergedFrom { id name } } } }",
    "{ changes(first: 500, filter: { operation: [MERGE, UNMERGE] }) { nodes { recordId version before mergedInto { id } } } }",
    "{ changes(first: 500, filter: { operation: [UPDATE, DELETE] }) { nodes { recordType recordId version } } }",
    "{ changes(first: 500, filter: { recordType: [\"Dataset\", \"Name\", \"Affiliation\", \"ClaimRelay\"] }) { nodes { recordType recordId version } } }",
    "{ changes(first: 500, filter: { dataset: [\"closed\"] }) { nodes { recordType recordId version } } }",
    "{ importRuns(first: 50) { totalCount nodes { id fileName fileHash read created dataset { slug } changeSet { id } rejects { totalCount } } } }",
    "{ events(first: 100) { nodes { id revisions(first: 50) { totalCount nodes { version operation before change { id } } } } } }",
];
