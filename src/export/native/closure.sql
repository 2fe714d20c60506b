-- Lines of type closure.
select r.id,
       (select d.slug from dataset d where d.id = r.dataset_id) as dataset, r.external_id as "externalId",
       r.event_id as "event.id", r.place_id as "place.id", r.effect, r.direction,
       case when r.traffic <> '{}' then to_json(r.traffic) end as traffic,
       r.severity, r.basis, r.decided_by_id as "decidedBy.id", r.reason, r.schedule,
       written_extent(r.start_earliest, r.start_latest, r.end_earliest, r.end_latest, r.ongoing, r.edtf, r.time_text, z.zone) as extent
from closure r
cross join lateral (select coalesce(location_timezone(r.place_id), 'UTC') as zone offset 0) z
where {selected}
order by r.id
