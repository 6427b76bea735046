SELECT
    id, key, provider, credential, kind, isolation_group, model, state, count, bytes, tokens, opened_at, sealed_at, create_sent_at, submitted_at,
    cancelled_at, ended_at, staged_reference, provider_batch_id, is_suspected, result_references, candidates, searches, creates, misses, not_before,
    escalate_at, failure_code, lease_owner, open_items, marked_items, first_seq, last_seq, is_cleaned, nullif(clean_after, 0)
FROM batches
WHERE (NOT @only_ended OR state IN (7, 8))
ORDER BY id
