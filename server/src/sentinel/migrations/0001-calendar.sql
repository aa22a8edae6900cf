create schema sentinel;

create table sentinel.calendar_entry (
  id uuid primary key,
  title text not null,
  kind text not null,
  domain text not null,
  entity text not null,
  zone text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  hours_before double precision not null,
  hours_after double precision not null,
  version integer not null
);
create index calendar_entry_by_start on sentinel.calendar_entry (starts_at, id);
