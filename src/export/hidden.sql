-- What a reader without a token may not see: the records of datasets that are TOKEN_ONLY, and whatever
-- refers to one of them, since it could not be read without it. Each step rests on those before it.

create temp table export_hidden (id uuid primary key) on commit drop;

-- The records themselves.
insert into export_hidden
with closed as (select id from dataset where redistribution = 'TOKEN_ONLY')
select id from closed
union all select id from source where dataset_id in (select id from closed)
union all select id from actor where dataset_id in (select id from closed)
union all select id from affiliation where dataset_id in (select id from closed)
union all select id from location where dataset_id in (select id from closed)
union all select id from border_crossing where dataset_id in (select id from closed)
union all select id from event where dataset_id in (select id from closed)
union all select id from participation where dataset_id in (select id from closed)
union all select id from event_relation where dataset_id in (select id from closed)
union all select id from closure where dataset_id in (select id from closed)
union all select id from article where dataset_id in (select id from closed)
union all select id from report where dataset_id in (select id from closed)
union all select id from claim_property where dataset_id in (select id from closed)
union all select id from claim where dataset_id in (select id from closed)
on conflict do nothing;
analyze export_hidden;

insert into export_hidden
select a.id from affiliation a
where exists (select from export_hidden h where h.id in (a.member_id, a.group_id))
on conflict do nothing;

-- A crossing goes with who controls a side of it, and with its place; a place with those around it.
insert into export_hidden
select c.id from border_crossing c
where exists (select from export_hidden h where h.id in (c.a_authority_id, c.b_authority_id))
on conflict do nothing;
insert into export_hidden
select c.location_id from border_crossing c join export_hidden h on h.id = c.id
on conflict do nothing;
insert into export_hidden
select distinct a.location_id from location_ancestor a join export_hidden h on h.id = a.ancestor_id
on conflict do nothing;
insert into export_hidden
select c.id from border_crossing c join export_hidden h on h.id = c.location_id
on conflict do nothing;

-- An event goes with its place and with what it is part of.
insert into export_hidden
select e.id from event e join export_hidden h on h.id = e.location_id
on conflict do nothing;
insert into export_hidden
with recursive part(id) as (
  select e.id from event e join export_hidden h on h.id = e.parent_id
  union
  select e.id from event e join part p on p.id = e.parent_id)
select id from part
on conflict do nothing;

insert into export_hidden
select p.id from participation p
where exists (select from export_hidden h where h.id in (p.event_id, p.actor_id))
on conflict do nothing;
insert into export_hidden
select r.id from event_relation r
where exists (select from export_hidden h where h.id in (r.event_id, r.other_id))
on conflict do nothing;
insert into export_hidden
select c.id from closure c
where exists (select from export_hidden h where h.id in (c.event_id, c.place_id, c.decided_by_id))
on conflict do nothing;

-- An article goes with what it comes from, through however many.
insert into export_hidden
select f.article_id from articles_from(array(
  select a.id from article a where exists (select from export_hidden h where h.id in (a.id, a.source_id, a.dateline_id))
  union
  select d.article_id from article_derivation d join export_hidden h on h.id = d.from_source_id)) f
on conflict do nothing;

insert into export_hidden
select r.id from report r
where exists (select from export_hidden h where h.id in (r.article_id, r.source_id, r.event_id))
   or exists (select from report_closure c join export_hidden h on h.id = c.closure_id where c.report_id = r.id)
on conflict do nothing;

insert into export_hidden
select c.id from claim c
where exists (select from export_hidden h where h.id in
        (c.event_id, c.article_id, c.source_id, c.speaker_id, c.target_id, c.crossing_id, c.value_actor_id, c.value_location_id))
   or exists (select from claim_relay y join export_hidden h on h.id = y.source_id where y.claim_id = c.id)
   or exists (select from claim_property p join export_hidden h on h.id = p.id where p.code = c.property)
on conflict do nothing;
analyze export_hidden;
