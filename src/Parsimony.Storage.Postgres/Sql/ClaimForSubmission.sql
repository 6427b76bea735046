WITH claimed AS (
    UPDATE batches SET state = 2, lease_owner = @owner, lease_until = @lease_for + coalesce(@clock, clock_timestamp()), not_before = NULL
    WHERE id = @id AND state = 1 AND (not_before IS NULL OR not_before <= @now)
    RETURNING *
)
SELECT id, key, provider, credential, kind, isolation_group, model, state, count, bytes, tokens, opened_at, sealed_at, create_sent_at,
       submitted_at, cancelled_at, ended_at, staged_reference, provider_batch_id, is_suspected, result_references, candidates, searches,
       creates, misses, not_before, escalate_at, failure_code, lease_owner, lease_until
FROM claimed
