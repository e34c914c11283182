"""First reports of a truck (车辆入场报备)."""
