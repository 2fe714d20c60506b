drop view tombstone;
