"""Registrations through the API function on locked moto: exact answers, and on refusal nothing changed or sent."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.domains.logistics import wiring
from chalicelib.domains.logistics.registrations import store
from tests.support.client import Client, browser_of, make_user
from tests.support.fake_mes import FakeMes
from tests.support.registrations import claims, counted_kg, held_kg, make_product, pushes
from tests.support.trips import Driver

pytestmark = pytest.mark.usefixtures("cloud")
OWN = "/api/logistics/registrations"


@pytest.fixture
def mes(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> FakeMes:
    """A tank farm with 100 t of caustic soda, of which 50 t must stay."""
    fake = FakeMes(utc_now)
    fake.fill("T-301", 100_000)
    monkeypatch.setattr(wiring, "mes", lambda: fake)
    make_product()
    return fake


@pytest.fixture
def driver(mes: FakeMes) -> Driver:
    return Driver().settle_in(utc_now())


@pytest.fixture
def phone(driver: Driver) -> Client:
    make_user("driver")
    return browser_of("USERDRIVER")


def post(phone: Client, driver: Driver, **changed: Any) -> Any:
    return phone.post(OWN, driver.body(utc_now(), **changed))


def assert_nothing_stored() -> None:
    assert (held_kg(), counted_kg(), claims()) == (0, 0, {})
    assert list(store.RegistrationItem.by_kind.query(store.KIND)) == []


def test_a_pickup_is_registered_held_and_told(phone: Client, driver: Driver) -> None:
    made = post(phone, driver)
    assert made.status == 201, made.text
    seen = made.json
    assert (seen["status"], seen["step"], seen["quantity"], seen["le"]) == ("registered", "held", "30.000", "waiting")
    assert (seen["product_name"], seen["customer_name"]) == ("液碱32%", "福州某化工有限公司")
    assert (seen["hold"]["state"], seen["hold"]["quantity"]) == ("open", "30.000")
    assert seen["expires_at"] == seen["hold"]["expires_at"] and seen["warn_at"] < seen["expires_at"]
    assert (seen["can_cancel"], seen["can_change"], seen["can_sign_off"]) == (True, True, False)
    assert [event["text"] for event in seen["events"]] == ["提交登记"]
    assert (held_kg(), counted_kg()) == (30_000, 30_000)
    assert set(claims()) == {driver.tractor, driver.trailer, driver.driver_no, driver.escort_no}
    found = store.find_registration(seen["id"])
    assert found is not None and pushes(found) == [("le.register", "pending")]
    assert phone.get(f"{OWN}/{seen['id']}").json == seen
    assert [item["id"] for item in phone.get(OWN).json["items"]] == [seen["id"]]
