INSERT INTO leftovers (
    id, provider, credential, reference, noted_at, clean_after)
VALUES (
    @id, @provider, @credential, @reference, @noted_at, coalesce(@clean_after, 0))
