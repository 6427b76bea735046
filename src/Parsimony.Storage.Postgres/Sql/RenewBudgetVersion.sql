UPDATE budget_version SET version = version + 1
