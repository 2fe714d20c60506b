-- What the sides of a crossing that gives way are called becomes names of the place that stays.
insert into name (location_id, value, kind, came_from_id)
select distinct on (kept.location_id, side.local_name) kept.location_id, side.local_name, 'ALIAS', gone.location_id
from merge_pair m
join border_crossing gone on gone.id = m.from_id
join border_crossing kept on kept.id = m.into_id
cross join lateral (values (gone.a_local_name), (gone.b_local_name)) side (local_name)
where m.record_type = 'border_crossing'
  and side.local_name not in (kept.a_local_name, kept.b_local_name)
  and not exists (select from name n where n.location_id = kept.location_id and n.value = side.local_name)
on conflict do nothing
