"""The security platform that opens the gates for visitors: a port without vendor words, and its adapter."""
