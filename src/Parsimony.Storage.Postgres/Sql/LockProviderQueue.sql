-- Who submits into a queue of a provider does so alone: what is reserved is read after this.
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || chr(10) || @provider || chr(10) || @credential, 0))
