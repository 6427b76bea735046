INSERT INTO profiles (provider, model, credential, kind, dialect, isolation_group, tenant, key_label, component, agent, session, tags)
VALUES (@provider, @model, @credential, @kind, @dialect, @isolation_group, @tenant, @key_label, @component, @agent, @session, @tags)
ON CONFLICT DO NOTHING RETURNING id
