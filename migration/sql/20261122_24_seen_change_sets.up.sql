-- Whether a change set is seen is asked of its own revisions, the first that is seen answering. Written as
-- `exists` alone, Postgres may decide to read all revisions there are, once for all change sets; an offset
-- keeps it from that.

create or replace view anonymous.change_set as
  select c.* from public.change_set c
  where not change_set_is_withheld(c.id)
    and (exists (select from anonymous.revision r where r.change_set_id = c.id offset 0)
      or not exists (select from public.revision r where r.change_set_id = c.id offset 0));
