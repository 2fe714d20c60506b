-- Lines of type claimProperty. What the schema brings itself needs no line until somebody changes it.
select r.id,
       (select d.slug from dataset d where d.id = r.dataset_id) as dataset, r.external_id as "externalId",
       r.code, r.label, r.value_kind as "valueKind", r.unit, r.functional,
       (select json_agg(c.code order by c.code collate "C") from claim_property_code c where c.property = r.code) as codes,
       nullif(r.needs_scope, false) as "needsScope"
from claim_property r
where {selected}
  and not (r.version = 1 and r.dataset_id is null and r.external_id is null
           and r.id = uuid_generate_v5('8f1c7f0e-6a53-5d0c-9a55-0b1f6a2d9c11', 'claim_property:' || r.code))
order by r.id
