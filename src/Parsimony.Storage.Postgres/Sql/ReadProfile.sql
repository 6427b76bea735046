SELECT provider, model, credential, kind, dialect, isolation_group, tenant, component, agent, session, tags
FROM profiles WHERE id = @id
