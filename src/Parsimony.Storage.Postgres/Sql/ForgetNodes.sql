-- By the database's clock, as they were seen.
DELETE FROM nodes WHERE seen_at < coalesce(@clock, clock_timestamp()) - @unseen_for
