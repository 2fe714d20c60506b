-- Every table with its columns that can be written, each after those it refers to.
with recursive tables as (
  select c.oid, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind = 'r'
    and c.relname not in ('spatial_ref_sys', 'seaql_migrations', 'import_run', 'import_reject', 'account_stale')
),
refers as (
  select distinct conrelid, confrelid from pg_constraint where contype = 'f' and conrelid <> confrelid
),
depth as (
  select oid, 0 as depth from tables
  union
  select r.conrelid, d.depth + 1 from refers r join depth d on d.oid = r.confrelid
)
select t.relname || '|' || (
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
    where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity <> 'a')
from tables t join depth d using (oid)
where exists (select) group by t.oid, t.relname order by max(d.depth), t.relname
