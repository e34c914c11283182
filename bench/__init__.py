"""What `make bench` runs: the budgets of the design, measured and printed as tables."""
