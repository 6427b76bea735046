DELETE FROM nodes WHERE seen_at < @before
