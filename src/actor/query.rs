//! Lists of actors, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{
    Alias, CommonTableExpression, Cond, Condition, Expr, ExprTrait, Query, SelectStatement, UnionType,
    WithClause,
};
use uuid::Uuid;

use super::affiliation::Entity as Affiliation;
use super::entity::Entity as Actor;
use crate::filter::{Criterion, Listed, RecordCriterion};
use crate::graphql::RecordRef;
use crate::merging::keys;
use crate::read::{Order, OrderKey, column};
use crate::search::words::Words;

/// Actors by name.
pub const BY_NAME: Order = Order::ascending(OrderKey::Text, "actor.name");

/// Actors in the order of recording.
pub const BY_RECORDED: Order = Order::ascending(OrderKey::Time, "actor.recorded_at");

/// A single condition on actors. A list means any of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ActorCriterion {
    /// On what every record has.
    Record(RecordCriterion),
    /// Of these kinds.
    Kind(Vec<String>),
    /// Of these countries.
    Country(Vec<String>),
    /// With these words in one of its names.
    Text(Words),
}

impl From<RecordCriterion> for ActorCriterion {
    fn from(criterion: RecordCriterion) -> Self {
        Self::Record(criterion)
    }
}

impl Criterion for ActorCriterion {
    fn condition(&self) -> Condition {
        let all = Cond::all();
        match self {
            Self::Record(criterion) => criterion.condition(Actor),
            Self::Kind(words) => all.add(column(Actor, "kind").eq_any(words.clone())),
            Self::Country(codes) => all.add(column(Actor, "country").eq_any(codes.clone())),
            Self::Text(words) => all.add(words.condition()),
        }
    }
}

impl Listed for ActorCriterion {
    type Record = Actor;
    const ORDER: Order = BY_NAME;
}

/// Some actors, by what names them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ActorSet {
    /// Any of these ids.
    pub ids: Option<Vec<Uuid>>,
    /// Any of these slugs; with ids, both must hold.
    pub slugs: Option<Vec<String>>,
    /// Or one of their members, or a member of one.
    pub or_members: bool,
}

impl ActorSet {
    /// The id of the actor where there can only be one, as an expression.
    #[must_use]
    pub fn one(&self) -> Option<Expr> {
        match (&self.ids, &self.slugs) {
            (Some(ids), None) if !self.or_members && ids.len() == 1 => Some(keys::here(ids[0])),
            (None, Some(slugs)) if !self.or_members && slugs.len() == 1 => {
                Some(RecordRef::Slug(slugs[0].clone()).id(Actor))
            }
            _ => None,
        }
    }

    /// The ids of the actors, as a query of one column `id`.
    #[must_use]
    pub fn ids(&self) -> SelectStatement {
        if !self.or_members {
            return self.named();
        }
        let members = Query::select()
            .expr(Expr::cust("affiliation.member_id"))
            .from(Affiliation)
            .inner_join(Alias::new("belongs"), Expr::cust("belongs.id = affiliation.group_id"))
            .take();
        let belongs = CommonTableExpression::new()
            .table_name(Alias::new("belongs"))
            .column(Alias::new("id"))
            .query(self.named().union(UnionType::Distinct, members).take())
            .to_owned();
        Query::select()
            .column(Alias::new("id"))
            .from(Alias::new("belongs"))
            .with_cte(WithClause::new().recursive(true).cte(belongs).to_owned())
            .take()
    }

    fn named(&self) -> SelectStatement {
        let mut actors = Query::select().expr(column(Actor, "id")).from(Actor).take();
        let id = || column(Actor, "id");
        if let Some(ids) = &self.ids {
            actors.and_where(keys::is_any(id(), ids));
        }
        match self.slugs.as_deref() {
            None => {}
            // One is not a list, so that Postgres knows that it finds one record.
            Some([one]) => _ = actors.and_where(id().eq(RecordRef::Slug(one.clone()).id(Actor))),
            Some(many) => {
                let named: Vec<_> = many.iter().cloned().map(RecordRef::Slug).collect();
                actors.and_where(id().in_subquery(RecordRef::ids(&named, Actor)));
            }
        }
        actors
    }
}
