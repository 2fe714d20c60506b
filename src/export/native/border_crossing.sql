-- Lines of type borderCrossing: a crossing together with the place that it is.
select r.id, r.location_id as "placeId", l.slug,
       (select d.slug from dataset d where d.id = r.dataset_id) as dataset, r.external_id as "externalId",
       l.name,
       json_strip_nulls(json_build_array(
         json_build_object('label', 'A', 'country', r.a_country, 'localName', r.a_local_name,
           'authority', case when r.a_authority_id is not null then json_build_object('id', r.a_authority_id) end),
         json_build_object('label', 'B', 'country', r.b_country, 'localName', r.b_local_name,
           'authority', case when r.b_authority_id is not null then json_build_object('id', r.b_authority_id) end))) as sides,
       case when r.modes <> '{}' then to_json(r.modes) end as modes,
       l.parent_id as "parent.id", l.timezone, l.latitude as "point.latitude", l.longitude as "point.longitude",
       l.precision_metres as "precisionMetres",
       {names location_id l.id}
from border_crossing r
join location l on l.id = r.location_id
where {selected}
order by r.id
