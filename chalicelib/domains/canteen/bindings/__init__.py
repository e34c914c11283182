"""Which card account is whose: proved by a code to the phone on file."""
