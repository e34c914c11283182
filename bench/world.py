"""The product in this process on moto, with a few people and visits, for the parts of the bench that run use cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import to_text, utc_now
from chalicelib.core.session import Device
from chalicelib.domains.canteen import wiring as canteen_wiring
from chalicelib.domains.canteen.cards.canteen_push import CardReporting
from chalicelib.domains.canteen.topups.crediting import Crediting
from chalicelib.domains.canteen.topups.refunding import Refunding
from chalicelib.domains.logistics import wiring
from chalicelib.domains.visitor.hosts import api as hosts_api
from chalicelib.domains.visitor.privacy.consent_texts import CONSENT_TEXTS
from chalicelib.domains.visitor.privacy.model import ConsentKind
from chalicelib.integrations.gate.passage_port import Passage
from tests.support.client import Client, browser_of, signed_in
from tests.support.clock import FakeClock
from tests.support.environment import apply_environment, fake_cloud
from tests.support.fake_canteen import FakeCanteen
from tests.support.fake_gate import FakeGate
from tests.support.fake_le import FakeLe
from tests.support.fake_mes import FakeMes
from tests.support.fake_pay import FakePay
from tests.support.fake_wechat import FakeWeChat
from tests.support.photos import uploaded
from tests.support.workers import GateWorkers, NoticeWorkers, QueueWorkers

VISITS = "/api/visitor/visits"
APPROVALS = "/api/visitor/approvals"
USERS = "/api/office/users"


@dataclass
class World:
    """Phones and browsers of a visitor, an approver, an administrator and the logistics office; the gate, tanks, LE, the
    canteen, WeChat Pay."""

    sqs: Any
    visitor: Client = field(init=False)
    visitor_id: str = field(init=False)
    approver: Client = field(init=False)
    office: Client = field(init=False)
    administrator: Client = field(init=False)
    logistics: Client = field(init=False)
    serial: int = 0

    def __post_init__(self) -> None:
        self.visitor, self.visitor_id = signed_in("visitor"), "USERVISITOR"
        self.approver = signed_in("approver", "visitor_approver")
        self.office = browser_of("USERAPPROVER", Device.OFFICE)
        self.administrator = signed_in("administrator", "administrator", device=Device.OFFICE)
        self.logistics = signed_in("logistician", "logistics", device=Device.OFFICE)
        self.mes, self.le = FakeMes(utc_now), FakeLe(utc_now, knows_everybody=True)
        self.gate, self.canteen, self.pay = FakeGate(), FakeCanteen(utc_now), FakePay(utc_now)
        # ahead of the real clock that stamps the requests, so that what they enqueue is due, on a busy machine, too
        clock = FakeClock(datetime.now(UTC) + timedelta(minutes=20))
        self.workers = GateWorkers(self.sqs, self.gate, clock)
        self.notices = NoticeWorkers(self.sqs, FakeWeChat(clock), clock)
        credits = {**Crediting(self.canteen, clock).handlers, **CardReporting(self.canteen, clock).handlers}
        self.crediting = QueueWorkers(self.sqs, "canteen", credits, clock)
        self.refunding = QueueWorkers(self.sqs, "pay", Refunding(self.pay, self.canteen, clock).handlers, clock)

    def form(self, **changes: Any) -> dict[str, Any]:
        """A complete reservation for another visitor each time."""
        self.serial += 1
        start = datetime.now(UTC) + timedelta(hours=1)
        person = {"name": "林晓雨", "gender": "female", "phone": f"138{self.serial:08d}", "plate_number": "闽A12345"}
        return {
            "request_id": f"bench-request-{self.serial:06d}",
            "visitor": person,
            "remember": True,
            "host": {"name": "王海峰", "phone": "13900001111"},
            "starts_at": to_text(start),
            "ends_at": to_text(start + timedelta(hours=4)),
            "purpose": "设备检修",
            **changes,
        }

    def next_visitor(self) -> None:
        """Somebody else, who has not submitted anything today."""
        self.serial += 1
        self.visitor, self.visitor_id = signed_in(f"visitor{self.serial}"), f"USERVISITOR{self.serial}"

    def agree_to_face(self) -> None:
        """The visitor's consent to a photo."""
        version = CONSENT_TEXTS[ConsentKind.FACE].version
        must(self.visitor.post("/api/visitor/consents/face", {"version": version, "granted": True}).json, "decided_at")

    def face(self) -> str:
        """A photo the visitor has uploaded."""
        self.agree_to_face()
        return uploaded(self.visitor, self.visitor_id)

    def submitted(self) -> dict[str, Any]:
        """A visit waiting for its approval."""
        return must(self.visitor.post(VISITS, self.form()).json, "id")

    def approved(self) -> dict[str, Any]:
        """An approved visit whose push waits for the gate's worker."""
        visit = self.submitted()
        body = {"version": visit["version"]}
        return must(self.approver.post(f"{APPROVALS}/{visit['id']}/approve", body).json, "decided_at")

    def inside(self, visitors: int) -> None:
        """Visitors whose passage the platform lists."""
        for number in range(visitors):
            if number % 15 == 0:
                self.next_visitor()
            visit_id = must(self.approved(), "id")["id"]
            self.workers.deliver(f"gate:visit:{visit_id}")
            at, order_id = self.workers.reader.clock(), self.gate.orders[-1].order_id
            self.gate.passed.append(Passage(f"BENCH{len(self.gate.passed)}", order_id, at, "entry-1", "东门", "qr"))


def must(answer: dict[str, Any], member: str) -> dict[str, Any]:
    """An answer that has ``member``: a bench of refusals would measure nothing."""
    if member not in answer:
        raise AssertionError(f"the use case was refused: {answer}")
    return answer


def succeeded(answer: Any) -> Any:
    """An answer that is no refusal."""
    if answer.status >= 400:
        raise AssertionError(f"the use case was refused: {answer.status} {answer.text}")
    return answer


@contextmanager
def world() -> Iterator[World]:
    """A fresh world."""
    with pytest.MonkeyPatch.context() as patch:
        apply_environment(patch)
        with fake_cloud(patch) as sqs:
            place = World(sqs)
            patch.setattr(hosts_api, "_people", lambda: place.gate)
            patch.setattr(wiring, "mes", lambda: place.mes)
            patch.setattr(wiring, "impatient_le", lambda: place.le)
            patch.setattr(canteen_wiring, "impatient_canteen", lambda: place.canteen)
            patch.setattr(canteen_wiring, "impatient_pay", lambda: place.pay)
            yield place
