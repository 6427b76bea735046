WITH locked AS (SELECT id FROM scopes WHERE id = ANY (@ids) ORDER BY id FOR UPDATE)
UPDATE scopes s SET
    total = s.total + d.total, answered = s.answered + d.answered, failed = s.failed + d.failed, expired = s.expired + d.expired,
    cancelled = s.cancelled + d.cancelled, held = s.held + d.held,
    spent_usd = s.spent_usd + d.spent, unknown_bound_usd = s.unknown_bound_usd + d.unknown_bound, reserved_usd = s.reserved_usd + d.reserved
FROM locked l JOIN unnest(@ids, @total, @answered, @failed, @expired, @cancelled, @held, @spent, @unknown_bound, @reserved)
    d (id, total, answered, failed, expired, cancelled, held, spent, unknown_bound, reserved) ON d.id = l.id
WHERE s.id = l.id
