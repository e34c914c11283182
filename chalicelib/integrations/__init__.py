"""Adapters of the outside systems, one package each. They know their peer and no domain; errors are sorted in them."""
