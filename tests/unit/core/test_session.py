"""Session tokens: what opens one, and all that must not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.session import (
    LIFETIME,
    Device,
    Principal,
    Role,
    csrf_matches,
    csrf_token,
    seal,
    set_cookie,
    unseal,
)

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
KEYS = ["new-key", "old-key"]


def test_a_token_opens_as_what_it_was_sealed() -> None:
    opened = unseal(KEYS, seal(KEYS, "U1", Device.PHONE, NOW), Device.PHONE, NOW)
    assert opened is not None
    assert (opened.user_id, opened.device) == ("U1", Device.PHONE)


def test_keys_are_rotated_without_signing_anybody_out() -> None:
    token = seal(["old-key"], "U1", Device.PHONE, NOW)
    assert unseal(KEYS, token, Device.PHONE, NOW) is not None
    assert unseal(["new-key"], token, Device.PHONE, NOW) is None


@pytest.mark.parametrize("device", list(Device))
def test_a_token_ends(device: Device) -> None:
    token = seal(KEYS, "U1", device, NOW)
    assert unseal(KEYS, token, device, NOW + LIFETIME[device] - timedelta(seconds=1)) is not None
    assert unseal(KEYS, token, device, NOW + LIFETIME[device]) is None


def test_a_phone_token_is_no_office_token() -> None:
    assert unseal(KEYS, seal(KEYS, "U1", Device.PHONE, NOW), Device.OFFICE, NOW) is None


def test_any_changed_character_closes_it() -> None:
    token = seal(KEYS, "U1", Device.PHONE, NOW)
    for position in range(len(token)):
        changed = token[:position] + ("A" if token[position] != "A" else "B") + token[position + 1 :]
        opened = unseal(KEYS, changed, Device.PHONE, NOW)
        # the last character of a base64 signature carries unused bits: it may differ and still be the same signature
        assert opened is None or (position == len(token) - 1 and opened.user_id == "U1")


def test_the_csrf_token_belongs_to_its_session() -> None:
    one = unseal(KEYS, seal(KEYS, "U1", Device.PHONE, NOW), Device.PHONE, NOW)
    two = unseal(KEYS, seal(KEYS, "U1", Device.PHONE, NOW), Device.PHONE, NOW)
    assert one is not None and two is not None
    assert csrf_matches(KEYS, one, csrf_token(KEYS, one))
    assert csrf_matches(KEYS, one, csrf_token(["old-key"], one))
    assert not csrf_matches(KEYS, one, csrf_token(KEYS, two))
    assert not csrf_matches(KEYS, one, "")
    assert not csrf_matches(KEYS, one, "密")


def test_roles() -> None:
    visitor = Principal("U1", "", "", frozenset())
    approver = Principal("U2", "", "", frozenset({Role.VISITOR_APPROVER}))
    administrator = Principal("U3", "", "", frozenset({Role.ADMINISTRATOR}))
    needed = frozenset({Role.VISITOR_APPROVER})
    assert [person.may(needed) for person in (visitor, approver, administrator)] == [False, True, True]
    assert visitor.may(frozenset())


def test_cookies_are_out_of_reach_for_scripts_and_other_sites() -> None:
    cookie = set_cookie("session", "t", path="/", max_age=5, secure=True)
    assert cookie == "session=t; Path=/; Max-Age=5; HttpOnly; SameSite=Lax; Secure"
