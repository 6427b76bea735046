INSERT INTO decisions (
    first, last, context, reason, route, decided_at, inputs)
VALUES (
    @first, @last, @context, @reason, @route, @decided_at, @inputs)
