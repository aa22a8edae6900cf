-- Acts as they were recorded, in the transaction that did them. The sealer moves them into the chain.
create table platform.audit_pending (
  n bigint generated always as identity primary key,
  id uuid not null,
  at timestamptz(3) not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  action text not null,
  object_type text not null,
  object_id text not null,
  domain text,
  ip text,
  user_agent text,
  request_id text,
  correlation_id text,
  changes text not null
);
create index audit_pending_by_time on platform.audit_pending (at, id);

-- The chain: `hash` covers every other column of its row and the hash of the row before.
create table platform.audit_entry (
  seq bigint primary key,
  id uuid not null unique,
  at timestamptz(3) not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  action text not null,
  object_type text not null,
  object_id text not null,
  domain text,
  ip text,
  user_agent text,
  request_id text,
  correlation_id text,
  changes text not null,
  hash bytea not null
);
create index audit_entry_by_time on platform.audit_entry (at, id);
create index audit_entry_by_actor on platform.audit_entry (actor_id, at, id);
create index audit_entry_by_object on platform.audit_entry (object_id, at, id);
create index audit_entry_by_domain on platform.audit_entry (domain, at, id);

create table platform.audit_key (
  id text primary key,
  public_key text not null,
  private_key text not null,
  created_at timestamptz(3) not null
);

-- Signed now and then: vouches for every row up to `seq`.
create table platform.audit_checkpoint (
  number bigint primary key,
  seq bigint not null,
  row_count bigint not null,
  hash text not null,
  previous text not null,
  at timestamptz(3) not null,
  key_id text not null,
  signature text not null
);
create index audit_checkpoint_by_seq on platform.audit_checkpoint (seq);

create table platform.audit_verification (
  id uuid primary key,
  state text not null,
  started_at timestamptz(3) not null,
  heard_at timestamptz(3) not null,
  finished_at timestamptz(3),
  started_by text not null,
  report text not null
);
create index audit_verification_by_time on platform.audit_verification (started_at, id);

-- Guards against mistakes, not against whoever owns the database: those the signatures find out.
create function platform.audit_append_only() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('bellwether.audit_sealer', true), '') <> 'on' then
    raise exception 'the audit log only grows: % on % is refused', lower(tg_op), tg_table_name using errcode = '42501';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;

create trigger append_only before update or delete on platform.audit_pending
  for each row execute function platform.audit_append_only();
create trigger append_only before insert or update or delete on platform.audit_entry
  for each row execute function platform.audit_append_only();
create trigger append_only before update or delete on platform.audit_checkpoint
  for each row execute function platform.audit_append_only();
create trigger append_only before update or delete on platform.audit_key
  for each row execute function platform.audit_append_only();
create trigger never_truncated before truncate on platform.audit_pending
  for each statement execute function platform.audit_append_only();
create trigger never_truncated before truncate on platform.audit_entry
  for each statement execute function platform.audit_append_only();
create trigger never_truncated before truncate on platform.audit_checkpoint
  for each statement execute function platform.audit_append_only();
create trigger never_truncated before truncate on platform.audit_key
  for each statement execute function platform.audit_append_only();

-- The only way into the chain: moves rows that were committed, each with the place and hash the sealer gave it.
create function platform.audit_seal(places bigint[], seqs bigint[], hashes bytea[]) returns bigint
  language plpgsql set bellwether.audit_sealer = 'on' as $$
declare moved bigint;
begin
  with given as (select * from unnest(places, seqs, hashes) as g(n, seq, hash)),
  taken as (
    delete from platform.audit_pending p using given g where p.n = g.n
    returning g.seq, p.id, p.at, p.actor_kind, p.actor_id, p.actor_name, p.action, p.object_type, p.object_id,
      p.domain, p.ip, p.user_agent, p.request_id, p.correlation_id, p.changes, g.hash
  )
  insert into platform.audit_entry select * from taken;
  get diagnostics moved = row_count;
  return moved;
end $$;
