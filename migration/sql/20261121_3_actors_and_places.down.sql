drop view named_crossing;
drop table identifier, name, border_crossing, location_ancestor, location, affiliation, actor, source cascade;
drop function follow_primary_name, location_timezone, follow_location_tree;
