INSERT INTO provider_switches (
    number, provider, credential, setting, reason, set_by, set_at)
OVERRIDING SYSTEM VALUE
SELECT
    m.number, m.provider, m.credential, m.setting, m.reason, m.set_by, m.set_at
FROM unnest(
    @number_column, @provider_column, @credential_column, @setting_column, @reason_column, @set_by_column, @set_at_column)
    m (number, provider, credential, setting, reason, set_by, set_at)
