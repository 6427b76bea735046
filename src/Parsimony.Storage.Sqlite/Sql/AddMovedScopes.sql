INSERT INTO scopes (
    id, name, description, started_at, total, answered, failed, expired, cancelled, held, spent_usd, unknown_bound_usd, reserved_usd, max_cost_usd)
VALUES (
    @id, @name, @description, @started_at, @total, @answered, @failed, @expired, @cancelled, @held, @spent_usd, @unknown_bound_usd, @reserved_usd,
    @max_cost_usd)
