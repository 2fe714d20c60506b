-- A crossing whose place alone changed has changed too, so that its version tells of every change:
-- crossings that the change set $1 left as they were, though it changed their places.
update border_crossing c set id = id
where c.location_id in (select record_id from revision where change_set_id = $1 and record_type = 'location')
  and not exists (select from revision r where r.change_set_id = $1 and r.record_id = c.id)
