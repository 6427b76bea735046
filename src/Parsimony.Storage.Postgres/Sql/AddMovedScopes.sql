INSERT INTO scopes (
    id, name, description, started_at, total, answered, failed, expired, cancelled, held, spent_usd, unknown_bound_usd, reserved_usd, max_cost_usd)
OVERRIDING SYSTEM VALUE
SELECT
    m.id, m.name, m.description, m.started_at, m.total, m.answered, m.failed, m.expired, m.cancelled, m.held, m.spent_usd, m.unknown_bound_usd,
    m.reserved_usd, m.max_cost_usd
FROM unnest(
    @id_column, @name_column, @description_column, @started_at_column, @total_column, @answered_column, @failed_column, @expired_column,
    @cancelled_column, @held_column, @spent_usd_column, @unknown_bound_usd_column, @reserved_usd_column, @max_cost_usd_column)
    m (id, name, description, started_at, total, answered, failed, expired, cancelled, held, spent_usd, unknown_bound_usd, reserved_usd, max_cost_usd)
