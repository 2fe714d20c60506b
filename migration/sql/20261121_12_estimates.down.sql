comment on column event.fatalities_low is 'Deaths: its dataset''s own lowest estimate';
comment on column event.fatalities_high is 'Deaths: its dataset''s own highest estimate';
alter table event drop constraint event_fatalities_are_ordered;
-- Rows that are there already may break it.
alter table event add constraint event_fatalities_are_ordered check
  (coalesce(fatalities_low <= fatalities_best, true) and coalesce(fatalities_best <= fatalities_high, true)
   and coalesce(fatalities_low <= fatalities_high, true)) not valid;
