INSERT INTO decisions (
    first, last, context, reason, route, decided_at, inputs)
SELECT
    m.first, m.last, m.context, m.reason, m.route, m.decided_at, m.inputs
FROM unnest(
    @first_column, @last_column, @context_column, @reason_column, @route_column, @decided_at_column, @inputs_column)
    m (first, last, context, reason, route, decided_at, inputs)
