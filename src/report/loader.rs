//! What hangs off a report.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as Report;
use super::query::MAIN_FIRST;
use super::report_closure::Entity as ReportClosure;
use crate::closure::entity::Entity as Closure;
use crate::closure::query::LATEST_FIRST;
use crate::read::{Order, Relation, column};

/// The closures a report speaks for: those it names, or all that its event closes when it names none.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClosuresOfReport;

impl Relation for ClosuresOfReport {
    type Child = Closure;
    const ORDER: Order = LATEST_FIRST;

    fn children(&self, report: Expr) -> SelectStatement {
        Query::select()
            .from(Report)
            .inner_join(Closure, column(Closure, "event_id").eq(column(Report, "event_id")))
            .and_where(column(Report, "id").eq(report))
            .and_where(speaks_for(column(Report, "id"), column(Closure, "id")))
            .take()
    }
}

/// The reports that speak for any of these closures, those first whose main thing the event is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ReportsOfClosures(pub Vec<Uuid>);

impl Relation for ReportsOfClosures {
    type Child = Report;
    const ORDER: Order = MAIN_FIRST;

    fn children(&self, _: Expr) -> SelectStatement {
        let closures = Query::select()
            .expr(Expr::cust("1"))
            .from(Closure)
            .and_where(column(Closure, "event_id").eq(column(Report, "event_id")))
            .and_where(column(Closure, "id").eq_any(self.0.clone()))
            .and_where(speaks_for(column(Report, "id"), column(Closure, "id")))
            .take();
        Query::select().from(Report).and_where(Expr::exists(closures)).take()
    }
}

/// That a report of a closure's event speaks for that closure.
pub fn speaks_for(report: Expr, closure: Expr) -> Expr {
    let named = Query::select()
        .expr(Expr::cust("1"))
        .from(ReportClosure)
        .and_where(column(ReportClosure, "report_id").eq(report))
        .take();
    let this_one = named.clone().and_where(column(ReportClosure, "closure_id").eq(closure)).take();
    Expr::exists(this_one).or(Expr::exists(named).not())
}
