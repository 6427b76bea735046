INSERT INTO batches (
    id, key, provider, credential, kind, isolation_group, model, state, count, bytes, tokens, opened_at, sealed_at, create_sent_at, submitted_at,
    cancelled_at, ended_at, staged_reference, provider_batch_id, is_suspected, result_references, candidates, searches, creates, misses, not_before,
    escalate_at, failure_code, lease_owner, open_items, marked_items, first_seq, last_seq, is_cleaned, clean_after, lease_until)
OVERRIDING SYSTEM VALUE
SELECT
    m.id, m.key, m.provider, m.credential, m.kind, m.isolation_group, m.model, m.state, m.count, m.bytes, m.tokens, m.opened_at, m.sealed_at,
    m.create_sent_at, m.submitted_at, m.cancelled_at, m.ended_at, m.staged_reference, m.provider_batch_id, m.is_suspected, m.result_references,
    m.candidates, m.searches, m.creates, m.misses, m.not_before, m.escalate_at, m.failure_code, m.lease_owner, m.open_items, m.marked_items, m.first_seq,
    m.last_seq, m.is_cleaned, coalesce(m.clean_after, '-infinity'), CASE WHEN m.lease_owner IS NOT NULL THEN @now END
FROM unnest(
    @id_column, @key_column, @provider_column, @credential_column, @kind_column, @isolation_group_column, @model_column, @state_column, @count_column,
    @bytes_column, @tokens_column, @opened_at_column, @sealed_at_column, @create_sent_at_column, @submitted_at_column, @cancelled_at_column,
    @ended_at_column, @staged_reference_column, @provider_batch_id_column, @is_suspected_column, @result_references_column, @candidates_column,
    @searches_column, @creates_column, @misses_column, @not_before_column, @escalate_at_column, @failure_code_column, @lease_owner_column,
    @open_items_column, @marked_items_column, @first_seq_column, @last_seq_column, @is_cleaned_column, @clean_after_column)
    m (id, key, provider, credential, kind, isolation_group, model, state, count, bytes, tokens, opened_at, sealed_at, create_sent_at, submitted_at, cancelled_at, ended_at, staged_reference, provider_batch_id, is_suspected, result_references, candidates, searches, creates, misses, not_before, escalate_at, failure_code, lease_owner, open_items, marked_items, first_seq, last_seq, is_cleaned, clean_after)
