-- Requests that may come again: a client that had no answer sends the same once more.

create table idempotent_request (
  token_id     uuid references token,
  key          text not null constraint idempotent_request_key_is_short check (length(key) between 1 and 200),
  request_hash bytea not null,
  answer       jsonb,
  at           timestamptz not null default now(),
  -- Has this writer given this key before? Those without a token are one writer.
  constraint idempotent_request_is_one unique nulls not distinct (key, token_id)
);
-- Which keys are this token's, should it be deleted?
create index idempotent_request_token on idempotent_request (token_id);
-- Which keys are older than a day?
create index idempotent_request_at on idempotent_request (at);
comment on table idempotent_request is 'A write that was answered, by who asked and the key they gave it; kept for a day';
comment on column idempotent_request.token_id is 'Whose key it is: another token may give the same key. Null is the writers of this machine, who need no token';
comment on column idempotent_request.key is 'The client''s own key';
comment on column idempotent_request.request_hash is 'SHA-256 of what was asked, so that a key is not taken for another request';
comment on column idempotent_request.answer is 'What it came to; null only inside the transaction that does it';
comment on column idempotent_request.at is 'When it was done';
