"""V8: who passed which gate when, and what that says about where a visitor is."""
