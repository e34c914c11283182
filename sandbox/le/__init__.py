"""The simulated logistics system: the other side of docs/integrators/le.md, and its dispatcher's office."""
