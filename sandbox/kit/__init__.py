"""What every simulated outside system shares: state, clock, faults, knobs, call log, HTTP plumbing."""
