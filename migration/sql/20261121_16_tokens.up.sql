-- Tokens: by which the service knows who asks, and what they may do.

create domain role as text
  constraint role_known check (value in ('READER', 'CONTRIBUTOR', 'EDITOR', 'ADMIN'));
comment on domain role is 'What somebody may do; each role may do what those before it may';

create table token (
  id uuid primary key,
  name text not null constraint token_has_a_name check (name ~ '^[^[:cntrl:]]{1,100}$' and name = btrim(name)),
  role role not null,
  hash bytea not null unique constraint token_hash_is_sha256 check (octet_length(hash) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz constraint token_expires_later check (expires_at > created_at),
  revoked_at timestamptz
);
-- Which token is the one of this name? Names of tokens that were revoked can be given again.
create unique index token_name_taken on token (name) where revoked_at is null;
comment on table token is 'Tokens by which clients say who they are. The text of a token is shown once, when it is made, and never stored';
comment on column token.id is 'Identity';
comment on column token.name is 'Who or what it was made for; of tokens that are not revoked, each has another';
comment on column token.role is 'What its holder may do';
comment on column token.hash is 'The SHA-256 of its text: what it was made of is random, so that a plain hash cannot be guessed back';
comment on column token.created_at is 'When it was made';
comment on column token.expires_at is 'From when on it is refused; null when it does not expire';
comment on column token.revoked_at is 'When it was revoked; null while it was not';
