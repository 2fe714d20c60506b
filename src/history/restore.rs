//! Bringing back: the statements that make the rows of a table what they were before a change set.
//!
//! `revert_step` has a row for each record the change set touched: the revision that was its first
//! there, and whether the record was there before. Each statement does a whole table.

use super::catalogue::{Key, Table};

/// Makes `revert_step` anew.
pub const STEPS: [&str; 2] = [
    "drop table if exists pg_temp.revert_step",
    "create temporary table revert_step (
       record_type text not null, record_id uuid not null, revision_id bigint not null, was_there boolean not null,
       primary key (record_type, record_id)) on commit drop",
];

/// Fills `revert_step`: of several revisions of a record the first tells what was before.
pub const FILL_STEPS: &str = "insert into revert_step
     select distinct on (record_type, record_id) record_type, record_id, id, operation not in ('CREATE', 'UNMERGE')
     from revision where change_set_id = $1 order by record_type, record_id, id";

/// Refuses what a trigger does not while a revert is half done: an event that is part of itself.
pub const REFUSE_CYCLES: &str = "select refuse_event_cycles(array(
       select record_id from revert_step where record_type = 'event'
       union select r.event_id from revert_step s join event_relation r on r.id = s.record_id
         where s.record_type = 'event_relation'))";

/// The rows `b` as they were, of all records that were there before. `offset 0` is a fence: without
/// it the planner may read revisions of other tables as rows of this one before it leaves them out.
fn before(table: &Table) -> String {
    format!(
        "(select s.record_id, {recorded} as recorded from revert_step s join revision r on r.id = s.revision_id \
          where s.record_type = '{name}' and s.was_there \
          offset 0) s \
         cross join lateral jsonb_populate_record(null::{row_type}, s.recorded) b",
        name = table.name,
        row_type = table.row_type,
        recorded = recorded(table)
    )
}

/// The JSON of the row as it was, without what the database computes itself.
fn recorded(table: &Table) -> String {
    let computed = table.computed.iter().map(|column| format!(" - '{column}'")).collect::<String>();
    format!("(r.before{computed})")
}

/// Holds the records that are there, so that nobody changes them or refers to them meanwhile.
pub fn lock(table: &Table) -> String {
    let name = &table.name;
    format!(
        "select count(*) from (select from {name} t join revert_step s on s.record_type = '{name}' and s.record_id = t.id \
         order by t.id for update of t) locked"
    )
}

/// Takes away what the change set made.
pub fn remove(table: &Table) -> String {
    let name = &table.name;
    format!(
        "delete from {name} t using revert_step s where s.record_type = '{name}' and not s.was_there and t.id = s.record_id"
    )
}

/// Puts the rows out of the way whose key another row gets back; one statement a key.
pub fn park(table: &Table) -> Vec<String> {
    table.keys.iter().filter_map(|key| park_key(table, key)).collect()
}

fn park_key(table: &Table, key: &Key) -> Option<String> {
    let name = &table.name;
    let set = match (&key.word, &key.reference) {
        (Some(word), _) => format!("{word} = null"),
        (None, Some(reference)) => format!("{reference} = t.id"),
        (None, None) => return None,
    };
    let each = |form: fn(&str) -> String, joined: &str| {
        key.columns.iter().map(|column| form(column)).collect::<Vec<_>>().join(joined)
    };
    let changes = each(|column| format!("b.{column} is distinct from t.{column}"), " or ");
    let same = each(|column| format!("o.{column} = b.{column}"), " and ");
    Some(format!(
        "with moved as (select b.* from {before} join {name} t on t.id = s.record_id where {changes}) \
         update {name} t set {set} \
         from (select distinct o.id from moved b join {name} o on {same} and o.id <> b.id \
               join revert_step s on s.record_type = '{name}' and s.record_id = o.id) o \
         where t.id = o.id",
        before = before(table)
    ))
}

/// Brings the rows that are still there back to what they were. Claims that were retracted are
/// retracted first: of one key only one stands at a time.
pub fn restore(table: &Table) -> Vec<String> {
    let name = &table.name;
    let columns = table.columns.join(", ");
    let restore = |condition: &str| {
        format!(
            "update {name} t set ({columns}) = (select {columns} from jsonb_populate_record(t, {recorded})) \
             from revert_step s join revision r on r.id = s.revision_id \
             where s.record_type = '{name}' and s.was_there and t.id = s.record_id{condition}",
            recorded = recorded(table)
        )
    };
    if name == "claim" {
        let retracted = "r.before ->> 'retracted_at' is";
        return vec![
            restore(&format!(" and {retracted} not null")),
            restore(&format!(" and {retracted} null")),
        ];
    }
    vec![restore("")]
}

/// Enters the rows again that are gone.
pub fn enter(table: &Table) -> String {
    let name = &table.name;
    let columns = table.columns.join(", ");
    let values = table.columns.iter().map(|column| format!("b.{column}")).collect::<Vec<_>>().join(", ");
    format!(
        "insert into {name} (id, {columns}) select s.record_id, {values} from {before} \
         where not exists (select from {name} t where t.id = s.record_id)",
        before = before(table)
    )
}
