"""Pickups and deliveries from registration to sign-off, with the hold a pickup has on stock."""
