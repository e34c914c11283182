"""The simulated tank farm: the other side of docs/integrators/mes.md."""
