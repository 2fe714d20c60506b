-- The accounts of stale events whose every account rests on one claim: that is what most imported
-- events are, and a single position is SINGLE by the rules, whatever it says.
--
-- Nothing here is joined that the planner might take for short: it cannot know how much is stale.
with groups as (
  select c.event_id, c.property, c.crossing_id, c.direction, c.traffic,
         bool_and(count(*) = 1 and bool_and(c.act in ('ASSERT', 'CONFIRM', 'ACCUSE'))) over (partition by c.event_id) as are_single
  from account_stale s
  join claim c on c.event_id = s.event_id and c.retracted_at is null
  group by c.event_id, c.property, c.crossing_id, c.direction, c.traffic
),
rows as (
  -- The id is that of `keep::id`.
  select uuid_generate_v5(g.event_id, concat_ws('/', g.property, coalesce(g.crossing_id::text, ''),
           coalesce(g.direction, ''), coalesce(g.traffic, ''))) as id,
         g.*, coalesce(e.start_earliest, '-infinity') as event_start
  from groups g
  join event e on e.id = g.event_id
  where g.are_single
),
gone as (
  delete from account a using account_stale s
  where a.event_id = s.event_id
    and a.event_id in (select event_id from rows) is true
    and a.id in (select id from rows) is not true
),
written as (
  insert into account (id, event_id, property, crossing_id, direction, traffic, agreement, event_start)
  select id, event_id, property, crossing_id, direction, traffic, 'SINGLE', event_start from rows
  on conflict (id) do update set agreement = excluded.agreement, event_start = excluded.event_start
  where (account.agreement, account.event_start) is distinct from (excluded.agreement, excluded.event_start)
)
-- As a condition that is no join, either is a table that is looked up in.
delete from account_stale s where s.event_id in (select event_id from rows) is true
