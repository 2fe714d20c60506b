create or replace procedure accounts_are_stale(events uuid[]) language sql as $$
  -- In one order, so that two writers do not wait for each other.
  insert into account_stale select distinct e from unnest(events) e order by e on conflict do nothing
$$;
drop schema anonymous cascade;
drop function change_set_is_withheld, is_withheld, names_withheld;
drop function follow_dataset_of_record, follow_references, follow_redistribution cascade;
drop procedure withhold_anew, withhold;
drop view record_reference;
drop table withheld_record, withheld_dataset;

create or replace function account_positions(events uuid[], properties text[]) returns table (
  event_id uuid, asked_property text, claim claim, origin origin, as_of timestamptz, ended timestamptz,
  functional boolean, unit text, around uuid[])
language sql stable parallel safe as $$
  with asked(event_id, property) as (
    select distinct * from unnest(events, properties)
  ),
  live as (
    select a.property as asked_property, c as claim
    from asked a
    join claim c on c.event_id = a.event_id and (a.property = '' or c.property = a.property)
    where c.retracted_at is null
  )
  select (l.claim).event_id, l.asked_property, l.claim, o.origin,
         -- What is not stated is the time of publication.
         case when (l.claim).as_of_ongoing is null then published_as_of(a) else (l.claim).as_of_start_earliest end,
         e.end_earliest, p.functional, p.unit,
         (select array_agg(x.ancestor_id) from location_ancestor x
          where x.location_id = (l.claim).value_location_id and x.depth > 0)
  from live l
  join claim_origins(array(select distinct (claim).id from live)) o on o.claim_id = (l.claim).id
  join event e on e.id = (l.claim).event_id
  join claim_property p on p.code = (l.claim).property
  left join article a on a.id = (l.claim).article_id
$$;
