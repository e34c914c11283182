"""What the house's own contracts (park, LE, MES) have in common: signature, envelope, idempotency, members, events."""
