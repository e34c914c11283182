"""The sandbox phone and the consoles beside it."""
