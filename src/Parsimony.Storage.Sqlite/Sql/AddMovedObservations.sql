INSERT INTO observations (
    number, kind, provider, model, size, duration, at)
VALUES (
    @number, @kind, @provider, @model, @size, @duration, @at)
