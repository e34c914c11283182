"""The callback with every call broken: WeChat delivers three times, the effect happens once, the answer is the same."""

from __future__ import annotations

import pytest

from chalicelib.core import routing
from chalicelib.core.audit import AuditEntry
from chalicelib.core.table import is_store_error
from chalicelib.domains.account import store as accounts
from chalicelib.domains.channel.callback import service, store
from chalicelib.domains.channel.callback.model import Message
from tests.support.client import make_user
from tests.support.clock import FakeClock
from tests.support.environment import ENVIRONMENT
from tests.support.fake_gate import FakeGate
from tests.support.faults import Fault, ProcessDied, every_fault, injected

pytestmark = pytest.mark.usefixtures("cloud")

APP_ID = ENVIRONMENT["WECHAT_APP_ID"]
ATTEMPTS = 3


def delivered(message: Message, clock: FakeClock, fault: Fault, patch: pytest.MonkeyPatch) -> str | None:
    """As WeChat does: again after whatever was no answer, three times at most; the fault strikes once."""
    with injected(fault, FakeGate(), patch):
        for _ in range(ATTEMPTS):
            try:
                return service.receive(message, APP_ID, "https://campus.example.cn", clock())
            except ProcessDied:
                pass
            except Exception as error:  # what the endpoint answers as 503
                assert is_store_error(error), error
            clock.advance(seconds=5)
    raise AssertionError("never answered")


def event(name: str, openid: str, clock: FakeClock, **more: str) -> Message:
    return Message("gh_1", openid, clock(), "event", event=name, **more)


def test_unfollowing_with_every_call_broken(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    routing.load_all()  # the channel's endpoints say who else keeps data of a person
    counting = Fault()
    delivered(event("unsubscribe", make_user("counted").openid, clock), clock, counting, monkeypatch)
    assert counting.calls == ["GetItem", "GetItem", "TransactWriteItems"]
    for number, fault in enumerate(every_fault(len(counting.calls))):
        user = make_user(f"leaver{number}")
        assert delivered(event("unsubscribe", user.openid, clock), clock, fault, monkeypatch) is None
        kept, follower = accounts.find_user(user.id), store.find_follower(APP_ID, user.openid)
        assert kept is not None and (kept.nickname, kept.version) == ("", user.version + 1), fault
        assert follower is not None and not follower.follows, fault
        assert len(list(AuditEntry.query(f"user:{user.id}"))) == 1, fault


@pytest.mark.parametrize(
    ("name", "more", "calls"),
    [
        ("subscribe", {}, ["TransactWriteItems"]),
        (
            "templatesendjobfinish",
            {"template_message_id": "7", "template_status": "success"},
            ["GetItem", "TransactWriteItems"],
        ),
        ("click", {"key": "help"}, []),
        ("view", {}, []),
    ],
)
def test_every_other_message_is_one_transaction_at_most(
    name: str, more: dict[str, str], calls: list[str], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    routing.load_all()
    counting = Fault()
    answer = delivered(event(name, "o_1", clock, **more), clock, counting, monkeypatch)
    assert counting.calls == calls
    for fault in every_fault(len(calls)):
        clock.advance(seconds=1)
        assert delivered(event(name, "o_1", clock, **more), clock, fault, monkeypatch) == answer, fault


def test_a_text_is_answered_without_the_database(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Fault()
    message = Message("gh_1", "o_1", clock(), "text", text="访客", message_id="7")
    assert "预约登记" in str(delivered(message, clock, counting, monkeypatch))
    assert counting.calls == []
