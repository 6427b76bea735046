INSERT INTO decision_contexts (
    number, key, added_at, text)
OVERRIDING SYSTEM VALUE
SELECT
    m.number, m.key, m.added_at, m.text
FROM unnest(
    @number_column, @key_column, @added_at_column, @text_column)
    m (number, key, added_at, text)
