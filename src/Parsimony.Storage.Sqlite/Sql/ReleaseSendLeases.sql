-- Claims are named after their node and numbered.
UPDATE requests SET lease_until = @now WHERE lease_until > @now AND substr(lease_owner, 1, length(@owner) + 1) = @owner || '#'
