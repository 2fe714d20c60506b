//! What hangs off a closure.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};

use super::entity::Entity as Closure;
use crate::article::entity::Entity as Article;
use crate::article::query::LATEST_FIRST as LATEST_ARTICLE_FIRST;
use crate::read::{Order, Relation, column};
use crate::report::entity::Entity as Report;
use crate::report::loader::speaks_for;

/// The articles that report a closure: those that report its event and speak for it, or for all
/// that the event closes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ArticlesOfClosure;

impl Relation for ArticlesOfClosure {
    type Child = Article;
    const ORDER: Order = LATEST_ARTICLE_FIRST;

    fn children(&self, closure: Expr) -> SelectStatement {
        Query::select()
            .from(Closure)
            .inner_join(Report, column(Report, "event_id").eq(column(Closure, "event_id")))
            .inner_join(Article, column(Article, "id").eq(column(Report, "article_id")))
            .and_where(column(Closure, "id").eq(closure))
            .and_where(speaks_for(column(Report, "id"), Expr::col((Closure, Alias::new("id")))))
            .take()
    }
}
