-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    id, key, provider, credential, kind::bigint, isolation_group, model, state::bigint, count::bigint, bytes, tokens, opened_at, sealed_at,
    create_sent_at, submitted_at, cancelled_at, ended_at, staged_reference, provider_batch_id, is_suspected, result_references, candidates,
    searches::bigint, creates::bigint, misses::bigint, not_before, escalate_at, failure_code, lease_owner, open_items::bigint, marked_items::bigint,
    first_seq, last_seq, is_cleaned, nullif(clean_after, '-infinity')
FROM batches
WHERE (NOT @only_ended OR state IN (7, 8))
ORDER BY id
