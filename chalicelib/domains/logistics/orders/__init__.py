"""Orders of LE that a driver may register against."""
