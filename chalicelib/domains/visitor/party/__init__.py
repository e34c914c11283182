"""Several people in one reservation: reserved, decided and cancelled together or each alone."""
