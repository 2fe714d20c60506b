create or replace view anonymous.change_set as
  select c.* from public.change_set c
  where not change_set_is_withheld(c.id)
    and (exists (select from anonymous.revision r where r.change_set_id = c.id)
      or not exists (select from public.revision r where r.change_set_id = c.id));
