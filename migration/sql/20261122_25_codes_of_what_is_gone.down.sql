create or replace function names_withheld(before jsonb) returns boolean language plpgsql stable as $$
begin
  return exists (
    select from jsonb_each_text(before) field
    where field.key like '%\_id' and field.key <> 'external_id' and is_withheld(field.value::uuid));
end
$$;
drop function property_with(text);
drop index revision_of_property_gone;
