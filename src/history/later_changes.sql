-- Records of the change set $1 that another one changed afterwards and that is still so changed.
-- $2 is the revert itself.
with recursive later as (
  select s.record_type, s.record_id, r.change_set_id, max(r.id) as revision_id
  from revert_step s
  join revision r on r.record_id = s.record_id and r.record_type = s.record_type and r.id > s.revision_id
  where r.change_set_id not in ($1, $2)
  group by 1, 2, 3
),
-- Where a revert, and the revert of that, and so on, began.
chain (change_set_id, origin) as (
  select change_set_id, change_set_id from (select distinct change_set_id from later) l
  union all
  select c.change_set_id, o.id from chain c join change_set o on o.reverted_by_id = c.origin
),
origin as (
  select change_set_id, origin from chain c
  where not exists (select from change_set o where o.reverted_by_id = c.origin)
)
-- A change and its revert are as nothing, and so on: an odd one is left over when there is one.
select 'CHANGED' as why, l.record_type, l.record_id, null::text as other_type, null::uuid as other_id,
       (array_agg(l.change_set_id order by l.revision_id desc))[1] as change_set_id
from later l join origin o using (change_set_id)
group by l.record_type, l.record_id, o.origin
having count(*) % 2 = 1
