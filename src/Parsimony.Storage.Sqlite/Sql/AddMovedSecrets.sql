INSERT INTO secrets (
    name, value)
VALUES (
    @name, @value)
