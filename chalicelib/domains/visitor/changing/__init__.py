"""Changing a reservation: the visit is taken back, and a new request takes its place."""
