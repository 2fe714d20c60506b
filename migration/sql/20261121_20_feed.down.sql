drop view anonymous.change_stretch;
drop function changes_after, dataset_of_change, give_positions;
drop trigger keep_stretch on revision;
drop trigger hold_change_set on revision;
drop function keep_stretch, hold_change_set;
drop table change_stretch;
