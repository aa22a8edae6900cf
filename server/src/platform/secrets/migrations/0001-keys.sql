-- Data keys, each wrapped by the key-encryption key that never enters the database.
create table platform.secret_dek (
  id uuid primary key,
  purpose text not null,
  period text not null,
  kek text not null,
  wrapped text not null,
  created_at timestamptz not null,
  unique (purpose, period)
);
create index secret_dek_by_kek on platform.secret_dek (kek);

-- When each key-encryption key came into use, by its fingerprint: tells when the next one is due.
create table platform.secret_kek (
  id text primary key,
  used_since timestamptz not null
);
