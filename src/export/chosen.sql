-- What goes with the events in `export_event`: what is said of them, and all that these records refer to,
-- so that the lines can be read without any others. Each step rests on those before it.

create temp table export_chosen (id uuid primary key) on commit drop;
insert into export_chosen select id from export_event;

-- What is said of the events themselves.
insert into export_chosen
select r.id from participation r join export_event e on e.id = r.event_id
union all select r.id from event_relation r join export_event e on e.id = r.event_id
union all select r.id from closure r join export_event e on e.id = r.event_id
union all select r.id from report r join export_event e on e.id = r.event_id
union all select r.id from claim r join export_event e on e.id = r.event_id where r.retracted_at is null;
analyze export_chosen;

-- The events that they are related to, and what either is part of.
insert into export_chosen
with recursive upward(id) as (
  select id from export_event
  union
  select r.other_id from event_relation r join export_chosen x on x.id = r.id
  union
  select e.parent_id from upward u join event e on e.id = u.id where e.parent_id is not null)
select id from upward
on conflict do nothing;

-- The articles behind them, and those that these come from.
insert into export_chosen
with recursive origin(id) as (
  select r.article_id from report r join export_chosen x on x.id = r.id where r.article_id is not null
  union
  select c.article_id from claim c join export_chosen x on x.id = c.id where c.article_id is not null
  union
  select d.from_article_id from origin o join article_derivation d on d.article_id = o.id where d.from_article_id is not null)
select id from origin
on conflict do nothing;
analyze export_chosen;

-- The places, with all around them; those that are crossings with their two sides.
insert into export_chosen
select distinct a.ancestor_id
from (
  select r.location_id as id from event r join export_chosen x on x.id = r.id
  union select r.place_id from closure r join export_chosen x on x.id = r.id
  union select r.dateline_id from article r join export_chosen x on x.id = r.id
  union select r.value_location_id from claim r join export_chosen x on x.id = r.id
  union select b.location_id from claim r join export_chosen x on x.id = r.id join border_crossing b on b.id = r.crossing_id
) place
join location_ancestor a on a.location_id = place.id
on conflict do nothing;
insert into export_chosen
select b.id from border_crossing b join export_chosen x on x.id = b.location_id
on conflict do nothing;

-- Who acts, decides, speaks and controls; who publishes and passes on.
insert into export_chosen
select r.actor_id from participation r join export_chosen x on x.id = r.id
union select r.decided_by_id from closure r join export_chosen x on x.id = r.id where r.decided_by_id is not null
union select actor.id from claim r join export_chosen x on x.id = r.id
      cross join lateral (values (r.speaker_id), (r.target_id), (r.value_actor_id)) actor (id) where actor.id is not null
union select actor.id from border_crossing r join export_chosen x on x.id = r.id
      cross join lateral (values (r.a_authority_id), (r.b_authority_id)) actor (id) where actor.id is not null
on conflict do nothing;
insert into export_chosen
select r.source_id from article r join export_chosen x on x.id = r.id
union select d.from_source_id from article_derivation d join export_chosen x on x.id = d.article_id where d.from_source_id is not null
union select r.source_id from report r join export_chosen x on x.id = r.id where r.source_id is not null
union select r.source_id from claim r join export_chosen x on x.id = r.id
union select y.source_id from claim_relay y join export_chosen x on x.id = y.claim_id
on conflict do nothing;
insert into export_chosen
select distinct p.id from claim r join export_chosen x on x.id = r.id join claim_property p on p.code = r.property
on conflict do nothing;
analyze export_chosen;

-- The datasets of all of them.
insert into export_chosen
select r.dataset_id from source r join export_chosen x on x.id = r.id where r.dataset_id is not null
union select r.dataset_id from actor r join export_chosen x on x.id = r.id where r.dataset_id is not null
union select r.dataset_id from location r join export_chosen x on x.id = r.id where r.dataset_id is not null
union select r.dataset_id from border_crossing r join export_chosen x on x.id = r.id where r.dataset_id is not null
union select r.dataset_id from event r join export_chosen x on x.id = r.id where r.dataset_id is not null
union select r.dataset_id from participation r join export_chosen x on x.id = r.id where r.dataset_id is not null
union select r.dataset_id from event_relation r join export_chosen x on x.id = r.id where r.dataset_id is not null
union select r.dataset_id from closure r join export_chosen x on x.id = r.id where r.dataset_id is not null
union select r.dataset_id from article r join export_chosen x on x.id = r.id where r.dataset_id is not null
union select r.dataset_id from report r join export_chosen x on x.id = r.id where r.dataset_id is not null
union select r.dataset_id from claim_property r join export_chosen x on x.id = r.id where r.dataset_id is not null
union select r.dataset_id from claim r join export_chosen x on x.id = r.id where r.dataset_id is not null
on conflict do nothing;
analyze export_chosen;
