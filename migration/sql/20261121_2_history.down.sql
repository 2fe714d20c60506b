drop table import_reject, import_run, revision, change_set, dataset cascade;
drop procedure describe_extent, describe_record, keep_part_history, keep_history;
drop function refuse_update, keep_revision, count_version, current_change_set;
