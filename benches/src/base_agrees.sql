-- What of the base that reading is measured on is not as triggers would have kept it: nothing, or the
-- names of tables with the number of their rows and that of what they ought to have.

select string_agg(format('%s has %s, not %s', kept, has, ought), '; ')
from (values
  ('event_place', (select count(*) from event_place), (select count(*) from listed_place)),
  ('event_country', (select count(*) from event_country), (select count(*) from (select distinct under, event_id from listed_country) l)),
  ('event_actor', (select count(*) from event_actor), (select count(*) from listed_actor)),
  ('event_source', (select count(*) from event_source), (select count(*) from (select distinct under, event_id from listed_source) l)),
  ('event_sum', (select sum(events) from event_sum where set_id = 0), (select count(*) from event)),
  ('event_sum of countries', (select sum(events) from event_sum where set_id > 0), (select count(*) from event)),
  ('deaths of event_sum', (select sum(best) from event_sum where set_id > 0), (select sum(fatalities_best) from event)),
  ('location_country', (select count(*) from location_country), (select count(*) from location)),
  ('spelling', (select count(*) from spelling where name_id is not null), (select count(*) from name)),
  ('account', (select count(distinct event_id) from account), (select count(distinct event_id) from claim)),
  ('account_stale', (select count(*) from account_stale), 0)
) counted (kept, has, ought)
where has is distinct from ought
