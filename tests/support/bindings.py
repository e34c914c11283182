"""People who bind card accounts: a canteen, a sender of short messages, and the use cases between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.core import runtime
from chalicelib.core.audit import AuditEntry
from chalicelib.core.session import Principal
from chalicelib.domains.canteen.bindings import proving
from chalicelib.domains.canteen.bindings.asking import Asking
from chalicelib.domains.canteen.bindings.binding import Binding
from tests.support.clock import FakeClock
from tests.support.fake_canteen import FakeCanteen
from tests.support.fake_sms import FakeSms

PHONE, OTHER_PHONE, UNKNOWN = "13800001111", "13800002222", "13899990000"
ADDRESS = "203.0.113.9"


def person(name: str, *also: str) -> Principal:
    """A signed-in user."""
    return Principal(
        f"USER{name.upper()}", name, "", frozenset(), also_owns=tuple(f"USER{each.upper()}" for each in also)
    )


LIN, CHEN = person("lin"), person("chen")


@dataclass
class Desk:
    """``PHONE`` has one account, ``A1``; ``OTHER_PHONE`` has two, ``A2`` and ``A3``."""

    clock: FakeClock
    canteen: FakeCanteen
    sms: FakeSms = field(default_factory=FakeSms)
    rested: list[float] = field(default_factory=list)
    ticks: list[float] = field(default_factory=list)

    def ask(self, user: Principal, phone: str = PHONE, address: str = ADDRESS) -> None:
        """Ask for a code now."""
        passed: Callable[[], float] = lambda: self.ticks.pop(0) if self.ticks else 0.0  # noqa: E731 - a stub
        Asking(self.canteen, self.sms, passed=passed, rest=self.rested.append).ask(user, phone, address, self.clock())

    def code(self, user: Principal, phone: str = PHONE) -> str:
        """Ask for a code and read it on the phone, a minute after the last one."""
        self.clock.advance(seconds=61)
        self.ask(user, phone)
        return self.sms.codes(phone)[-1]

    def bind(self, user: Principal, code: str, phone: str = PHONE, staff_no: str = "") -> Binding:
        """Bind with a code now."""
        return proving.bind(self.canteen, user, phone, code, staff_no, self.clock())

    def bound(self, user: Principal, phone: str = PHONE, staff_no: str = "") -> Binding:
        """The whole way."""
        return self.bind(user, self.code(user, phone), phone, staff_no)


def open_desk(clock: FakeClock) -> Desk:
    """With the canteen's accounts."""
    canteen = FakeCanteen(clock)
    canteen.open_account("A1", PHONE, staff_no="SA1")
    canteen.open_account("A2", OTHER_PHONE, staff_no="SA2")
    canteen.open_account("A3", OTHER_PHONE, staff_no="SA3")
    return Desk(clock, canteen)


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def table() -> list[dict[str, Any]]:
    """Every item of the canteen's table."""
    return list(runtime.aws_client("dynamodb").scan(TableName="test-canteen")["Items"])


def held_accounts() -> list[tuple[str, str]]:
    """Account and user of every binding that holds, as the users' records say; and the accounts' items say the same."""
    items = [{name: next(iter(value.values())) for name, value in item.items()} for item in table()]
    bound = [
        (item["account_no"], item["user_id"]) for item in items if item["sk"] == "BINDING" and item["pk"][:5] == "USER#"
        and not item.get("ended_at")
    ]  # fmt: skip
    held = [
        (item["pk"].removeprefix("ACCOUNT#"), item["user_id"])
        for item in items
        if item["sk"] == "BINDING" and item["pk"].startswith("ACCOUNT#") and item["is_held"]
    ]
    assert sorted(bound) == sorted(held)
    return sorted(bound)


def counted(name: str) -> int:
    """Sum of the counters whose key begins with ``LIMIT#<name>``."""
    return sum(
        int(item["used"]["N"]) for item in table() if item["pk"]["S"].startswith(f"LIMIT#{name}") and "used" in item
    )


def audited(user: Principal) -> list[str]:
    """Actions in the audit log of a user's binding, oldest first."""
    entries = AuditEntry.query(f"binding:{user.user_id}")
    return [entry.action for entry in sorted(entries, key=lambda entry: entry.at)]
