"""Arriving with every single call broken, before and after: signed in again, always the same end, nobody doubled."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.session import Principal, Role
from chalicelib.core.table import is_store_error
from chalicelib.domains.account import phones, store
from chalicelib.domains.account.identities import service
from chalicelib.domains.account.model import Profile, User
from chalicelib.domains.account.users.lists import Wanted, page_of_users
from chalicelib.domains.account.users.service import change_phone
from tests.support.arrivals import ACCOUNT, MINI, arrive, profile
from tests.support.clock import FakeClock
from tests.support.fake_gate import FakeGate
from tests.support.faults import Fault, ProcessDied, every_fault, injected

pytestmark = pytest.mark.usefixtures("cloud")


def nobody_yet(person: str, clock: FakeClock) -> Profile:
    """A first sign-in of somebody unknown."""
    return profile(MINI, person)


def known_there(person: str, clock: FakeClock) -> Profile:
    """A first sign-in here of somebody the account knows."""
    arrive(ACCOUNT, person, now=clock())
    return profile(MINI, person)


def two_users(person: str, clock: FakeClock) -> Profile:
    """A sign-in that tells that two users are one person, of whom the younger has a work phone."""
    arrive(ACCOUNT, person, bound=False, now=clock())
    clock.advance(seconds=1)
    mini = arrive(MINI, person, now=clock())
    give_phone(mini, f"138059100{int(person[1:]):02}", clock)
    return profile(ACCOUNT, person)


def give_phone(user: User, phone: str, clock: FakeClock) -> None:
    boss = Principal(user.id, "", "", frozenset({Role.ADMINISTRATOR}))
    change_phone(boss, user.id, phone, user.version, clock())


def arrives_until_answered(of: Profile, clock: FakeClock, fault: Fault, patch: pytest.MonkeyPatch) -> User:
    """The person sees an error or nothing, and opens the mini program again."""
    with injected(fault, FakeGate(), patch):
        try:
            service.remember(of, clock())
        except ProcessDied:
            pass
        except Exception as error:  # what the endpoint answers as 503
            assert is_store_error(error), error
    clock.advance(seconds=5)
    return service.remember(of, clock())


@pytest.mark.parametrize(
    ("prepare", "calls", "audits"),
    [
        (nobody_yet, ["BatchGetItem", "TransactWriteItems"], []),
        (known_there, ["BatchGetItem", "GetItem", "TransactWriteItems"], ["identity_linked"]),
        (
            two_users,
            ["BatchGetItem", "GetItem", "GetItem", "TransactWriteItems"],
            ["user_absorbed", "phone_changed", "users_merged"],
        ),
    ],
)
def test_every_call_broken(
    prepare: Callable[[str, FakeClock], Profile],
    calls: list[str],
    audits: list[str],
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counting = Fault()
    of = prepare("p99", clock)
    with injected(counting, FakeGate(), monkeypatch):
        service.remember(of, clock())
    assert counting.calls == calls
    for number, fault in enumerate(every_fault(len(calls))):
        person = f"p{number}"
        user = arrives_until_answered(prepare(person, clock), clock, fault, monkeypatch)
        assert store.find_user(user.id) == user, fault
        owners = {store.find_user_id(app, f"o-{app}-{person}") for app in (ACCOUNT, MINI)}
        assert owners - {None} == {user.id}, fault
        found = {entry.action for one in (user.id, *user.absorbed) for entry in AuditEntry.query(f"user:{one}")}
        assert found == set(audits), fault
        count = sum(1 for one in (user.id, *user.absorbed) for _ in AuditEntry.query(f"user:{one}"))
        assert count == len(audits), fault
        assert user.phone is None or phones.find_user_by_phone(user.phone) == user.id, fault
    listed = [one.id for one in page_of_users(Wanted(name="p"), None).items]
    assert len(listed) == len(set(listed))
