"""Vehicles with their tanks, drivers and escorts, as LE is told of them."""
