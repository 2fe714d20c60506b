//! What hangs off a source.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use crate::article::entity::Entity as Article;
use crate::article::query::LATEST_FIRST;
use crate::read::{Order, Relation, column};

/// What a source has published.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ArticlesOfSource;

impl Relation for ArticlesOfSource {
    type Child = Article;
    const ORDER: Order = LATEST_FIRST;

    fn children(&self, source: Expr) -> SelectStatement {
        Query::select().from(Article).and_where(column(Article, "source_id").eq(source)).take()
    }
}
