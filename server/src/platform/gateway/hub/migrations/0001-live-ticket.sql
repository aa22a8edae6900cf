-- One-time tickets that open a live connection. Only the SHA-256 of a ticket is kept, for half a minute.
create table platform.live_ticket (
  hash bytea primary key,
  principal jsonb not null,
  expires_at timestamptz not null
);
