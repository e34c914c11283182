"""Exceptions (例外放行): the office lets one registration of a truck pass checks that it names."""
