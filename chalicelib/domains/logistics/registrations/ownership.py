"""Registrations of a user, under whichever of their ids; anybody else's does not exist for them."""

from __future__ import annotations

from chalicelib.core.errors import NotFound
from chalicelib.core.session import Principal
from chalicelib.domains.logistics.registrations import store
from chalicelib.domains.logistics.registrations.registration import Registration


def own(owner: Principal, registration_id: str) -> Registration:
    """One of the user's own."""
    registration = store.find_registration(registration_id)
    if registration is None or registration.owner_id not in owner.owner_ids:
        raise NotFound
    return registration


def any_registration(registration_id: str) -> Registration:
    """A registration for staff."""
    registration = store.find_registration(registration_id)
    if registration is None:
        raise NotFound
    return registration
