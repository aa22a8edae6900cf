-- People. A removed person keeps the id and nothing personal, so that records still name the same somebody.
create table platform.account (
  id uuid primary key,
  email text not null,
  name text not null,
  status text not null check (status in ('invited', 'active', 'suspended', 'removed')),
  password_hash text,
  preferences jsonb not null default '{}',
  totp_sealed text,
  -- Last time step whose code was used; a code never works twice.
  totp_step bigint,
  totp_since timestamptz,
  -- Null until the person was first signed in.
  joined_at timestamptz,
  last_seen_at timestamptz,
  created_at timestamptz not null
);
create unique index account_email on platform.account (email);

create table platform.account_grant (
  account_id uuid not null references platform.account on delete cascade,
  domain text not null,
  role text not null check (role in ('super_admin', 'domain_admin', 'analyst', 'viewer')),
  primary key (account_id, domain)
);
create index account_grant_domain on platform.account_grant (domain);

-- One row is one refresh token family.
create table platform.session (
  id uuid primary key,
  account_id uuid not null references platform.account on delete cascade,
  client text not null check (client in ('browser', 'client')),
  method text not null,
  user_agent text not null,
  ip text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  confirmed_at timestamptz,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_why text
);
create index session_account on platform.session (account_id, last_seen_at desc) where revoked_at is null;
create index session_expiry on platform.session (expires_at);

create table platform.refresh_token (
  hash bytea primary key,
  session_id uuid not null references platform.session on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz,
  -- With the token itself it gives the successor again, which late callers of the same device are owed for a moment.
  salt bytea
);
create index refresh_token_session on platform.refresh_token (session_id);
create index refresh_token_expiry on platform.refresh_token (expires_at);

create table platform.signing_key (
  kid text primary key,
  public_key jsonb not null,
  private_sealed text not null,
  created_at timestamptz not null
);

create table platform.api_key (
  id uuid primary key,
  account_id uuid not null references platform.account on delete cascade,
  name text not null,
  prefix text not null unique,
  hash bytea not null,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz
);
create index api_key_account on platform.api_key (account_id, id);

create table platform.passkey (
  id uuid primary key,
  account_id uuid not null references platform.account on delete cascade,
  credential_id text not null unique,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  name text not null,
  synced boolean not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkey_account on platform.passkey (account_id, id);

create table platform.recovery_code (
  hash bytea primary key,
  account_id uuid not null references platform.account on delete cascade
);
create index recovery_code_account on platform.recovery_code (account_id);

create table platform.one_time_link (
  hash bytea primary key,
  account_id uuid not null references platform.account on delete cascade,
  kind text not null check (kind in ('first_start', 'invitation', 'password_reset')),
  expires_at timestamptz not null
);
create index one_time_link_account on platform.one_time_link (account_id);

-- Half-finished exchanges: a passkey challenge, an authenticator app being set up, a visit to the OpenID provider.
create table platform.ceremony (
  id uuid primary key,
  kind text not null,
  account_id uuid references platform.account on delete cascade,
  payload text not null,
  expires_at timestamptz not null
);
create index ceremony_expiry on platform.ceremony (expires_at);
create index ceremony_account on platform.ceremony (account_id);

create table platform.known_device (
  hash bytea primary key,
  account_id uuid not null references platform.account on delete cascade,
  expires_at timestamptz not null
);
create index known_device_account on platform.known_device (account_id);

-- Failures by a hash of who and from where: the table holds no address and no e-mail.
create table platform.sign_in_delay (
  key bytea primary key,
  failures integer not null,
  last_at timestamptz not null,
  blocked_until timestamptz not null
);
create index sign_in_delay_last on platform.sign_in_delay (last_at);

create table platform.external_identity (
  issuer text not null,
  subject text not null,
  account_id uuid not null references platform.account on delete cascade,
  primary key (issuer, subject)
);
create index external_identity_account on platform.external_identity (account_id);
