-- A code belongs to a property by the property's code, not by its id: where the property is gone, its last
-- deletion says which it was, so that its codes stay withheld with it.

create index revision_of_property_gone on revision ((before ->> 'code'))
  where record_type = 'claim_property' and operation = 'DELETE';

create function property_with(named text) returns uuid language sql stable as $$
  select coalesce(
    (select id from public.claim_property where code = named),
    (select record_id from public.revision
     where record_type = 'claim_property' and operation = 'DELETE' and before ->> 'code' = named
     order by id desc limit 1))
$$;
comment on function property_with is 'The id of the property of claims with this code, or of the last that had it';

create or replace function names_withheld(before jsonb) returns boolean language plpgsql stable as $$
begin
  return exists (
    select from jsonb_each_text(before) field
    where field.key like '%\_id' and field.key <> 'external_id' and is_withheld(field.value::uuid))
    or before ? 'property' and is_withheld(property_with(before ->> 'property'));
end
$$;
