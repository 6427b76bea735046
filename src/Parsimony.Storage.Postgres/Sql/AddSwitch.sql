INSERT INTO provider_switches (provider, credential, setting, reason, set_by, set_at)
VALUES (@provider, @credential, @setting, @reason, @set_by, @set_at)
