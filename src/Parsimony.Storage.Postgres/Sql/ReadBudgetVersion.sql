SELECT budgets_version()
