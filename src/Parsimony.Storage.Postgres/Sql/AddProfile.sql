INSERT INTO profiles (provider, model, credential, kind, dialect, isolation_group, tenant, component, agent, session, tags)
VALUES (@provider, @model, @credential, @kind, @dialect, @isolation_group, @tenant, @component, @agent, @session, @tags)
ON CONFLICT DO NOTHING RETURNING id
