-- Facts as they were published: one row a call, with the facts of that call side by side, so that publishing a
-- thousand facts is one small write. The sequencer moves them into the log.
create table platform.outbox (
  id bigint generated always as identity primary key,
  type text not null,
  version integer not null,
  source text not null,
  time timestamptz not null,
  correlation_id text,
  traceparent text,
  count integer not null check (count > 0),
  ids uuid[] not null,
  keys text[] not null,
  slots smallint[] not null,
  subjects text[] not null,
  -- An array of the facts' data. `json`, not `jsonb`: it is passed on as it came and may hold what jsonb refuses.
  data json not null
);
-- Rows live for milliseconds: compressing them is wasted, and vacuum must come by number, not by share.
alter table platform.outbox alter column data set storage external;
alter table platform.outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- The log. `position` has no gaps and only grows, in the order facts became visible; `logged_at` never goes back.
create table platform.event (
  position bigint not null,
  logged_at timestamptz not null,
  id uuid not null,
  type text not null,
  version integer not null,
  source text not null,
  time timestamptz not null,
  key text not null,
  slot smallint not null,
  subject text,
  correlation_id text,
  traceparent text,
  data json not null
) partition by range (logged_at);
create index event_by_position on platform.event (position);
create index event_by_key on platform.event (key, position);
create index event_by_type on platform.event (type, position);

-- The newest position: the row whose lock lets one process at a time append to the log.
create table platform.event_head (
  single boolean primary key default true check (single),
  position bigint not null,
  logged_at timestamptz not null
);
insert into platform.event_head (position, logged_at) values (0, '-infinity');

-- Appends what the outbox holds, about `most` facts of it, in the order of publication; `batches` are the outbox rows.
-- `busy` when another process is at it. Each statement of a function sees what was committed before that statement, so
-- the delete sees all that came before the lock.
create function platform.sequence_outbox(at timestamptz, most integer)
  returns table (head bigint, moved bigint, types text[], batches json, busy boolean)
  language plpgsql
as $$
declare
  base bigint;
  stamp timestamptz;
begin
  moved := 0;
  busy := false;
  if not exists (select from platform.outbox) then
    return next; -- nothing to do must cost nothing: a row lock would be written to disk
    return;
  end if;
  select h.position, greatest(h.logged_at, at) into base, stamp from platform.event_head h for update skip locked;
  if not found then
    busy := true;
    return next;
    return;
  end if;
  -- Not waiting for the disk is safe here: the outbox is durable, and who hands facts out commits after this.
  perform set_config('synchronous_commit', 'off', true);
  with due as (
    select o.id from (
      select n.id, sum(n.count) over (order by n.id) - n.count as before
      from (select x.id, x.count from platform.outbox x order by x.id limit 2000) n
    ) o where o.before < most
  ), gone as (
    delete from platform.outbox o using due where o.id = due.id returning o.*
  ), put as (
    insert into platform.event
      (position, logged_at, id, type, version, source, time, key, slot, subject, correlation_id, traceparent, data)
    select base + row_number() over (order by g.id, f.nth), stamp, f.id, g.type, g.version, g.source, g.time,
      f.key, f.slot, f.subject, g.correlation_id, g.traceparent, f.data
    from gone g,
      rows from (unnest(g.ids), unnest(g.keys), unnest(g.slots), unnest(g.subjects), json_array_elements(g.data))
        with ordinality as f (id, key, slot, subject, data, nth)
    returning 1
  )
  select (select count(*) from put), array_agg(distinct g.type), json_agg(g.id) into moved, types, batches from gone g;
  if moved > 0 then
    head := base + moved;
    update platform.event_head h set position = base + moved, logged_at = stamp;
    -- Wakes every process: from where to where, and the types that came as long as those fit a notification.
    perform pg_notify('bellwether_event', 'appended ' || base || ' ' || head || ' ' ||
      case when length(array_to_string(types, ' ')) < 7000 then array_to_string(types, ' ') else '*' end);
  end if;
  return next;
end
$$;

-- How far each lane of a consumer group has come; moved in the transaction of the handler.
create table platform.consumer_lane (
  consumer text not null,
  lane smallint not null,
  position bigint not null,
  moved_at timestamptz not null,
  primary key (consumer, lane)
) with (fillfactor = 50);

-- Locks a lane for the rest of the transaction and tells how far it is and which keys are parked; no row when another
-- transaction holds it. A function, so that the keys are read after the lock is held. The commit does not wait for the
-- disk: what a crash of the server takes back, position and effects alike, is handled again.
create function platform.hold_lane(of_consumer text, of_lane smallint)
  returns table (at_position bigint, parked_keys text[])
  language plpgsql
as $$
begin
  select l.position into at_position from platform.consumer_lane l
    where l.consumer = of_consumer and l.lane = of_lane for update skip locked;
  if found then
    perform set_config('synchronous_commit', 'off', true);
    select coalesce(array_agg(distinct p.key), '{}') into parked_keys
      from platform.parked p where p.consumer = of_consumer and p.lane = of_lane;
    return next;
  end if;
end
$$;

-- Facts that failed, and the facts of the same key that wait behind them (those have no `retry_at`).
create table platform.parked (
  id uuid primary key,
  consumer text not null,
  lane smallint not null,
  key text not null,
  position bigint not null,
  fact json not null,
  attempts integer not null,
  retry_at timestamptz,
  reason text,
  unique (consumer, lane, key, position)
);
create index parked_by_retry on platform.parked (consumer, retry_at) where retry_at is not null;

-- Facts a group gave up on, kept until somebody replays or drops them.
create table platform.dead_letter (
  id uuid primary key,
  consumer text not null,
  key text not null,
  position bigint not null,
  type text not null,
  fact json not null,
  reason text not null,
  attempts integer not null,
  failed_at timestamptz not null
);
create index dead_letter_by_time on platform.dead_letter (failed_at, id);
create index dead_letter_by_consumer on platform.dead_letter (consumer, failed_at, id);
