-- The names of a record beyond its own and its identifiers, in an order that does not depend on their rows:
-- `owner` is the column that says whose they are, `record` the record.
(select json_strip_nulls(json_agg(json_build_object('value', n.value, 'language', n.language, 'kind', n.kind)
   order by n.value collate "C", n.language collate "C", n.kind collate "C"))
 from name n where n.{owner} = {record} and n.kind <> 'PRIMARY') as names,
(select json_strip_nulls(json_agg(json_build_object('scheme', i.scheme, 'value', i.value)
   order by i.scheme collate "C", i.value collate "C"))
 from identifier i where i.{owner} = {record}) as identifiers
