INSERT INTO observations (
    number, kind, provider, model, size, duration, at)
OVERRIDING SYSTEM VALUE
SELECT
    m.number, m.kind, m.provider, m.model, m.size, m.duration, m.at
FROM unnest(
    @number_column, @kind_column, @provider_column, @model_column, @size_column, @duration_column, @at_column)
    m (number, kind, provider, model, size, duration, at)
