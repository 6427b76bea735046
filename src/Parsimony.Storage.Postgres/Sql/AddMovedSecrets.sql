INSERT INTO secrets (
    name, value)
SELECT
    m.name, m.value
FROM unnest(
    @name_column, @value_column)
    m (name, value)
