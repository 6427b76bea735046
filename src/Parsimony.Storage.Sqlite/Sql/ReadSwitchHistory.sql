SELECT provider, credential, setting, reason, set_by, set_at FROM provider_switches ORDER BY number DESC LIMIT @max
