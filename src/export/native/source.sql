-- Lines of type source.
select r.id, r.slug,
       (select d.slug from dataset d where d.id = r.dataset_id) as dataset, r.external_id as "externalId",
       r.name, r.kind, r.country, r.homepage,
       case when r.languages <> '{}' then to_json(r.languages) end as languages,
       {names source_id r.id}
from source r
where {selected}
order by r.id
