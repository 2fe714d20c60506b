-- Lines of type event.
select r.id, r.slug,
       (select d.slug from dataset d where d.id = r.dataset_id) as dataset, r.external_id as "externalId",
       r.title, r.kind, r.native_type as "nativeType", r.modality, r.summary,
       written_extent(r.start_earliest, r.start_latest, r.end_earliest, r.end_latest, r.ongoing, r.edtf, r.time_text, z.zone) as extent,
       r.location_id as "location.id", r.parent_id as "parent.id",
       r.fatalities_best as "fatalities.best", r.fatalities_low as "fatalities.low", r.fatalities_high as "fatalities.high"
from event r
-- Kept apart, so that the zone of a place is found once and not for each of its events.
cross join lateral (select coalesce(location_timezone(r.location_id), 'UTC') as zone offset 0) z
where {selected}
order by r.id
