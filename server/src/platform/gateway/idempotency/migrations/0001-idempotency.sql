-- The first answer to a POST with an Idempotency-Key, for a day. While `status` is null the request is under way.
create table platform.idempotency (
  caller text not null,
  key text not null,
  -- SHA-256 of method, address and body.
  request bytea not null,
  started_at timestamptz not null,
  status integer,
  headers jsonb,
  body text,
  primary key (caller, key)
);
create index idempotency_by_start on platform.idempotency (started_at);
