drop table closure, event_relation, participation, event cascade;
drop function refuse_event_cycle;
