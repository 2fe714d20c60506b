-- Lines of type participation.
select r.id,
       (select d.slug from dataset d where d.id = r.dataset_id) as dataset, r.external_id as "externalId",
       r.event_id as "event.id", r.actor_id as "actor.id", r.role, nullif(r.alleged, false) as alleged
from participation r
where {selected}
order by r.id
