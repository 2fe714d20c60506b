//! The model in Postgres: what its constraints refuse, and that it says what it is.

use sqlx::{Acquire, AssertSqlSafe, Executor, Row};

use crate::support::{DEMONSTRATION, TestDatabase, import_all};

async fn strings(database: &TestDatabase, sql: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(database.pool()).await.unwrap()
}

/// What is wrong with a write, inside a change set that is then taken back.
async fn refusal(database: &TestDatabase, sql: &str) -> String {
    let mut connection = database.pool().acquire().await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    transaction
        .execute("insert into change_set (id, kind) values (gen_random_uuid(), 'API') returning set_config('dateline.change_set', id::text, true)")
        .await
        .unwrap();
    let error = transaction.execute(AssertSqlSafe(sql.to_owned())).await.expect_err(sql);
    let database_error = error.as_database_error().expect("Postgres refuses");
    database_error.constraint().map_or_else(|| database_error.message().to_owned(), str::to_owned)
}

#[tokio::test]
async fn every_table_and_column_says_what_it_is() {
    let database = TestDatabase::new().await;
    let silent = strings(
        &database,
        "select c.relname || coalesce('.' || a.attname, '') from pg_class c \
         left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped \
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' \
           and c.relname not in ('seaql_migrations', 'spatial_ref_sys') \
           and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null) order by 1",
    )
    .await;
    assert_eq!(silent, Vec::<String>::new());
}

#[tokio::test]
async fn every_foreign_key_has_an_index() {
    let database = TestDatabase::new().await;
    // An index that begins with the key's first column, which is an id or a code, finds its rows.
    let bare = strings(
        &database,
        "select f.conrelid::regclass || ': ' || f.conname from pg_constraint f \
         where f.contype = 'f' and f.connamespace = 'public'::regnamespace and not exists ( \
           select from pg_index i where i.indrelid = f.conrelid \
             and i.indkey[0] = f.conkey[1]) order by 1",
    )
    .await;
    assert_eq!(bare, Vec::<String>::new());
}

#[tokio::test]
async fn every_step_has_a_way_down_and_up_again() {
    let database = TestDatabase::bare().await;
    let steps = database.migrate_up().await.unwrap();
    let shape = "select string_agg(what, ',' order by what) from ( \
                   select table_name || '.' || column_name || ' ' || data_type as what \
                   from information_schema.columns where table_schema = 'public' \
                   union all select typname from pg_type where typtype = 'd' \
                   union all select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint \
                     where connamespace = 'public'::regnamespace \
                   union all select viewname || ' ' || md5(definition) from pg_views where schemaname = 'anonymous' \
                   union all select proname || ' ' || md5(prosrc) from pg_proc where pronamespace = 'public'::regnamespace) shape";
    let whole = strings(&database, shape).await;
    for _ in &steps {
        let before = strings(&database, shape).await;
        assert_eq!(database.migrate_down(1).await.unwrap().len(), 1);
        assert_ne!(strings(&database, shape).await, before, "a way down takes something away");
    }
    let left = strings(
        &database,
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' \
         and relname not in ('seaql_migrations', 'spatial_ref_sys') \
         union all select typname::text from pg_type where typnamespace = 'public'::regnamespace and typtype = 'd' \
         union all select proname::text from pg_proc p where pronamespace = 'public'::regnamespace \
           and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')",
    )
    .await;
    assert_eq!(left, Vec::<String>::new());
    assert_eq!(database.migrate_up().await.unwrap(), steps);
    assert_eq!(strings(&database, shape).await, whole);
}

#[tokio::test]
async fn every_vocabulary_of_the_api_is_the_domain_of_the_database() {
    let database = TestDatabase::new().await;
    let sdl = dateline::graphql::schema_text();
    let mut compared = 0;
    for block in sdl.split("\nenum ").skip(1) {
        let (name, rest) = block.split_once(" {").unwrap();
        // Vocabularies of the API alone: computed, or how a question is asked.
        let computed = [
            "CrossingStatusCode",
            "EventCategory",
            "MergeKind",
            "NamedKind",
            "ReadAccess",
            "SearchableType",
            "SharedBy",
            "SideLabel",
            "StatisticsDimension",
            "StatusCertainty",
            "ThreeValued",
            "TimeMatch",
            "WriteOutcome",
        ];
        if computed.contains(&name) || name.contains("Order") {
            continue;
        }
        let domain = name.chars().fold(String::new(), |mut domain, letter| {
            if letter.is_uppercase() && !domain.is_empty() {
                domain.push('_');
            }
            domain.extend(letter.to_lowercase());
            domain
        });
        let body = rest.split_once("\n}").unwrap().0;
        let mut words: Vec<_> = body
            .lines()
            .map(str::trim)
            .filter(|line| {
                !line.is_empty()
                    && line.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
            })
            .collect();
        let found: Vec<String> = strings(
            &database,
            &format!(
                "select (regexp_matches(pg_get_constraintdef(c.oid), '''([A-Z0-9_]+)''', 'g'))[1] from pg_constraint c \
                 join pg_type t on t.oid = c.contypid where t.typname = '{domain}'"
            ),
        )
        .await;
        words.sort_unstable();
        let mut found: Vec<_> = found.iter().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(words, found, "{name} and {domain}");
        compared += 1;
    }
    assert!(compared >= 18, "only {compared} vocabularies were compared");
}

#[tokio::test]
async fn a_write_without_a_change_set_is_refused() {
    let database = TestDatabase::new().await;
    let insert = "insert into actor (id, name, kind) values (gen_random_uuid(), 'X', 'PERSON')";
    let error = database.pool().execute(insert).await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().message(), "a write needs a change set");
}

#[tokio::test]
async fn the_database_refuses_what_the_model_forbids() {
    let database = TestDatabase::new().await;
    import_all(&database, DEMONSTRATION).await;
    let claim = "insert into claim (id, event_id, property, value_kind, needs_scope, source_id, ";
    let base = "select gen_random_uuid(), (select id from event limit 1), ";
    let source = "(select id from source limit 1), ";
    let cases = [
        ("update claim set value_number = 5 where value_kind = 'NUMBER'", "claim_is_never_edited"),
        ("update claim set note = 'later'", "claim_is_never_edited"),
        ("delete from claim", "claim_is_never_edited"),
        ("truncate claim cascade", "claim_is_never_edited"),
        ("truncate event cascade", "claim_is_never_edited"),
        ("delete from claim_relay", "claim_is_never_edited"),
        ("update claim set retracted_at = now()", "claim_retraction_has_a_reason"),
        (
            &format!("{claim} value_text) {base} 'duration', 'TEXT', false, {source} 'long'"),
            "claim_property_of_kind",
        ),
        (
            &format!(
                "{claim} value_boolean, value_number, value_qualifier) {base} 'duration', 'NUMBER', false, {source} true, 4, 'EXACT'"
            ),
            "claim_has_one_value",
        ),
        (
            &format!("{claim} act) {base} 'duration', 'NUMBER', false, {source} 'ASSERT'"),
            "claim_has_one_value",
        ),
        (
            &format!("{claim} value_code) {base} 'outcome', 'CODE', false, {source} 'FAILED'"),
            "claim_code_allowed",
        ),
        (
            &format!("{claim} value_code) {base} 'status', 'CODE', true, {source} 'OPEN'"),
            "claim_has_its_scope",
        ),
        (
            &format!("{claim} value_code) {base} 'status', 'CODE', false, {source} 'OPEN'"),
            "claim_property_of_kind",
        ),
        (
            &format!(
                "{claim} article_id, value_boolean) {base} 'occurred', 'BOOLEAN', false, (select s.id from source s where not exists (select from article a where a.source_id = s.id) limit 1), (select id from article limit 1), true"
            ),
            "claim_article_of_source",
        ),
        (
            "update border_crossing set b_country = a_country, b_authority_id = a_authority_id",
            "border_crossing_joins_two_sides",
        ),
        (
            "update border_crossing set location_id = (select id from location where slug = 'kabul') where a_local_name = 'Chaman'",
            "border_crossing_location",
        ),
        (
            "update closure set place_id = (select id from location where slug = 'kabul'), place_kind = 'CITY'",
            "closure_place_is_a_crossing_or_border",
        ),
        ("update closure set place_id = (select id from location where slug = 'kabul')", "closure_place"),
        (
            "update event set start_earliest = '2025-11-01', start_latest = '2025-10-01'",
            "event_extent_is_ordered",
        ),
        ("update event set ongoing = true, end_latest = now()", "event_extent_is_ordered"),
        (
            "update location set parent_id = (select id from location where slug = 'torkham') where slug = 'pakistan'",
            "location_tree_has_no_cycle",
        ),
        ("update location set parent_id = id where slug = 'kabul'", "location_tree_has_no_cycle"),
        (
            "update event set parent_id = (select id from event where slug = 'istanbul-round-2-2025') where slug = 'pakistan-afghanistan-talks-2025'",
            "event_tree_has_no_cycle",
        ),
        (
            "insert into event_relation (id, event_id, kind, other_id) select gen_random_uuid(), a.id, 'PART_OF', b.id from event a, event b where a.slug = 'pakistan-afghanistan-talks-2025' and b.slug = 'istanbul-round-2-2025'",
            "event_tree_has_no_cycle",
        ),
        ("update closure set traffic = '{CARGO,LORRIES}'", "traffic_class_known"),
        ("update border_crossing set modes = '{CANAL}'", "crossing_mode_known"),
        ("update location set timezone = 'Asia/Kabuul'", "location_timezone_known"),
        ("update event set slug = 'Not A Slug' where slug = 'istanbul-round-2-2025'", "slug_well_formed"),
        (
            "insert into report (id, event_id) select gen_random_uuid(), id from event limit 1",
            "report_by_one",
        ),
        (
            "insert into name (actor_id, source_id, value, kind) select a.id, s.id, 'x', 'ALIAS' from actor a, source s limit 1",
            "name_of_one_record",
        ),
        ("update name set value = 'x'", "rows of name are added and removed, never updated"),
    ];
    for (sql, expected) in cases {
        assert_eq!(refusal(&database, sql).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn two_writers_cannot_close_a_cycle_between_them() {
    let database = TestDatabase::new().await;
    let places = r#"{"type":"location","slug":"a","name":"A","kind":"AREA"}
{"type":"location","slug":"b","name":"B","kind":"AREA"}"#;
    import_all(&database, places).await;
    let begin = "insert into change_set (id, kind) values (gen_random_uuid(), 'API') returning set_config('dateline.change_set', id::text, true)";
    let within = |inner: &str, outer: &str| {
        format!(
            "update location set parent_id = (select id from location where slug = '{outer}') where slug = '{inner}'"
        )
    };
    let (mut one, mut two) =
        (database.pool().acquire().await.unwrap(), database.pool().acquire().await.unwrap());
    let mut first = one.begin().await.unwrap();
    let mut second = two.begin().await.unwrap();
    first.execute(begin).await.unwrap();
    second.execute(begin).await.unwrap();
    first.execute(AssertSqlSafe(within("a", "b"))).await.unwrap();
    // The second writer waits for the first, and then sees what it wrote.
    let (closing, committed) = tokio::join!(second.execute(AssertSqlSafe(within("b", "a"))), async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        first.commit().await
    });
    committed.unwrap();
    let error = closing.expect_err("the cycle is refused");
    assert_eq!(error.as_database_error().unwrap().constraint(), Some("location_tree_has_no_cycle"));
}

#[tokio::test]
async fn a_crossing_lies_in_both_countries_and_moves_with_its_border() {
    let database = TestDatabase::new().await;
    import_all(&database, DEMONSTRATION).await;
    let around = "select a.slug::text from location l join location_ancestor x on x.location_id = l.id \
                  join location a on a.id = x.ancestor_id where l.slug = 'torkham' and x.depth > 0 order by 1";
    let countries = strings(&database, around).await;
    for expected in ["afghanistan", "afghanistan-pakistan-border", "pakistan"] {
        assert!(countries.iter().any(|slug| slug == expected), "{countries:?}");
    }
    let moved = r#"{"type":"location","slug":"south-asia","name":"South Asia","kind":"AREA"}
{"type":"location","slug":"pakistan","name":"Pakistan","kind":"COUNTRY","country":"PK","parent":"south-asia"}"#;
    import_all(&database, moved).await;
    assert!(strings(&database, around).await.contains(&"south-asia".to_owned()));
}

#[tokio::test]
async fn every_record_of_an_import_is_under_its_change_set() {
    let database = TestDatabase::new().await;
    let summary = import_all(&database, DEMONSTRATION).await;
    let row = sqlx::query(
        "select count(*) filter (where r.operation = 'CREATE' and r.record_type not in ('name', 'identifier', \
           'article_derivation', 'report_closure', 'claim_property_code', 'claim_relay')), count(distinct r.change_set_id) \
         from revision r",
    )
    .fetch_one(database.pool())
    .await
    .unwrap();
    assert_eq!((row.get::<i64, _>(0), row.get::<i64, _>(1)), (i64::try_from(summary.created()).unwrap(), 1));
}
