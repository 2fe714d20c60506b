drop trigger follow_named on name;
drop trigger follow_sides_of_created on border_crossing;
drop trigger follow_sides_of_updated on border_crossing;
drop function resolve_name, follow_sides, follow_names;
drop table spelling;
drop function sounded_name, folded_name;
