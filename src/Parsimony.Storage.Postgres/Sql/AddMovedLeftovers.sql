INSERT INTO leftovers (
    id, provider, credential, reference, noted_at, clean_after)
OVERRIDING SYSTEM VALUE
SELECT
    m.id, m.provider, m.credential, m.reference, m.noted_at, coalesce(m.clean_after, '-infinity')
FROM unnest(
    @id_column, @provider_column, @credential_column, @reference_column, @noted_at_column, @clean_after_column)
    m (id, provider, credential, reference, noted_at, clean_after)
