SELECT seq FROM identities_recent WHERE hash = @hash
UNION ALL
SELECT seq FROM identities WHERE hash = @hash
