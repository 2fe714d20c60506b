-- The names of a record that gives way become names of the other, its own an ALIAS, unless the other goes by it.
with gone as (
  delete from name t using merge_pair m where m.record_type = 'actor' and t.actor_id = m.from_id
  returning t.value, t.language, t.kind, t.came_from_id, m.from_id, m.into_id)
insert into name (actor_id, value, language, kind, came_from_id)
select into_id, value, language, case kind when 'PRIMARY' then 'ALIAS' else kind end, coalesce(came_from_id, from_id)
from gone
where not (kind = 'PRIMARY' and exists (select from name n where n.actor_id = gone.into_id and n.value = gone.value))
on conflict do nothing
