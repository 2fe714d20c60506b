drop view anonymous.tombstone;
drop view tombstone;
