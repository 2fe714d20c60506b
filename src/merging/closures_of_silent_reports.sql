-- One that stays and names no closures speaks for all: it names none afterwards.
delete from report_closure t using merge_pair m
where m.record_type = 'report' and t.report_id = m.from_id
  and not exists (select from report_closure own where own.report_id = m.into_id)
