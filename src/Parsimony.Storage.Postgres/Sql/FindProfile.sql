SELECT id FROM profiles
WHERE provider = @provider AND model = @model AND credential = @credential AND kind = @kind AND dialect = @dialect
  AND isolation_group = @isolation_group AND tenant = @tenant AND key_label = @key_label AND component = @component AND agent = @agent AND session = @session AND tags = @tags
