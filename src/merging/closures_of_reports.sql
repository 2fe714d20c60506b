-- A report without closures speaks for all of its event. Of two that become one, the one that stays speaks
-- for what either spoke for: where it names some, and the other none, for all that there are.
insert into report_closure (report_id, closure_id, event_id, came_from_id)
select m.into_id, c.id, c.event_id, m.from_id
from merge_pair m
join report kept on kept.id = m.into_id
join closure c on c.event_id = kept.event_id
where m.record_type = 'report'
  and exists (select from report_closure own where own.report_id = m.into_id)
  and not exists (select from report_closure other where other.report_id = m.from_id)
on conflict do nothing;
