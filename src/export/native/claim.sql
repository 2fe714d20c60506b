-- Lines of type claim: those that stand. The dates of a claim are read where its event happened.
select r.id,
       (select d.slug from dataset d where d.id = r.dataset_id) as dataset, r.external_id as "externalId",
       r.event_id as "event.id", r.property, r.article_id as "article.id",
       case when r.article_id is null then r.source_id end as "source.id",
       r.speaker_id as "speaker.id", r.target_id as "target.id",
       (select json_strip_nulls(json_agg(json_build_object('id', y.source_id) order by y.position))
        from claim_relay y where y.claim_id = r.id) as "relayedFrom",
       r.act,
       r.crossing_id as "scope.crossing.id", r.direction as "scope.direction", r.traffic as "scope.traffic",
       r.value_number as "value.number", r.value_low as "value.low", r.value_high as "value.high",
       -- A unit left out would become that of the property.
       case when r.value_kind = 'NUMBER' then coalesce(to_json(r.value_unit),
         (select 'null'::json from claim_property p where p.code = r.property and p.unit is not null)) end as "value.unit",
       nullif(r.value_qualifier, 'EXACT') as "value.qualifier",
       written_extent(r.value_start_earliest, r.value_start_latest, r.value_end_earliest, r.value_end_latest,
         r.value_ongoing, r.value_edtf, r.value_time_text, z.zone) as "value.extent",
       r.value_code as "value.code", r.value_text as "value.text", r.value_actor_id as "value.actor.id",
       r.value_location_id as "value.location.id", r.value_boolean as "value.boolean",
       written_extent(r.as_of_start_earliest, r.as_of_start_latest, r.as_of_end_earliest, r.as_of_end_latest,
         r.as_of_ongoing, r.as_of_edtf, r.as_of_time_text, z.zone) as "asOf",
       r.locator, r.quote, r.note
from claim r
join event e on e.id = r.event_id
cross join lateral (select coalesce(location_timezone(e.location_id), 'UTC') as zone offset 0) z
where {selected} and r.retracted_at is null
order by r.id
