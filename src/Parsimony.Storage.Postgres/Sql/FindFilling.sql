-- One that another node seals meanwhile is no longer given.
SELECT b.provider, b.credential, b.kind, b.isolation_group, b.model, b.id, b.count, b.bytes, b.tokens, b.escalate_at, b.first_seq, b.last_seq
FROM batches b JOIN unnest(@providers, @credentials, @kinds, @isolation_groups, @models) l (provider, credential, kind, isolation_group, model)
    ON b.provider = l.provider AND b.credential = l.credential AND b.kind = l.kind AND b.isolation_group = l.isolation_group AND b.model = l.model
WHERE b.state = 0
ORDER BY b.id
FOR UPDATE OF b
