"""The simulated platform of the park committee: the other side of docs/integrators/park.md."""
