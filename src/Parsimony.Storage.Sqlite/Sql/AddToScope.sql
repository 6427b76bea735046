-- Money is text, so its sums are made by the caller.
UPDATE scopes SET
    total = total + @total, answered = answered + @answered, failed = failed + @failed, expired = expired + @expired,
    cancelled = cancelled + @cancelled, held = held + @held,
    spent_usd = @spent_usd, unknown_bound_usd = @unknown_bound_usd, reserved_usd = @reserved_usd,
    first_entry = coalesce(first_entry, @first_entry), last_entry = coalesce(@last_entry, last_entry)
WHERE id = @id
