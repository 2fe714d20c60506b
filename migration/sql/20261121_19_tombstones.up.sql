-- What is left of a record that was deleted: the history tells it, whoever deleted it.

create view tombstone as
  select r.record_id as id, r.record_type, r.version, c.at as deleted_at, c.by, c.reason, r.change_set_id,
         -- Computed from the latitude and the longitude, and unreadable.
         r.before - 'point' as before
  from revision r
  join change_set c on c.id = r.change_set_id
  where r.operation = 'DELETE'
    -- Tables of records, and not those of their parts.
    and r.record_type in ('dataset', 'source', 'actor', 'affiliation', 'location', 'border_crossing', 'event', 'participation',
      'event_relation', 'closure', 'article', 'report', 'claim_property', 'claim')
    -- One that came again is no tombstone.
    and not exists (select from revision later where later.record_id = r.record_id and later.version > r.version);
comment on view tombstone is 'What is left of a record that is gone: when it was deleted, by whom and why; made again, it has none';

create view anonymous.tombstone as
  select t.* from public.tombstone t
  where exists (select from anonymous.revision r where r.record_id = t.id and r.version = t.version and r.operation = 'DELETE')
    and exists (select from anonymous.change_set c where c.id = t.change_set_id);
comment on view anonymous.tombstone is 'What anonymous readers see of tombstone';
