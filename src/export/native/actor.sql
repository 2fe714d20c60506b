-- Lines of type actor.
select r.id, r.slug,
       (select d.slug from dataset d where d.id = r.dataset_id) as dataset, r.external_id as "externalId",
       r.name, r.kind, r.country, r.description,
       {names actor_id r.id}
from actor r
where {selected}
order by r.id
