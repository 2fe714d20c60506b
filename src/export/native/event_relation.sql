-- Lines of type eventRelation.
select r.id,
       (select d.slug from dataset d where d.id = r.dataset_id) as dataset, r.external_id as "externalId",
       r.event_id as "event.id", r.kind, r.other_id as "other.id", nullif(r.alleged, false) as alleged
from event_relation r
where {selected}
order by r.id
