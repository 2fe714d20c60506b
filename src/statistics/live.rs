//! Statistics counted from the events themselves, by any dimension.

use sea_orm::Iterable;
use sea_orm::sea_query::{Expr, Query, SelectStatement};

use super::question::{MOST_BUCKETS, Question};
use super::vocabulary::StatisticsDimension;
use crate::event::entity::Entity as Event;
use crate::event::vocabulary::EventKind;

/// How a dimension is read off the events that were `chosen`.
struct Key {
    /// What an event is grouped by.
    value: &'static str,
    /// What must be joined for that. Where an event has several values, it is in several buckets;
    /// each must come once, or the event would count twice in one.
    join: Option<&'static str>,
}

fn key(dimension: StatisticsDimension) -> Key {
    use StatisticsDimension as D;
    let (value, join) = match dimension {
        D::Day => ("(chosen.start_earliest at time zone 'UTC')::date", None),
        D::Week => ("date_trunc('week', chosen.start_earliest at time zone 'UTC')::date", None),
        D::Month => ("date_trunc('month', chosen.start_earliest at time zone 'UTC')::date", None),
        D::Quarter => ("date_trunc('quarter', chosen.start_earliest at time zone 'UTC')::date", None),
        D::Year => ("date_trunc('year', chosen.start_earliest at time zone 'UTC')::date", None),
        D::Kind => ("chosen.kind", None),
        D::Dataset => ("chosen.dataset_id", None),
        D::Category => (
            "of_kind.category",
            Some("left join unnest($2, $3) as of_kind (kind, category) on of_kind.kind = chosen.kind"),
        ),
        D::Country => (
            "in_country.country",
            Some(
                "left join (select distinct around.location_id, place.country from location_ancestor around \
                   join location place on place.id = around.ancestor_id where place.country is not null) in_country \
                 on in_country.location_id = chosen.location_id",
            ),
        ),
        D::Admin1 => (
            "in_admin1.id",
            Some(
                "left join (select around.location_id, place.id from location_ancestor around \
                   join location place on place.id = around.ancestor_id where place.kind = 'ADMIN1') in_admin1 \
                 on in_admin1.location_id = chosen.location_id",
            ),
        ),
        D::Actor => (
            "taking_part.actor_id",
            Some(
                "left join (select distinct event_id, actor_id from participation \
                   where event_id in (select id from chosen)) taking_part on taking_part.event_id = chosen.id",
            ),
        ),
        D::Source => (
            "reporting.id",
            Some(
                "left join (select distinct report.event_id, coalesce(report.source_id, article.source_id) as id \
                   from report left join article on article.id = report.article_id \
                   where report.event_id in (select id from chosen) \
                     and coalesce(report.source_id, article.source_id) is not null) reporting \
                 on reporting.event_id = chosen.id",
            ),
        ),
        D::Crossing => (
            "at_crossing.id",
            Some(
                "left join (select chosen.id as event_id, crossing.id from chosen \
                   join border_crossing crossing on crossing.location_id = chosen.location_id \
                   union select closure.event_id, crossing.id from closure \
                   join location_ancestor around on around.ancestor_id = closure.place_id \
                   join border_crossing crossing on crossing.location_id = around.location_id \
                   where closure.event_id in (select id from chosen)) at_crossing \
                 on at_crossing.event_id = chosen.id",
            ),
        ),
        D::Geohash => (
            "in_cell.geohash",
            Some(
                "left join (select id, st_geohash(point::geometry, $4) as geohash from location \
                   where point is not null and id in (select location_id from chosen)) in_cell \
                 on in_cell.id = chosen.location_id",
            ),
        ),
    };
    Key { value, join }
}

/// The statement that counts, as one value of JSON: a list of buckets, one more than there may be
/// when there are too many.
pub fn statement(question: &Question) -> Expr {
    let dimensions = || question.group_by.iter().copied();
    let keys: Vec<_> = dimensions().map(|d| format!("{} as {}", key(d).value, d.name())).collect();
    let joins: Vec<_> = dimensions().filter_map(|d| key(d).join).collect();
    let of_bucket = if question.group_by.contains(&StatisticsDimension::Source) {
        "placed.source is null or coalesce(report.source_id, article.source_id) = placed.source"
    } else {
        "true"
    };
    let reported = if question.with_reports {
        include_str!("reported.sql").replace("{of_bucket}", of_bucket)
    } else {
        String::new()
    };
    let text = include_str!("live.sql")
        .replace("{keys}", &keys.join(", "))
        .replace("{joins}", &joins.join(" "))
        .replace("{reported}", &reported)
        .replace("{names}", &question.names())
        .replace("{limit}", &(MOST_BUCKETS + 1).to_string());
    let (kinds, categories): (Vec<_>, Vec<_>) =
        EventKind::iter().map(|kind| (kind.word(), kind.category().word())).unzip();
    Expr::cust_with_exprs(
        text,
        [
            Expr::from(chosen(question)),
            Expr::val(kinds),
            Expr::val(categories),
            Expr::val(question.geohash_length),
        ],
    )
}

/// The events that are asked for, with what they are grouped by and counted.
fn chosen(question: &Question) -> SelectStatement {
    let columns = [
        "id",
        "kind",
        "start_earliest",
        "location_id",
        "dataset_id",
        "fatalities_best",
        "fatalities_low",
        "fatalities_high",
    ];
    let mut events = Query::select().from(Event).take();
    for name in columns {
        events.expr(crate::read::column(Event, name));
    }
    question.filter.narrow(&mut events);
    events
}
