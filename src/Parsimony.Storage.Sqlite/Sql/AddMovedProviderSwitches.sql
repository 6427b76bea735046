INSERT INTO provider_switches (
    number, provider, credential, setting, reason, set_by, set_at)
VALUES (
    @number, @provider, @credential, @setting, @reason, @set_by, @set_at)
