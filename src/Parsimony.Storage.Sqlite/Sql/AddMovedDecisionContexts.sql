INSERT INTO decision_contexts (
    number, key, added_at, text)
VALUES (
    @number, @key, @added_at, @text)
