drop table idempotent_request;
