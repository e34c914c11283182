"""What every domain stands on: settings, errors, HTTP endpoint, sessions, table base, outbox, audit, clock, ids, logs."""
