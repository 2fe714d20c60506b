//! Listings: tables that list the events of a place, a country, an actor or a source in order of
//! their start, so that a page of them is read off an index. Triggers keep them.

use sea_orm::sea_query::Expr;

/// A table that lists events under the records of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The table.
    pub table: &'static str,
    /// The column that says under what an event is listed.
    pub under: &'static str,
}

/// Events under their place and all places around it.
pub const PLACE: Listing = Listing { table: "event_place", under: "place_id" };
/// Events under the countries that their place lies in.
pub const COUNTRY: Listing = Listing { table: "event_country", under: "country" };
/// Events under the actors that took part.
pub const ACTOR: Listing = Listing { table: "event_actor", under: "actor_id" };
/// Events under the sources that report them.
pub const SOURCE: Listing = Listing { table: "event_source", under: "source_id" };

/// That a row of a listing is the event's.
///
/// The start is what its index is searched by. It is asked for as a range, since Postgres would take
/// two equalities for independent of each other, and expect next to no rows.
pub const LISTED: &str = "listed.event_id = event.id and listed.start \
                          between coalesce(event.start_earliest, '-infinity') and coalesce(event.start_earliest, '-infinity')";

impl Listing {
    /// That the event is listed under this.
    #[must_use]
    pub fn has(self, under: Expr) -> Expr {
        self.exists("= $1", under)
    }

    /// That the event is listed under any that this query finds.
    #[must_use]
    pub fn has_any(self, under: Expr) -> Expr {
        self.exists("in $1", under)
    }

    fn exists(self, comparison: &str, under: Expr) -> Expr {
        let Self { table, under: column } = self;
        Expr::cust_with_expr(
            format!("exists (select from {table} listed where listed.{column} {comparison} and {LISTED})"),
            under,
        )
    }
}
