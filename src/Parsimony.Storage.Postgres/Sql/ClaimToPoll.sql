-- What another node is claiming just now is skipped.
WITH lease AS (
    SELECT @owner AS owner, @lease_for + coalesce(@clock, clock_timestamp()) AS until, coalesce(@clock, clock_timestamp()) AS now
), due AS (
    SELECT b.id FROM batches b, lease
    WHERE b.state IN (4, 5) AND (b.not_before IS NULL OR b.not_before <= @now) AND (b.lease_until IS NULL OR b.lease_until <= lease.now)
    ORDER BY b.not_before NULLS FIRST, b.id LIMIT @max
    FOR UPDATE OF b SKIP LOCKED
), leased AS (
    UPDATE batches SET lease_owner = lease.owner, lease_until = lease.until FROM due, lease WHERE batches.id = due.id RETURNING batches.*
)
SELECT id, key, provider, credential, kind, isolation_group, model, state, count, bytes, tokens, opened_at, sealed_at, create_sent_at,
       submitted_at, cancelled_at, ended_at, staged_reference, provider_batch_id, is_suspected, result_references, candidates, searches,
       creates, misses, not_before, escalate_at, failure_code, lease_owner, lease_until
FROM leased ORDER BY not_before NULLS FIRST, id
