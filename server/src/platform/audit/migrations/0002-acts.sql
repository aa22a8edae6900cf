-- Every act, sealed or not yet.
create view platform.audit_act as
  select seq, id, at, actor_kind, actor_id, actor_name, action, object_type, object_id, domain, ip, user_agent,
    request_id, correlation_id, changes, hash from platform.audit_entry
  union all
  select null::bigint, id, at, actor_kind, actor_id, actor_name, action, object_type, object_id, domain, ip, user_agent,
    request_id, correlation_id, changes, null::bytea from platform.audit_pending;
