"""Balance and loss through the API, and the canteen's worker behind it: what is reported is ours from the first moment, and the
canteen's as soon as it can be reached."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import utc_now
from chalicelib.core.outbox.store import entries_of
from chalicelib.domains.canteen import wiring
from chalicelib.domains.canteen.cards.canteen_push import CardReporting
from chalicelib.integrations.canteen.port import CardStatus
from tests.support.client import Answer, Client, signed_in
from tests.support.clock import FakeClock
from tests.support.fake_canteen import FakeCanteen
from tests.support.faults import Fault, ProcessDied, every_fault, injected
from tests.support.records import bound
from tests.support.workers import QueueWorkers, pending

ACCOUNT, CARD = "60010001", "C60010001"
OWN = "/api/canteen/account"


@dataclass
class Place:
    """A diner's phone, the canteen, and the worker between them."""

    phone: Client
    canteen: FakeCanteen
    clock: FakeClock
    workers: QueueWorkers
    taps: int = 0

    def tap(self, what: str, card_no: str = CARD, request_id: str = "") -> Answer:
        self.taps += 1
        return self.phone.post(
            f"/api/canteen/cards/{card_no}/{what}", {"request_id": request_id or f"tap-{self.taps:08}"}
        )  # fmt: skip

    def card(self) -> Any:
        [card] = self.phone.get(OWN).json["cards"]
        return card

    def work(self) -> None:
        """The canteen's worker, a while later."""
        self.clock.now = max(self.clock.now, utc_now()) + timedelta(minutes=1)
        self.workers.recover(30)

    def status(self) -> CardStatus:
        return self.canteen.accounts[ACCOUNT].cards[0].status


@pytest.fixture
def place(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Place:
    clock = FakeClock(utc_now())
    canteen = FakeCanteen(utc_now)
    canteen.open_account(ACCOUNT, "13800001111", 2_000, 500)
    monkeypatch.setattr(wiring, "impatient_canteen", lambda: canteen)
    workers = QueueWorkers(cloud, "canteen", CardReporting(canteen, clock).handlers, clock)
    place = Place(signed_in("diner"), canteen, clock, workers)
    bound("USERDINER", ACCOUNT, utc_now())
    return place


def told(answer: Answer) -> tuple[int, str | None]:
    return answer.status, answer.code


def test_the_balance_is_live_or_marked_as_the_last_known_one(place: Place) -> None:
    place.canteen.down = True
    nothing = place.phone.get(OWN).json
    assert (nothing["bound"]["account_no"], nothing["balance_fen"], nothing["is_live"]) == (ACCOUNT, None, False)
    place.canteen.down = False
    live = place.phone.get(OWN).json
    assert (live["balance_fen"], live["is_live"], live["account_status"]) == (2_500, True, "normal")
    assert live["purses"] == [{"purse": "cash", "balance_fen": 2_000}, {"purse": "subsidy", "balance_fen": 500}]
    assert (live["cards"][0]["card_no_masked"], live["cards"][0]["state"]) == ("****0001", "normal")
    place.canteen.down = True
    place.canteen.eat(ACCOUNT, 700)
    last = place.phone.get(OWN).json
    assert (last["balance_fen"], last["is_live"], last["as_of"]) == (2_500, False, live["as_of"])
    place.canteen.down = False
    assert place.phone.get(OWN).json["balance_fen"] == 1_800
    stranger = signed_in("stranger")
    assert stranger.get(OWN).json["bound"] is None


def test_a_loss_at_night_is_kept_until_the_canteen_is_back(place: Place) -> None:
    place.phone.get(OWN)
    place.canteen.down = True
    reported = place.tap("loss")
    card = reported.json["cards"][0]
    assert (reported.status, card["state"], card["can_report_loss"], card["can_report_found"]) == (
        200, "reporting", False, False,
    )  # fmt: skip
    assert "恢复后立即生效" in card["message"]
    place.work()
    assert place.status() is CardStatus.NORMAL and len(pending("canteen")) == 1
    place.canteen.down = False
    assert place.card()["state"] == "reporting", "the canteen answers again and has not been told"
    place.work()
    assert place.status() is CardStatus.LOST
    card = place.card()
    assert (card["state"], card["can_report_found"]) == ("lost", True)
    assert [entry.kind for entry in entries_of(f"wechat:card:{CARD}@{ACCOUNT}")] == ["card_lost"]
    assert [entry.action for entry in AuditEntry.query(f"card:{CARD}")] == ["card_reported_lost"]


def test_found_again_and_lost_again(place: Place) -> None:
    place.phone.get(OWN)
    for what, status in (("loss", CardStatus.LOST), ("found", CardStatus.NORMAL), ("loss", CardStatus.LOST)):
        place.tap(what)
        place.work()
        assert place.status() is status
    assert place.card()["state"] == "lost"


def test_a_loss_the_counter_has_undone_can_be_reported_again(place: Place) -> None:
    """Else the person believes that the card is blocked, and it is not."""
    place.phone.get(OWN)
    place.tap("loss")
    place.work()
    place.canteen.set_card(CARD, CardStatus.NORMAL)
    place.canteen.clock = lambda: utc_now() + timedelta(minutes=2)
    card = place.card()
    assert (card["state"], card["can_report_loss"]) == ("normal", True)
    assert place.tap("loss").json["cards"][0]["state"] == "reporting"
    place.clock.now = utc_now() + timedelta(minutes=3)
    place.workers.recover(30)
    assert place.status() is CardStatus.LOST


def test_only_the_counter_takes_a_loss_back(place: Place) -> None:
    place.phone.get(OWN)
    place.tap("loss")
    place.work()
    place.canteen.counter_only = True
    assert place.tap("found").json["cards"][0]["state"] == "finding"
    place.work()
    card = place.card()
    assert (card["state"], place.status()) == ("lost", CardStatus.LOST)
    assert "食堂未受理" in card["message"] and "请联系" in card["message"]
    assert card["can_report_found"], "the counter may have changed its mind"


def test_a_card_that_was_cancelled_meanwhile(place: Place) -> None:
    place.phone.get(OWN)
    place.canteen.set_card(CARD, CardStatus.CANCELLED)
    place.tap("loss")
    place.work()
    assert (place.card()["state"], pending("canteen")) == ("cancelled", [])


def test_a_tap_that_arrives_late_or_twice_is_none(place: Place) -> None:
    """The first loss's tap comes once more after the card was found again: it must not block it."""
    place.phone.get(OWN)
    place.tap("loss", request_id="tap-of-loss")
    place.tap("loss", request_id="tap-of-loss")
    place.work()
    place.tap("found")
    place.work()
    place.tap("loss", request_id="tap-of-loss")
    place.work()
    assert place.status() is CardStatus.NORMAL
    assert [entry.kind for entry in entries_of(f"canteen:card:{CARD}")] == ["card.loss", "card.found"]


def test_two_phones_report_once(place: Place) -> None:
    place.phone.get(OWN)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda number: place.tap("loss", request_id=f"of-phone-{number}").status, (1, 2)))
    assert answers == [200, 200]
    assert len(entries_of(f"canteen:card:{CARD}")) == 1
    place.work()
    assert place.canteen.calls.count("report_loss") == 1


def test_other_peoples_cards_do_not_exist(place: Place) -> None:
    place.phone.get(OWN)
    place.canteen.open_account("60010009", "13800009999")
    for what in ("loss", "found"):
        assert told(place.tap(what, "C60010009")) == (404, "not_found")
    stranger = signed_in("stranger")
    refused = stranger.post(f"/api/canteen/cards/{CARD}/loss", {"request_id": "tap-00000001"})
    assert told(refused) == (409, "canteen_not_bound")
    assert told(place.tap("loss", request_id="x")) == (400, "invalid_input")
    assert pending("canteen") == []


def diner(place: Place, number: int) -> tuple[Client, str, str]:
    """Somebody else's phone that has seen its card; account, card."""
    name, account = f"d{number}", f"7001{number:04}"
    phone = signed_in(name)
    place.canteen.open_account(account, "13800001111")
    bound(f"USER{name.upper()}", account, utc_now())
    phone.get(OWN)
    return phone, account, f"C{account}"


def test_reporting_with_every_call_broken(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person taps, sees an error or nothing, and taps again: one report, one push."""
    calls = ["GetItem", "BatchGetItem", "Query", "TransactWriteItems", "SendMessage", "canteen.balance", "PutItem"]
    for number, fault in enumerate([Fault(), *every_fault(len(calls) - 1)]):
        phone, _, card = diner(place, number)
        tap = partial(phone.post, f"/api/canteen/cards/{card}/loss", {"request_id": "tap-00000001"})
        with injected(fault, place.canteen, monkeypatch), suppress(ProcessDied):
            assert tap().status in (200, 503), fault
        assert fault.number or fault.calls == calls, "the session; two reads, one transaction, one send; then a look"
        assert tap().status == 200, fault
        assert [entry.kind for entry in entries_of(f"canteen:card:{card}")] == ["card.loss"], fault
        assert [entry.action for entry in AuditEntry.query(f"card:{card}")] == ["card_reported_lost"], fault


def test_pushing_a_report_with_every_call_broken(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker dies wherever it can: the card is blocked, by one push, told once."""
    calls = [
        "Query",
        "TransactWriteItems",
        "canteen.report_loss",
        "GetItem",
        "TransactWriteItems",
        "SendMessage",
        "Query",
    ]
    for number, fault in enumerate([Fault(), *every_fault(len(calls))]):
        phone, account, card = diner(place, number)
        assert phone.post(f"/api/canteen/cards/{card}/loss", {"request_id": "tap-00000001"}).status == 200
        place.clock.now = utc_now() + timedelta(minutes=1)
        with injected(fault, place.canteen, monkeypatch), suppress(ProcessDied):
            place.workers.deliver(f"canteen:card:{card}")
        assert fault.number or fault.calls == calls
        for _ in range(4):
            place.clock.advance(minutes=2)
            place.workers.deliver(f"canteen:card:{card}")
        assert place.canteen._card(card).status is CardStatus.LOST, fault
        [entry] = entries_of(f"canteen:card:{card}")
        assert entry.state.value == "done", fault
        assert len(entries_of(f"wechat:card:{card}@{account}")) == 1, fault
