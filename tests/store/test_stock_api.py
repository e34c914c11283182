"""Products, stock and exceptions through the API function: what drivers read in words and the office in numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import SITE_ZONE, to_text, utc_now
from chalicelib.core.session import Device
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.logistics.registrations.checks import Check
from chalicelib.domains.logistics.stock import office_api
from chalicelib.domains.logistics.stock.watching import watch_stock
from chalicelib.domains.logistics.waivers import store as waivers
from tests.support.client import Client, signed_in
from tests.support.clock import FakeClock
from tests.support.fake_mes import FakeMes
from tests.support.registrations import CAUSTIC, make_product, stored

STOCK = "/api/office/logistics/stock"
PRODUCTS = "/api/office/logistics/products"
WAIVERS = "/api/office/logistics/waivers"
PLATE = "闽A12345"
SETTINGS = {
    "code": CAUSTIC, "name": "液碱 32%", "hazardous": True, "hazard_class": "8", "un_no": "1824", "keeps_stock": True,
    "threshold": "60", "hold_minutes": 240, "warn_minutes": 30, "in_use": True, "reason": "检修期间多留一些", "version": 1,
}  # fmt: skip


@dataclass
class Desk:
    """The logistics office, a driver's phone and the tanks."""

    office: Client
    driver: Client
    mes: FakeMes

    def look(self) -> None:
        watch_stock(self.mes, timedelta(seconds=60), utc_now)

    def words(self, code: str = CAUSTIC) -> Any:
        found = self.driver.get("/api/logistics/products").json["items"]
        return next((row["availability"] for row in found if row["code"] == code), None)

    def save(self, **changes: Any) -> Any:
        body = {**SETTINGS, **changes}
        return self.office.request("PUT", f"{PRODUCTS}/{body['code']}", body=body)


@pytest.fixture
def desk(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    make_product()
    mes = FakeMes(utc_now)
    mes.fill("T-301", 120_000)
    monkeypatch.setattr(office_api, "_mes", lambda: mes)
    office = signed_in("office", "logistics", device=Device.OFFICE)
    return Desk(office, signed_in("driver"), mes)


def test_drivers_read_words_and_no_numbers(desk: Desk) -> None:
    assert desk.words() == "unconfirmed", "nobody has looked yet"
    desk.look()
    answer = desk.driver.get("/api/logistics/products")
    assert answer.json["items"] == [
        {"code": CAUSTIC, "name": "液碱32%", "hazardous": True, "availability": "available", "hold_minutes": 240}
    ]
    assert desk.mes.calls == ["tank_stock"], "a phone asks nobody"
    stored(1, utc_now(), 69_001)
    assert desk.words() == "short", "less than a tonne is nothing to come for"
    desk.mes.down = True
    desk.look()
    assert desk.words() == "unconfirmed"
    desk.save(in_use=False)
    assert desk.words() is None
    make_product("SALT", keeps_stock=False)
    assert desk.words("SALT") == "not_needed"


def test_what_was_seen_is_shown_for_ninety_seconds(desk: Desk) -> None:
    clock = FakeClock(utc_now() - timedelta(seconds=91))
    watch_stock(desk.mes, timedelta(seconds=60), clock)
    assert desk.words() == "unconfirmed"
    (row,) = desk.office.get(STOCK).json["items"]
    assert (row["stock"], row["free"], row["problem"]) == (None, None, "stock_not_looked_at")


def test_the_office_reads_numbers_tanks_holders_and_history(desk: Desk) -> None:
    desk.mes.fill("T-302", 40_000, quality="uncertain")
    stored(1, utc_now())
    desk.look()
    (row,) = desk.office.get(STOCK).json["items"]
    assert {name: row[name] for name in ("stock", "held", "threshold", "free", "problem")} == {
        "stock": "120.000", "held": "30.000", "threshold": "50.000", "free": "40.000", "problem": None,
    }  # fmt: skip
    assert desk.save().json["threshold"] == "60.000"
    desk.mes.fill("T-301", 130_000)
    detail = desk.office.get(f"{STOCK}/{CAUSTIC}").json
    assert (detail["stock"]["stock"], detail["stock"]["free"]) == ("130.000", "40.000"), "what the tanks say now"
    assert [(tank["tank_no"], tank["counts"]) for tank in detail["tanks"]] == [("T-301", True), ("T-302", False)]
    (held,) = detail["holds"]
    assert (held["plate_number"], held["quantity"], held["hold"]) == ("闽A00001", "30.000", "open")
    (change,) = detail["history"]
    assert (change["by"], change["reason"]) == ("office", "检修期间多留一些")
    assert (change["before"]["threshold"], change["after"]["threshold"]) == ("50.000", "60.000")
    desk.mes.down = True
    detail = desk.office.get(f"{STOCK}/{CAUSTIC}").json
    assert (detail["stock"]["stock"], detail["stock"]["problem"], detail["tanks"]) == (None, "peer_unreachable", [])
    assert desk.office.get(f"{STOCK}/NOPE").status == 404


def test_the_chart(desk: Desk) -> None:
    desk.look()
    today = utc_now().astimezone(SITE_ZONE).date()
    answer = desk.office.get(f"{STOCK}/{CAUSTIC}/series", first=str(today), last=str(today))
    assert answer.status == 200
    assert all(point["stock"] == "120.000" and point["held"] == "0.000" for point in answer.json["items"])
    for first in (today + timedelta(days=1), today - timedelta(days=31)):
        answer = desk.office.get(f"{STOCK}/{CAUSTIC}/series", first=str(first), last=str(today))
        assert (answer.status, answer.json["detail"][0]["field"]) == (400, "last")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"warn_minutes": 240}, "warn_minutes"),
        ({"hazard_class": ""}, "hazard_class"),
        ({"un_no": ""}, "un_no"),
        ({"threshold": "1.2345"}, "threshold"),
        ({"threshold": "-1"}, "threshold"),
        ({"hold_minutes": 5}, "hold_minutes"),
        ({"reason": "x"}, "reason"),
    ],
)
def test_rules_that_make_no_sense_are_refused_at_their_field(desk: Desk, changes: dict[str, Any], field: str) -> None:
    answer = desk.save(**changes)
    assert (answer.status, answer.json["detail"][0]["field"]) == (400, field)


def test_saving_tells_who_was_faster(desk: Desk) -> None:
    assert desk.save().status == 200
    assert desk.save().status == 200, "the same form again"
    assert desk.save(threshold="70").code == "product_changed"
    assert desk.save(code="NAOH48", version=0).status == 200
    assert desk.save(code="NAOH48", version=0, threshold="1").code == "product_exists"
    other = {**SETTINGS, "code": "NAOH48"}
    assert desk.office.request("PUT", f"{PRODUCTS}/{CAUSTIC}", body=other).status == 400
    stored(1, utc_now())
    refused = desk.save(keeps_stock=False, version=2)
    assert refused.code == "product_has_holds" and "占用" in refused.json["message"]


def test_strangers_have_no_numbers(desk: Desk) -> None:
    approver = signed_in("approver", "visitor_approver", device=Device.OFFICE)
    for path in (STOCK, f"{STOCK}/{CAUSTIC}", WAIVERS):
        assert approver.get(path).status == 403
        assert Client().get(path).status == 401


def waiver(desk: Desk, **changes: Any) -> Any:
    body = {
        "plate_number": "闽a·12345", "codes": ["overload", "tank_inspection_expired"], "reason": "换证在途，已电话核实",
        "valid_until": to_text(utc_now() + timedelta(days=2)),
    }  # fmt: skip
    return desk.office.post(WAIVERS, {**body, **changes})


def test_an_exception_is_allowed_found_used_once_and_taken_back(desk: Desk) -> None:
    until = to_text(utc_now() + timedelta(days=2))
    made = waiver(desk, valid_until=until)
    assert made.status == 201 and made.json["plate_number"] == PLATE
    assert waiver(desk, valid_until=until).json == made.json, "the same form again"
    other = waiver(desk, codes=["overload"]).json
    assert [row["id"] for row in desk.office.get(WAIVERS, plate_number="闽a12345").json["items"]] == [
        other["id"],
        made.json["id"],
    ]
    now = utc_now()
    found = waivers.find_for(PLATE, ["overload"], now)
    assert found is not None and found.id == other["id"], "the one that passes over the least"
    use(found, "R1")
    with pytest.raises(RaceLost, match="waiver"):
        use(found, "R2")
    assert desk.office.post(f"{WAIVERS}/{other['id']}/withdraw").code == "waiver_spent"
    taken_back = desk.office.post(f"{WAIVERS}/{made.json['id']}/withdraw")
    assert taken_back.json["withdrawn"] and desk.office.post(f"{WAIVERS}/{made.json['id']}/withdraw").status == 200
    assert waivers.find_for(PLATE, ["overload"], now) is None
    assert [entry.action for entry in AuditEntry.query(f"waiver:{other['id']}")] == ["waiver_added", "waiver_used"]
    assert [entry.action for entry in AuditEntry.query(f"waiver:{made.json['id']}")] == [
        "waiver_added",
        "waiver_withdrawn",
    ]
    assert PLATE not in str([entry.after for entry in AuditEntry.query(f"waiver:{made.json['id']}")])


def test_what_was_taken_back_or_ran_out_meanwhile_is_not_used(desk: Desk) -> None:
    made = waivers.find_waiver(waiver(desk).json["id"])
    assert made is not None
    with pytest.raises(RaceLost):
        use(made, "R1", at=made.valid_until)
    assert waivers.find_for(PLATE, ["overload"], made.valid_until) is None
    desk.office.post(f"{WAIVERS}/{made.id}/withdraw")
    with pytest.raises(RaceLost):
        use(replace(made, withdrawn=False), "R1")


def use(found: Any, registration_id: str, at: Any = None) -> None:
    transaction = Transaction()
    waivers.add_use(transaction, found, registration_id, at or utc_now())
    transaction.commit()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"codes": [Check.DRIVER_UNKNOWN.value]}, "codes"),
        ({"codes": ["anything"]}, "codes"),
        ({"codes": []}, "codes"),
        ({"reason": "急"}, "reason"),
        ({"plate_number": "X"}, "plate_number"),
    ],
)
def test_exceptions_that_cannot_be(desk: Desk, changes: dict[str, Any], field: str) -> None:
    answer = waiver(desk, **changes)
    assert (answer.status, answer.json["detail"][0]["field"]) == (400, field)


@pytest.mark.parametrize("days", [-1, 8])
def test_an_exception_lasts_a_week_at_most(desk: Desk, days: int) -> None:
    answer = waiver(desk, valid_until=to_text(utc_now() + timedelta(days=days)))
    assert answer.json["detail"][0]["field"] == "valid_until"
