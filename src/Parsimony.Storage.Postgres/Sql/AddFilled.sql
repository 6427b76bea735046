-- Batches that were opened, and all but the last of a lane sealed, within one transaction.
INSERT INTO batches (
    id, state, count, bytes, tokens, escalate_at, open_items, first_seq, last_seq, provider, credential, kind, isolation_group, model, key,
    opened_at, sealed_at)
OVERRIDING SYSTEM VALUE
SELECT
    f.id, f.state, f.count, f.bytes, f.tokens, f.escalate_at, f.added, f.first_seq, f.last_seq, f.provider, f.credential, f.kind, f.isolation_group,
    f.model, f.key, f.opened_at, CASE f.state WHEN 1 THEN f.opened_at END
FROM (
    SELECT u.*, @now AS opened_at
    FROM unnest(
        @ids, @states, @counts, @bytes, @tokens, @escalate_at, @added, @first_seqs, @last_seqs, @providers, @credentials, @kinds, @isolation_groups,
        @models, @keys)
        u (id, state, count, bytes, tokens, escalate_at, added, first_seq, last_seq, provider, credential, kind, isolation_group, model, key)) f
ORDER BY f.id
