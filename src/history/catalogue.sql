-- The tables under history as Postgres's own catalogue knows them, so that no column is named twice.
with kept as (
  select oid, relname::text as name,
         format('%I.%I', relnamespace::regnamespace, relname) as row_type
  from pg_class t
  where exists (select from pg_trigger g join pg_proc f on f.oid = g.tgfoid
                where g.tgrelid = t.oid and f.proname = 'keep_revision')
),
-- Keys that no two records share, beside the id. Partial ones and those that hold the id are none of them.
keys as (
  select k.oid, i.indexrelid,
         array_agg(a.attname::text order by c.place) as columns,
         -- How a row is put out of the way of another that gets its key: its word becomes null, or a
         -- reference its own id, which is nobody else's. Foreign keys wait for the end, but datasets'.
         (array_agg(a.attname::text order by c.place) filter (where not a.attnotnull and a.atttypid <> 'uuid'::regtype))[1] as word,
         (array_agg(a.attname::text order by c.place) filter (where a.atttypid = 'uuid'::regtype and a.attname <> 'dataset_id'))[1] as reference
  from kept k
  join pg_index i on i.indrelid = k.oid and i.indisunique and not i.indisprimary and i.indpred is null
  cross join unnest(i.indkey) with ordinality c (attnum, place)
  join pg_attribute a on a.attrelid = k.oid and a.attnum = c.attnum
  group by k.oid, i.indexrelid
  having not bool_or(a.attname = 'id')
)
select json_build_object(
  'tables', (
    select json_agg(json_build_object(
      'name', k.name,
      -- With its schema, since Postgres has a type called name.
      'row_type', k.row_type,
      -- What a revert brings back: all but the id, the bookkeeping and what the database computes.
      'columns', (
        select json_agg(quote_ident(attname) order by attnum) from pg_attribute
        where attrelid = k.oid and attnum > 0 and not attisdropped and attgenerated = ''
          and attname not in ('id', 'version', 'updated_at')),
      'computed', (
        select coalesce(json_agg(attname order by attnum), '[]') from pg_attribute
        where attrelid = k.oid and attnum > 0 and not attisdropped and attgenerated <> ''),
      'keys', (
        select coalesce(json_agg(json_build_object('columns', u.columns, 'word', u.word, 'reference', u.reference)), '[]')
        from keys u where u.oid = k.oid)))
    from kept k),
  -- Who refers to whom.
  'references', (
    select json_agg(json_build_object(
      'child', child.name,
      'parent', parent.name,
      -- Whether what refers goes with what is referred to.
      'cascades', f.confdeltype = 'c',
      'columns', (
        select json_agg(json_build_array(c.attname, p.attname) order by k.place)
        from unnest(f.conkey, f.confkey) with ordinality k (child, parent, place)
        join pg_attribute c on c.attrelid = f.conrelid and c.attnum = k.child
        join pg_attribute p on p.attrelid = f.confrelid and p.attnum = k.parent)))
    from pg_constraint f
    join kept child on child.oid = f.conrelid
    join kept parent on parent.oid = f.confrelid
    where f.contype = 'f'))::text
