//! Lists of articles, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as Article;
use crate::extent::query::During;
use crate::read::{Order, OrderKey, Relation, column};

/// Articles, latest first; those whose publication nobody can date come last.
pub const LATEST_FIRST: Order = Order {
    key: "coalesce(article.published_start_earliest, '-infinity')",
    kind: OrderKey::Time,
    descending: true,
};

/// All articles that a filter leaves.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Articles {
    /// Any of these ids.
    pub ids: Option<Vec<Uuid>>,
    /// Possibly published in this range of time; one that nobody can date is left out.
    pub published: Option<During>,
}

impl Relation for Articles {
    type Child = Article;
    const ORDER: Order = LATEST_FIRST;

    fn children(&self, _: Expr) -> SelectStatement {
        let mut articles = Query::select().from(Article).take();
        if let Some(ids) = &self.ids {
            articles.and_where(column(Article, "id").eq_any(ids.clone()));
        }
        if let Some(published) = &self.published {
            let (start, end) =
                (column(Article, "published_start_earliest"), column(Article, "published_end_latest"));
            if let Some(to) = published.to {
                articles.and_where(start.clone().lt(to));
            }
            if let Some(from) = published.from {
                articles.cond_where(Cond::any().add(end.gt(from)).add(start.gte(from)));
            }
        }
        articles
    }
}
