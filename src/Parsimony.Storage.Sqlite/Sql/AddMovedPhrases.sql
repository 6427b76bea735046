INSERT INTO phrases (
    id, text)
VALUES (
    @id, @text)
