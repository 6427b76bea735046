-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    id, provider, model, credential, kind::bigint, dialect::bigint, isolation_group, tenant, key_label, component, agent, session, tags
FROM profiles
ORDER BY id
