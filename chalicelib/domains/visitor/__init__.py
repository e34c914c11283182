"""Visitor reservation: saved visitors, visits, approval, the push of approved visits to the gate."""
