//! What stands in the way of a revert, and how it is said.

use dateline::history::{Conflicts, RevertError, Why, change_set_of};
use uuid::Uuid;

use super::{GROUND, MORE, assert_same, rows, take_back};
use crate::support::{TestDatabase, import_all};

/// The conflicts of a revert, which must have changed nothing.
async fn conflicts(database: &TestDatabase, change_set: Uuid) -> Conflicts {
    let before = rows(database).await;
    let error = take_back(database, change_set).await.unwrap_err();
    assert_same(&rows(database).await, &before);
    match error {
        RevertError::Conflict(conflicts) => conflicts,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_record_that_was_changed_afterwards_is_named() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let run = import_all(&database, MORE).await.run;
    let later = r#"{"type":"event","slug":"strike","title":"A general strike","kind":"STRIKE","extent":"2025-11-01"}"#;
    let later = import_all(&database, later).await.run;
    let found = conflicts(&database, run).await;
    assert_eq!((found.all, found.named.len()), (1, 1), "{found}");
    let conflict = &found.named[0];
    assert_eq!((conflict.why, conflict.record_type.as_str()), (Why::Changed, "event"));
    assert_eq!(conflict.name.as_deref(), Some("A general strike"));
    assert_eq!(conflict.change_set, Some(later));
    assert!(conflict.to_string().ends_with(&format!("changed by {later}")), "{conflict}");

    // When the later one is reverted, nothing stands in the way; when that is redone, it does again.
    let undone = take_back(&database, later).await.unwrap().change_set;
    let redone = take_back(&database, undone).await.unwrap().change_set;
    assert_eq!(conflicts(&database, run).await.named[0].change_set, Some(redone));
    let undone = take_back(&database, redone).await.unwrap().change_set;
    let reverted = take_back(&database, run).await.unwrap().change_set;
    // What changed it cannot be had again while it is gone.
    assert_eq!(conflicts(&database, undone).await.named[0].change_set, Some(reverted));
}

#[tokio::test]
async fn records_that_refer_to_what_would_go_are_named_and_counted() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let run = import_all(&database, MORE).await.run;
    let claims: Vec<_> = (1..=25)
        .map(|number| {
            format!(
                r#"{{"type":"claim","dataset":"desk","externalId":"late-{number}","event":"strike","property":"casualties","value":{{"number":{number}}},"source":"the-paper"}}"#
            )
        })
        .collect();
    let later = import_all(&database, &claims.join("\n")).await.run;
    let found = conflicts(&database, run).await;
    assert_eq!((found.all, found.named.len()), (25, 20));
    for conflict in &found.named {
        assert_eq!((conflict.why, conflict.record_type.as_str()), (Why::Refers, "claim"));
        assert_eq!((conflict.name.as_deref(), conflict.change_set), (Some("casualties"), Some(later)));
        assert_eq!(conflict.other.as_ref().unwrap().0, "event");
    }
    assert!(found.to_string().ends_with("\n  and 5 more\n"), "{found}");
}

#[tokio::test]
async fn what_would_be_restored_to_a_record_that_is_gone_is_named() {
    let database = TestDatabase::new().await;
    let place = r#"{"type":"location","slug":"there","name":"There","kind":"AREA"}"#;
    let made = import_all(&database, place).await.run;
    let at = |place: &str| {
        format!(r#"{{"type":"event","slug":"talks","title":"Talks","kind":"TALKS","location":"{place}"}}"#)
    };
    import_all(&database, &at("there")).await;
    import_all(&database, r#"{"type":"location","slug":"here","name":"Here","kind":"AREA"}"#).await;
    let moved = import_all(&database, &at("here")).await.run;
    // Nothing refers to the place any more, but the event's past does.
    let gone = take_back(&database, made).await.unwrap().change_set;
    let found = conflicts(&database, moved).await;
    assert_eq!(
        (found.all, found.named[0].why, found.named[0].change_set),
        (1, Why::Missing, Some(gone)),
        "{found}"
    );
}

#[tokio::test]
async fn a_slug_that_was_given_away_stands_in_the_way() {
    let database = TestDatabase::new().await;
    let named = |id: &str, slug: &str| {
        format!(
            r#"{{"type":"event","dataset":"desk","externalId":"{id}","slug":"{slug}","title":"E","kind":"TALKS"}}"#
        )
    };
    import_all(
        &database,
        &format!("{{\"type\":\"dataset\",\"slug\":\"desk\",\"title\":\"D\"}}\n{}", named("one", "talks")),
    )
    .await;
    let renamed = import_all(&database, &named("one", "old-talks")).await.run;
    import_all(&database, &named("two", "talks")).await;
    let error = take_back(&database, renamed).await.unwrap_err();
    assert!(matches!(&error, RevertError::Refused(why) if why.contains("(slug)=(talks)")), "{error}");
}

#[tokio::test]
async fn what_is_unknown_reverted_or_changed_nothing_is_refused_with_its_name() {
    let database = TestDatabase::new().await;
    let first = import_all(&database, GROUND).await.run;
    let nothing = import_all(&database, GROUND).await.run;
    let mut connection = database.pool().acquire().await.unwrap();
    assert!(
        matches!(change_set_of(&mut connection, nothing).await, Err(RevertError::NothingChanged(id)) if id == nothing)
    );
    assert!(matches!(change_set_of(&mut connection, Uuid::nil()).await, Err(RevertError::Unknown(_))));
    assert_eq!(change_set_of(&mut connection, first).await.unwrap(), first);
    drop(connection);
    assert!(matches!(take_back(&database, Uuid::nil()).await, Err(RevertError::Unknown(_))));
    let by = take_back(&database, first).await.unwrap().change_set;
    let again = take_back(&database, first).await.unwrap_err();
    assert!(matches!(again, RevertError::AlreadyReverted { by: found, .. } if found == by), "{again}");
}

#[tokio::test]
async fn of_two_reverts_at_once_one_wins() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let before = rows(&database).await;
    let run = import_all(&database, MORE).await.run;
    let (one, other) = tokio::join!(take_back(&database, run), take_back(&database, run));
    let lost = [one, other].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert!(matches!(lost[..], [RevertError::AlreadyReverted { .. } | RevertError::Busy]), "{lost:?}");
    assert_same(&rows(&database).await, &before);
}

#[tokio::test]
async fn a_revert_does_not_wait_for_ever_for_an_import() {
    let database = TestDatabase::new().await;
    let run = import_all(&database, GROUND).await.run;
    let mut importing = database.pool().acquire().await.unwrap();
    let lock = "select pg_advisory_lock(hashtext('dateline.import'))";
    sqlx::query(lock).execute(&mut *importing).await.unwrap();
    let error = take_back(&database, run).await.unwrap_err();
    assert!(matches!(error, RevertError::Busy), "{error}");
    sqlx::query("select pg_advisory_unlock_all()").execute(&mut *importing).await.unwrap();
    take_back(&database, run).await.unwrap();
}
