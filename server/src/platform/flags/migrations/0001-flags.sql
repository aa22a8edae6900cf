create table platform.flag (
  key text primary key,
  -- Part of what decides a percentage; never changes while the flag lives.
  salt text not null,
  version bigint not null,
  definition text not null,
  created_at timestamptz(3) not null,
  changed_at timestamptz(3) not null
);

-- Every version there was. The number of rows tells a process whether what it holds in memory is still true.
create table platform.flag_version (
  key text not null,
  version bigint not null,
  change text not null,
  definition text not null,
  created_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  changed_by text not null,
  primary key (key, version)
);
