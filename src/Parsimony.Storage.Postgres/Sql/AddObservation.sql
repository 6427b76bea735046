INSERT INTO observations (kind, provider, model, size, duration, at) VALUES (@kind, @provider, @model, @size, @duration, @at)
