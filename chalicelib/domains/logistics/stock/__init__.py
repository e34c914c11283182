"""Tank stock against holds: what can be registered now, and what each product's rules are."""
