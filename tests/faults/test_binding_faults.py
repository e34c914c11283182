"""Asking for a code, binding and ending with every single call broken, before and after, by an error and by the process's death.

Whatever breaks: never two holders of one account, never a binding without a right code, never more messages than were counted;
and whoever presses again gets where they wanted to.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.core.errors import Problem
from chalicelib.core.outbox.store import entries_of
from chalicelib.core.session import Principal, Role
from chalicelib.core.table import is_store_error
from chalicelib.domains.canteen.bindings import ending, history, service, store
from tests.support.bindings import CHEN, LIN, OTHER_PHONE, PHONE, Desk, counted, held_accounts, open_desk, person, wrong
from tests.support.clock import FakeClock
from tests.support.environment import fake_cloud
from tests.support.faults import Fault, ProcessDied, every_fault, injected

pytestmark = pytest.mark.usefixtures("environment")

BOSS = Principal("USERBOSS", "boss", "", frozenset({Role.CANTEEN}))


def broken(fault: Fault, desk: Desk, patch: pytest.MonkeyPatch, action: Callable[[], object]) -> str:
    """What the person is told, ``died`` when nothing came, empty when all went well."""
    with injected(fault, desk.canteen, patch, desk.sms):
        try:
            action()
        except ProcessDied:
            return "died"
        except Problem as problem:
            return problem.code
        except Exception as error:  # what the endpoint answers as 503
            assert is_store_error(error), error
            return "temporarily_unavailable"
    return ""


def in_every_way(
    patch: pytest.MonkeyPatch, calls: list[str], begin: Callable[[Desk], object], act: Callable[[Desk], object],
    after: Callable[[Desk, str, Fault], None],
) -> None:  # fmt: skip
    """A fresh cloud for each fault: ``begin``, ``act`` with the fault, and what must hold ``after``."""
    for fault in [Fault(), *every_fault(len(calls))]:
        with pytest.MonkeyPatch.context() as inner, fake_cloud(inner):
            desk = open_desk(FakeClock())
            begin(desk)
            told = broken(fault, desk, patch, lambda desk=desk: act(desk))
            if not fault.number:
                assert (fault.calls, told) == (calls, "")
            after(desk, told, fault)


def test_asking_with_every_call_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def after(desk: Desk, told: str, fault: Fault) -> None:
        assert len(desk.sms.sent) <= counted("PHONE#") <= 1, fault
        assert held_accounts() == [], fault
        if told == "code_maybe_sent":
            assert desk.bind(LIN, desk.sms.codes(PHONE)[-1]).account_no == "A1", fault
        assert desk.bound(LIN).account_no == "A1", fault
        assert len(desk.sms.sent) <= counted("PHONE#") <= 2, fault
        assert held_accounts() == [("A1", "USERLIN")], fault

    calls = ["TransactWriteItems", "canteen.accounts_by_phone", "sms.send_code"]
    in_every_way(monkeypatch, calls, lambda _: None, lambda desk: desk.ask(LIN), after)


def test_taking_a_code_back_with_every_call_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender is down for everybody."""

    def begin(desk: Desk) -> None:
        desk.sms.down = True

    def act(desk: Desk) -> None:
        try:
            desk.ask(LIN)
        except Problem as problem:
            assert problem.code in ("code_not_sent", "canteen_unavailable")

    def after(desk: Desk, _told: str, fault: Fault) -> None:
        desk.sms.down = False
        assert desk.sms.sent == [], fault
        assert desk.bound(LIN).account_no == "A1", fault

    calls = ["TransactWriteItems", "canteen.accounts_by_phone", "TransactWriteItems"]
    in_every_way(monkeypatch, calls, begin, act, after)


def test_binding_what_somebody_else_has_with_every_call_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """LIN, who has A2, proves the phone of A1, which CHEN has."""
    codes: dict[int, str] = {}

    def begin(desk: Desk) -> None:
        desk.bound(CHEN)
        desk.bound(LIN, OTHER_PHONE, "SA2")
        codes[id(desk)] = desk.code(LIN)

    def after(desk: Desk, told: str, fault: Fault) -> None:
        held = held_accounts()
        assert held in ([("A1", "USERCHEN"), ("A2", "USERLIN")], [("A1", "USERLIN")]), (fault, told)
        assert told or held == [("A1", "USERLIN")], fault
        assert desk.bind(LIN, codes[id(desk)]).account_no == "A1", (fault, told)
        assert held_accounts() == [("A1", "USERLIN")], fault
        assert service.bound_account(CHEN) is None, fault
        assert [entry.kind for entry in entries_of("wechat:binding:USERCHEN")] == ["binding_moved"], fault
        events = {user: history.find_history(user.user_id) for user in (LIN, CHEN)}
        found = [sorted(event.what for event in known.events) for known in events.values() if known]
        assert found == [["bound", "bound", "changed"], ["bound", "moved"]], fault

    calls = ["BatchGetItem", "TransactWriteItems", "canteen.accounts_by_phone", "BatchGetItem", "TransactWriteItems"]
    # the notice wakes the channel's worker once it is committed
    in_every_way(
        monkeypatch, [*calls, "SendMessage"], begin, lambda desk: desk.bind(LIN, codes[id(desk)]), after
    )  # fmt: skip


def test_a_wrong_code_with_every_call_broken_binds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    codes: dict[int, str] = {}

    def begin(desk: Desk) -> None:
        codes[id(desk)] = desk.code(LIN)

    def act(desk: Desk) -> None:
        with pytest.raises(Problem, match="code_wrong"):
            desk.bind(LIN, wrong(codes[id(desk)]))

    def after(desk: Desk, _told: str, fault: Fault) -> None:
        assert held_accounts() == [], fault
        assert desk.bind(LIN, codes[id(desk)]).account_no == "A1", fault

    in_every_way(monkeypatch, ["BatchGetItem", "TransactWriteItems"], begin, act, after)


def test_ending_with_every_call_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def after(desk: Desk, _told: str, fault: Fault) -> None:
        ending.end_own(LIN, desk.clock())
        assert held_accounts() == [], fault
        record = store.find_record("USERLIN")
        assert record is not None and record.binding.version == 2, fault
        assert desk.bound(person("next")).account_no == "A1", fault

    in_every_way(
        monkeypatch, ["BatchGetItem", "TransactWriteItems"], lambda desk: desk.bound(LIN),
        lambda desk: ending.end_own(LIN, desk.clock()), after,
    )  # fmt: skip


def test_unbinding_with_every_call_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def unbind(desk: Desk) -> None:
        ending.unbind(BOSS, "USERLIN", "离职", 1, desk.clock())

    def after(desk: Desk, _told: str, fault: Fault) -> None:
        unbind(desk)
        assert held_accounts() == [], fault
        known = history.find_history("USERLIN")
        assert known is not None and known.record.binding.version == 2, fault
        assert [(event.what, event.by, event.reason) for event in known.events if event.what != "bound"] == [
            ("office", "USERBOSS", "离职")
        ], fault
        assert [entry.kind for entry in entries_of("wechat:binding:USERLIN")] == ["binding_moved"], fault

    calls = ["Query", "TransactWriteItems", "SendMessage"]
    in_every_way(monkeypatch, calls, lambda desk: desk.bound(LIN), unbind, after)
