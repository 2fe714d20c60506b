-- What datasets estimate is kept as they publish it: in some rows of UCDP GED the low estimate of
-- deaths lies above the best one, or the high one below.

alter table event drop constraint event_fatalities_are_ordered;
alter table event add constraint event_fatalities_are_ordered check
  (dataset_id is not null
    or (coalesce(fatalities_low <= fatalities_best, true) and coalesce(fatalities_best <= fatalities_high, true)
      and coalesce(fatalities_low <= fatalities_high, true)));
comment on column event.fatalities_low is 'Deaths: its dataset''s own lowest estimate, as published: in some rows of some datasets it is above the best';
comment on column event.fatalities_high is 'Deaths: its dataset''s own highest estimate, as published: in some rows of some datasets it is below the best';
