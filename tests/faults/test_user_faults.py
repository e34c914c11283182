"""Changes of a user with every single call broken, before and after: pressed again, always the same end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.session import Principal, Role
from chalicelib.core.table import is_store_error
from chalicelib.domains.account import phones, store
from chalicelib.domains.account.model import User, UserStatus
from chalicelib.domains.account.users import service
from tests.support.client import make_user
from tests.support.clock import FakeClock
from tests.support.fake_gate import FakeGate
from tests.support.faults import Fault, ProcessDied, every_fault, injected

pytestmark = pytest.mark.usefixtures("cloud")

ADMINISTRATOR = Principal("USERADMIN", "admin", "", frozenset({Role.ADMINISTRATOR}))
Change = Callable[[User, FakeClock], User]


def grant(user: User, clock: FakeClock) -> User:
    return service.change_role(ADMINISTRATOR, user.id, Role.CANTEEN, True, user.version, clock())


def revoke(user: User, clock: FakeClock) -> User:
    return service.change_role(ADMINISTRATOR, user.id, Role.LOGISTICS, False, user.version, clock())


def disable(user: User, clock: FakeClock) -> User:
    return service.disable_user(ADMINISTRATOR, user.id, "离职", user.version, clock())


def pressed_until_answered(
    change: Change, user: User, clock: FakeClock, fault: Fault, patch: pytest.MonkeyPatch
) -> User:
    """A person presses, sees an error or nothing, and presses again what they saw."""
    with injected(fault, FakeGate(), patch):
        try:
            change(user, clock)
        except ProcessDied:
            pass
        except Exception as error:  # what the endpoint answers as 503
            assert is_store_error(error), error
    clock.advance(seconds=5)
    return change(user, clock)


@pytest.mark.parametrize(
    ("change", "roles", "status"),
    [
        (grant, {"logistics", "canteen"}, UserStatus.ACTIVE),
        (revoke, set(), UserStatus.ACTIVE),
        (disable, {"logistics"}, UserStatus.DISABLED),
    ],
)
def test_every_call_broken(
    change: Change, roles: set[str], status: UserStatus, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user("admin", "administrator")
    counting, counted = Fault(), make_user("counted", "logistics")
    with injected(counting, FakeGate(), monkeypatch):
        change(counted, clock)
    assert counting.calls == ["GetItem", "TransactWriteItems"]
    for number, fault in enumerate(every_fault(len(counting.calls))):
        user = make_user(f"target{number}", "logistics")
        answered = pressed_until_answered(change, user, clock, fault, monkeypatch)
        kept = store.find_user(user.id)
        assert kept == answered, fault
        assert (set(answered.roles), answered.status, answered.version) == (roles, status, user.version + 1), fault
        assert len(list(AuditEntry.query(f"user:{user.id}"))) == 1, fault


def test_a_phone_given_with_every_call_broken(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user and the number's item change together or not at all, and the old number is free afterwards."""
    make_user("admin", "administrator")
    user = make_user("target")
    for number, fault in enumerate(every_fault(2)):
        phone, old = f"138059100{number:02}", user.phone

        def give(user: User, clock: FakeClock, phone: str = phone) -> User:
            return service.change_phone(ADMINISTRATOR, user.id, phone, user.version, clock())

        user = pressed_until_answered(give, user, clock, fault, monkeypatch)
        assert store.find_user(user.id) == user, fault
        assert (user.phone, user.version) == (phone, number + 2), fault
        assert phones.find_user_by_phone(phone) == user.id, fault
        assert old is None or phones.find_holder(old) is None, fault
        assert len(list(AuditEntry.query(f"user:{user.id}"))) == number + 1, fault
