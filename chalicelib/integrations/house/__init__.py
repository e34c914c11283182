"""What the contracts we proposed ourselves have in common (docs/integrators/park.md, Conventions): the park, LE, MES."""
