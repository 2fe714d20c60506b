(with chosen as $1,
-- A row for each event in each of its buckets.
placed as (
  select chosen.id, chosen.fatalities_best, chosen.fatalities_low, chosen.fatalities_high, {keys}
  from chosen {joins}
),
-- Articles and sources are counted by themselves: joined, they would count events many times.
counted as (
  select {names}, count(*) as events, sum(fatalities_best) as best, sum(fatalities_low) as low,
         sum(fatalities_high) as high, null::bigint as articles, null::bigint as sources
  from placed group by {names}
  {reported}
)
select coalesce(json_agg(bucket), '[]') from (
  select {names}, max(events) as events, max(best) as best, max(low) as low, max(high) as high,
         max(articles) as articles, max(sources) as sources
  from counted group by {names} limit {limit}
) bucket)
