"""The product whole on one machine; `Stack` is what tests and the launcher use."""
