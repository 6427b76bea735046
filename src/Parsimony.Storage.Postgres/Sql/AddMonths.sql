SELECT add_month(month) FROM unnest(@months) month
