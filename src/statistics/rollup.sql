(select coalesce(json_agg(bucket), '[]') from (
  select {names}, sum(events) as events,
         -- Where nobody estimates anything, the sum is unknown, and not zero.
         case when sum(best_known) > 0 then sum(best) end as best,
         case when sum(low_known) > 0 then sum(low) end as low,
         case when sum(high_known) > 0 then sum(high) end as high
  from (
    select {keys}, events, best, best_known, low, low_known, high, high_known
    from (
      select set_id, month, until, kind, dataset_id, events, best, best_known, low, low_known, high, high_known
      from event_sum where {sets}
      union all
      -- What is not folded yet.
      select set_id, month, until, kind, dataset_id, events, best, best_known, low, low_known, high, high_known
      from event_sum_change where {sets}
    ) summed {joins}
    where {chosen}
  ) keyed
  group by {names} having sum(events) > 0
) bucket)
