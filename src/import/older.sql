-- Lines of a batch whose event is there already in a newer version of its dataset's own, or stands
-- in a newer version elsewhere in the file.
select distinct s.line, s.place
from stage_event s
where s.batch = $1
  and s.dataset_version is not null
  and (exists (select from event t where t.id = s.id and t.dataset_version > s.dataset_version)
       or exists (select from stage_event t where t.id = s.id and t.dataset_version > s.dataset_version))
