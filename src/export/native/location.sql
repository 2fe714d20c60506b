-- Lines of type location; places that are crossings have lines of their own.
select r.id, r.slug,
       (select d.slug from dataset d where d.id = r.dataset_id) as dataset, r.external_id as "externalId",
       r.name, r.kind, r.country, r.parent_id as "parent.id",
       case when r.between_a_id is not null then json_strip_nulls(json_build_array(
         json_build_object('id', r.between_a_id), json_build_object('id', r.between_b_id))) end as between,
       r.timezone, r.latitude as "point.latitude", r.longitude as "point.longitude",
       r.precision_metres as "precisionMetres",
       {names location_id r.id}
from location r
where {selected} and r.kind <> 'BORDER_CROSSING'
order by r.id
