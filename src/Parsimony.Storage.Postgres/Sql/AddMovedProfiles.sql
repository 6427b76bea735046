INSERT INTO profiles (
    id, provider, model, credential, kind, dialect, isolation_group, tenant, key_label, component, agent, session, tags)
OVERRIDING SYSTEM VALUE
SELECT
    m.id, m.provider, m.model, m.credential, m.kind, m.dialect, m.isolation_group, m.tenant, m.key_label, m.component, m.agent, m.session, m.tags
FROM unnest(
    @id_column, @provider_column, @model_column, @credential_column, @kind_column, @dialect_column, @isolation_group_column, @tenant_column,
    @key_label_column, @component_column, @agent_column, @session_column, @tags_column)
    m (id, provider, model, credential, kind, dialect, isolation_group, tenant, key_label, component, agent, session, tags)
