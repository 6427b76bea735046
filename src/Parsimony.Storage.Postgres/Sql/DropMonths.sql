SELECT drop_months('pages', @payloads_before) + drop_months('ledger', @ledger_before)
