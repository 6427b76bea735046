-- Only ever upwards: a server that waits for its replicas goes on doing so.
SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') IN ('off', 'local')
