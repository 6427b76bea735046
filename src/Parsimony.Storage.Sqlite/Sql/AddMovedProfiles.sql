INSERT INTO profiles (
    id, provider, model, credential, kind, dialect, isolation_group, tenant, key_label, component, agent, session, tags)
VALUES (
    @id, @provider, @model, @credential, @kind, @dialect, @isolation_group, @tenant, @key_label, @component, @agent, @session, @tags)
