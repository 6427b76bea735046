SELECT
    id, provider, model, credential, kind, dialect, isolation_group, tenant, key_label, component, agent, session, tags
FROM profiles
ORDER BY id
