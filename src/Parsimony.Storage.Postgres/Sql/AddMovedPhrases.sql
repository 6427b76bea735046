INSERT INTO phrases (
    id, text)
OVERRIDING SYSTEM VALUE
SELECT
    m.id, m.text
FROM unnest(
    @id_column, @text_column)
    m (id, text)
