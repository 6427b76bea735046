INSERT INTO profiles (
    id, provider, model, credential, kind, dialect, isolation_group, tenant, component, agent, session, tags)
VALUES (
    @id, @provider, @model, @credential, @kind, @dialect, @isolation_group, @tenant, @component, @agent, @session, @tags)
