"""The LE adapter against the simulated LE, and the fake that other tests use against the same expectations."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

import pytest

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.le.client import LANES, REGISTRATIONS, LeClient, le_house
from chalicelib.integrations.le.port import (
    LeChange,
    LeCrew,
    LeDeclined,
    LeDriver,
    LeLane,
    LeLine,
    LeOrderLine,
    LePerson,
    LePort,
    LeQueueEntry,
    LeRegistration,
    LeReport,
    LeSignature,
    LeState,
    LeStateConflict,
    LeTank,
    LeVehicle,
)
from sandbox.house.plant import LOGISTICS_CLIENT, SITE
from sandbox.le.samples import DRIVER_PHONE, OTHER_DRIVER_PHONE
from tests.support.fake_le import FakeLe, an_order
from tests.support.simulators import Simulators

KEY = "le:registration:01JLE~1"
DAY = date(2099, 12, 31)
DRIVER_NO, ESCORT_NO = "a" * 32, "b" * 32
TRACTOR = LeVehicle("闽A12345", "yellow", "tractor", "350100000001", DAY, ("8",), DAY, 0, False, 2)
TANK = LeTank("TG-01", "32.50", DAY, ("NAOH32",))
TRAILER = LeVehicle("闽A1234挂", "yellow", "trailer", "350100000002", DAY, ("8",), DAY, 32_000, False, 1, TANK)
DRIVER = LePerson(
    DRIVER_NO, "林师傅", DRIVER_PHONE, "driver", "350102199003070012", "Q1", DAY, ("8",), False, 1, "A2", DAY
)
ESCORT = LePerson(ESCORT_NO, "陈押运", OTHER_DRIVER_PHONE, "escort", "350102199103070028", "Q2", DAY, ("8",), False, 1)
SIGNED_AT = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
STEPS = ("report-in", "call", "enter", "tare", "load", "weigh", "exit")
AFTER = {
    "report-in": "queued", "call": "called", "enter": "entered", "tare": "tared", "load": "loading",
    "weigh": "weighed", "exit": "exited",
}  # fmt: skip


class Dispatcher(Protocol):
    """LE's people, whichever LE it is."""

    port: LePort

    def act(self, number: str, action: str, **body: Any) -> None: ...


@dataclass
class Real:
    """The adapter, and the simulator's console."""

    sandbox: Simulators
    port: LePort

    def act(self, number: str, action: str, **body: Any) -> None:
        self.sandbox.control("POST", f"/le/registrations/{number}/{action}", body)


@dataclass
class Fake:
    """The fake that other tests use."""

    port: FakeLe

    def act(self, number: str, action: str, **body: Any) -> None:
        lane, net = {"call": "L1"}.get(action), body.get("netWeight")
        facts: dict[str, Any] = ({"lane_code": lane} if lane else {}) | ({"net_kg": 29_860} if net else {})
        self.port.move(number, AFTER[action], **facts)  # type: ignore[arg-type]  # words of the contract


@pytest.fixture
def client(sandbox: Simulators) -> LeClient:
    http = sandbox.http("le")
    secrets = sandbox.app.secrets
    house = le_house(sandbox.url, LOGISTICS_CLIENT, secrets.le_secret, http)
    house = replace(house, timestamp=lambda: str(int(time.time() + sandbox.offset[0])))
    return LeClient(house, SITE, lambda: base64.b64decode(secrets.le_id_number_key))


@pytest.fixture(params=["real", "fake"])
def le(request: pytest.FixtureRequest) -> Dispatcher:
    if request.param == "real":
        return Real(request.getfixturevalue("sandbox"), request.getfixturevalue("client"))
    fake = FakeLe(lambda: datetime.now(UTC))
    other = LeOrderLine("20", "NAOH48", "液碱 48%", True, "8", "1824", 60_000, 60_000)
    first = an_order().lines[0]
    lines = (replace(first, ordered_kg=120_000, open_kg=120_000), other)
    fake.file_order(an_order(lines=lines), DRIVER_PHONE, OTHER_DRIVER_PHONE)
    fake.file_order(an_order("SO2026110006", status="blocked"), DRIVER_PHONE)
    fake.file_order(an_order("SO2026110005"), OTHER_DRIVER_PHONE)
    return Fake(fake)


@pytest.fixture
def known(le: Dispatcher) -> Dispatcher:
    """LE has the archives."""
    for vehicle in (TRACTOR, TRAILER):
        le.port.put_vehicle(vehicle)
    for person in (DRIVER, ESCORT):
        le.port.put_person(person)
    return le


def pickup(number: str = "01JLE", **changed: Any) -> LeRegistration:
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    driver = LeDriver(DRIVER_NO, "林师傅", DRIVER_PHONE, "Q1", DAY)
    escort = LeDriver(ESCORT_NO, "陈押运", OTHER_DRIVER_PHONE, "Q2", DAY)
    made = LeRegistration(
        number, "pickup", "NAOH32", (LeLine("SO2026110001", "10", 30_000),), "闽A12345", driver,
        start, start + timedelta(hours=4), "闽A1234挂", escort, "WB-1",
    )  # fmt: skip
    return replace(made, **changed)


def facts(state: LeState | None) -> tuple[str, bool, int | None]:
    assert state is not None
    return state.status, state.card_returned, state.net_kg


def test_the_whole_pickup(known: Dispatcher) -> None:
    le = known.port
    made = le.register(pickup(), KEY)
    assert (made.status, made.seq, made.external_no, made.planned_kg) == ("card_issued", 2, "01JLE", 30_000)
    assert made.card_no and [step.status for step in made.history] == ["registered", "card_issued"]
    assert le.register(pickup(), KEY).registration_no == made.registration_no
    for step in STEPS:
        known.act(made.registration_no, step, **({"netWeight": "29.860"} if step == "weigh" else {}))
    found = le.find_by_external_no("01JLE")
    assert facts(found) == ("exited", False, 29_860)
    assert found is not None and found == le.find(made.registration_no)
    signature = LeSignature(29_860, 29_860, False, "", "林师傅", SIGNED_AT)
    signed = le.sign_off(made.registration_no, signature, "s")
    assert (signed.quantity_kg, signed.delivered_kg, signed.difference_kg) == (29_860, 29_860, 0)
    assert signed.document_no and signed.signed_at == SIGNED_AT
    assert le.sign_off(made.registration_no, signature, "s") == signed
    assert le.sign_off(made.registration_no, signature, "the same by another key") == signed
    with pytest.raises(Refused, match="le_signed_otherwise"):
        le.sign_off(made.registration_no, replace(signature, quantity_kg=29_800), "t")
    back = le.return_card(made.registration_no, made.card_no, "finished", "c")
    assert facts(back) == ("signed", True, 29_860)


def test_a_difference_needs_a_reason(known: Dispatcher) -> None:
    made = known.port.register(pickup(), KEY)
    for step in STEPS:
        known.act(made.registration_no, step, **({"netWeight": "29.860"} if step == "weigh" else {}))
    short = LeSignature(29_700, 29_860, True, "", "林师傅", SIGNED_AT)
    with pytest.raises(LeDeclined, match="le_difference_reason_required") as caught:
        known.port.sign_off(made.registration_no, short, "s")
    assert caught.value.reason == "DIFFERENCE_REASON_REQUIRED" and caught.value.sentence
    signed = known.port.sign_off(made.registration_no, replace(short, difference_reason="罐内残留"), "s2")
    assert signed.difference_kg == -160


def test_giving_up_returns_the_card_under_one_key(known: Dispatcher) -> None:
    le = known.port
    made = le.register(pickup(), KEY)
    number, card = made.registration_no, made.card_no or ""
    with pytest.raises(LeStateConflict) as caught:
        le.return_card(number, card, "cancelled", "g0")
    assert caught.value.status == "card_issued"
    with pytest.raises(LeStateConflict) as caught:
        le.cancel(number, "queued", "超时", "g0")
    assert caught.value.status == "card_issued"
    assert le.cancel(number, "card_issued", "超时", "g").status == "cancelled"
    assert le.cancel(number, "card_issued", "超时", "g").status == "cancelled"
    assert le.cancel(number, "card_issued", "超时", "another key").status == "cancelled"
    with pytest.raises(Refused, match="le_card_mismatch"):
        le.return_card(number, "C9999", "cancelled", "g2")
    assert le.return_card(number, card, "cancelled", "g").card_returned
    assert le.return_card(number, card, "cancelled", "another key").card_returned


def test_a_truck_inside_is_not_cancelled(known: Dispatcher) -> None:
    made = known.port.register(pickup(), KEY)
    for step in STEPS[:3]:
        known.act(made.registration_no, step)
    with pytest.raises(LeStateConflict) as caught:
        known.port.cancel(made.registration_no, "called", "超时", "g")
    assert caught.value.status == "entered"


def test_a_change_until_queued(known: Dispatcher) -> None:
    made = known.port.register(pickup(), KEY)
    later = made.history[0].at + timedelta(hours=2)
    lines = (LeLine("SO2026110001", "10", 28_500),)
    change = LeChange("card_issued", lines, later, later + timedelta(hours=1))
    changed = known.port.change(made.registration_no, change, "c")
    assert (changed.planned_kg, changed.status, changed.seq) == (28_500, "card_issued", made.seq + 1)
    assert known.port.change(made.registration_no, change, "c") == changed
    for step in STEPS[:2]:
        known.act(made.registration_no, step)
    with pytest.raises(LeStateConflict) as caught:
        known.port.change(made.registration_no, change, "d")
    assert caught.value.status == "called"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"plate_number": "闽A99999"}, "le_vehicle_unknown"),
        ({"escort": LeDriver("c" * 32, "谁", DRIVER_PHONE, "Q", DAY)}, "le_driver_unknown"),
        ({"lines": (LeLine("SO0", "10", 1_000),)}, "le_order_unknown"),
        ({"lines": (LeLine("SO2026110001", "20", 1_000),)}, "le_product_mismatch"),
        ({"lines": (LeLine("SO2026110001", "10", 120_001),)}, "le_quantity_exceeds_open"),
        ({"lines": (LeLine("SO2026110006", "10", 1_000),), "product_code": "HCL31"}, "le_order_blocked"),
        ({"kind": "delivery"}, "le_type_mismatch"),
        ({"arrive_to": datetime(2100, 6, 1, tzinfo=UTC)}, "le_order_not_valid"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_le_declines(known: Dispatcher, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(LeDeclined) as caught:
        known.port.register(pickup(**wrong), KEY)
    assert caught.value.code == code and caught.value.sentence
    assert known.port.register(pickup(), KEY).status == "card_issued", "a refusal uses no key up"


def test_one_open_registration_a_plate(known: Dispatcher) -> None:
    known.port.register(pickup(), KEY)
    with pytest.raises(LeDeclined, match="le_plate_busy"):
        known.port.register(pickup("01JOTHER"), "le:registration:01JOTHER~1")


def test_a_key_is_for_one_content(known: Dispatcher) -> None:
    known.port.register(pickup(), KEY)
    with pytest.raises(Refused, match="le_key_reused"):
        known.port.register(pickup(waybill_no="WB-2"), KEY)


def test_a_number_le_holds_is_adopted(known: Dispatcher) -> None:
    window = {"arrive_from": pickup().arrive_from, "arrive_to": pickup().arrive_to}
    first = known.port.register(pickup(**window), KEY)
    assert known.port.register(pickup(**window), "another key").registration_no == first.registration_no


def test_archives_go_forward_only(le: Dispatcher) -> None:
    le.port.put_vehicle(TRACTOR)
    le.port.put_vehicle(replace(TRACTOR, version=1, suspended=True))
    le.port.put_vehicle(TRAILER)
    le.port.put_person(replace(DRIVER, version=3))
    le.port.put_person(DRIVER)
    le.port.put_person(ESCORT)
    assert le.port.register(pickup(), KEY).status == "card_issued", "the newer version is not suspended"


def test_an_entry_report(le: Dispatcher) -> None:
    crew = LeCrew(DRIVER_NO, "林师傅", DRIVER_PHONE)
    report = LeReport("01JREPORT", "闽A12345", crew, "NAOH32", SIGNED_AT)
    with pytest.raises(LeDeclined, match="le_vehicle_unknown"):
        le.port.report_entry(report, "r")
    le.port.put_vehicle(TRACTOR)
    with pytest.raises(LeDeclined, match="le_driver_unknown"):
        le.port.report_entry(report, "r")
    le.port.put_person(DRIVER)
    number = le.port.report_entry(report, "r")
    assert number and le.port.report_entry(report, "r") == number
    assert le.port.report_entry(report, "another key") == number


def test_what_is_not_there(le: Dispatcher) -> None:
    assert le.port.find("R0") is None and le.port.find_by_external_no("01JNONE") is None
    assert le.port.order("SO0") is None
    with pytest.raises(Refused, match="le_registration_unknown"):
        le.port.cancel("R0", "queued", "x", "k")


def test_orders_of_some_phones(known: Dispatcher) -> None:
    known.port.register(pickup(), KEY)
    orders = {order.order_no: order for order in known.port.orders({DRIVER_PHONE})}
    assert "SO2026110005" not in orders, "it names somebody else"
    order = orders["SO2026110001"]
    line = order.lines[0]
    assert (line.product_code, line.hazardous, line.ordered_kg) == ("NAOH32", True, 120_000)
    assert order.driver_phones == (DRIVER_PHONE,) and orders["SO2026110006"].status == "blocked"
    both = {order.order_no: order for order in known.port.orders({OTHER_DRIVER_PHONE, DRIVER_PHONE})}
    assert set(both["SO2026110001"].driver_phones) == {DRIVER_PHONE, OTHER_DRIVER_PHONE}
    assert both["SO2026110005"].driver_phones == (OTHER_DRIVER_PHONE,)
    found = known.port.order("SO2026110001")
    assert found is not None and replace(found, driver_phones=(DRIVER_PHONE,)) == order
    assert known.port.orders(()) == [] and known.port.orders({"13999999999"}) == []


def test_what_changed_since_in_the_order_of_the_change(known: Dispatcher) -> None:
    started = datetime.now(UTC) - timedelta(seconds=1)
    assert known.port.changed_since(started, None).items == ()
    numbers = []
    for place in range(3):
        known.port.put_vehicle(replace(TRACTOR, plate_number=f"闽A1000{place}"))
        made = pickup(f"01JLE{place}", plate_number=f"闽A1000{place}", trailer_plate_number=None)
        numbers.append(known.port.register(made, f"k{place}").registration_no)
        time.sleep(0.002)
    known.act(numbers[0], "report-in")
    seen, cursor = [], None
    for _ in range(9):
        page = known.port.changed_since(started, cursor)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [state.registration_no for state in seen] == [numbers[1], numbers[2], numbers[0]]
    assert seen[-1].status == "queued"
    assert known.port.changed_since(seen[-1].at, None).items == ()


# only the simulator has lanes, signatures and faults


def test_lanes_with_their_queues(sandbox: Simulators, client: LeClient) -> None:
    le = Real(sandbox, client)
    for archive in (TRACTOR, TRAILER):
        client.put_vehicle(archive)
    client.put_person(DRIVER)
    client.put_person(ESCORT)
    number = client.register(pickup(), KEY).registration_no
    le.act(number, "report-in")
    le.act(number, "call", laneCode="L2")
    sandbox.control("POST", "/le/lanes/L3", {"state": "paused"})
    lanes: dict[str, LeLane] = {lane.lane_code: lane for lane in client.lanes()}
    assert (lanes["L2"].name, lanes["L2"].product_codes, lanes["L3"].state) == (
        "2 号鹤位（液碱）",
        ("NAOH32",),
        "paused",
    )
    entry: LeQueueEntry = lanes["L2"].queue[0]
    assert (entry.position, entry.plate_masked, entry.registration_no, entry.state) == (1, "闽A1***5", number, "called")
    assert lanes["L1"].queue == ()


def test_the_id_number_is_readable_for_le_only(sandbox: Simulators, client: LeClient) -> None:
    client.put_person(DRIVER)
    filed = sandbox.control("GET", "/le/drivers")["items"][0]
    assert filed["idNoMasked"] == "350102********001*"
    with pytest.raises(Refused, match="le_request_invalid"):
        replace(client, id_number_key=lambda: bytes(32)).put_person(DRIVER)


@pytest.mark.parametrize("kind", ["lost_answer", "data_null"])
def test_a_lost_answer_leaves_one_registration(sandbox: Simulators, client: LeClient, kind: str) -> None:
    for vehicle in (TRACTOR, TRAILER):
        client.put_vehicle(vehicle)
    for person in (DRIVER, ESCORT):
        client.put_person(person)
    made = pickup()
    sandbox.fault("le", kind, REGISTRATIONS)
    with pytest.raises(Retryable):
        client.register(made, KEY)
    number = client.register(made, KEY).registration_no
    assert [row["registrationNo"] for row in sandbox.control("GET", "/le/registrations")["items"]] == [number]


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ({"kind": "down"}, Retryable, "answer_lost"),
        ({"kind": "http_502"}, Retryable, "peer_failed"),
        ({"kind": "not_json"}, Retryable, "answer_unreadable"),
        ({"kind": "delay", "seconds": 2.5}, Retryable, "answer_lost"),
        ({"kind": "error_code", "code": "TOO_MANY_REQUESTS"}, Retryable, "peer_busy"),
        ({"kind": "error_code", "code": "FORBIDDEN"}, Refused, "le_not_authorised"),
        ({"kind": "error_code", "code": "DECLINED"}, LeDeclined, "le_declined"),
    ],
    ids=str,
)
def test_faults(sandbox: Simulators, client: LeClient, fault: dict[str, Any], kind: type[PeerError], code: str) -> None:
    sandbox.fault("le", path=LANES, **fault)
    with pytest.raises(kind, match=code) as caught:
        client.lanes()
    assert type(caught.value) is kind


def test_a_stranger_or_a_wrong_clock_is_refused(client: LeClient) -> None:
    late = str(int(time.time()) - 302)
    for stranger in (replace(client.house, secret="other"), replace(client.house, timestamp=lambda: late)):
        with pytest.raises(Refused, match="le_credentials_refused"):
            replace(client, house=stranger).lanes()
    with pytest.raises(Refused, match="le_not_authorised"):
        replace(client, site_code="XX99").report_entry(
            LeReport("01J", "闽A12345", LeCrew(DRIVER_NO, "林", DRIVER_PHONE), "NAOH32", SIGNED_AT), "k"
        )
