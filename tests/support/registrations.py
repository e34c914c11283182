"""Products and registrations put straight into the table, for tests that begin where a registration exists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.core.clock import to_text
from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import State
from chalicelib.core.table import Transaction
from chalicelib.domains.logistics.registrations import model, store
from chalicelib.domains.logistics.registrations.model import Wanted
from chalicelib.domains.logistics.registrations.registration import (
    Arrival,
    Crew,
    Goods,
    Kind,
    Line,
    Registration,
    Truck,
)
from chalicelib.domains.logistics.registrations.steps import add_step
from chalicelib.domains.logistics.stock.store import ProductItem, find_product, product_key

CAUSTIC = "NAOH32"
ORDER = "SO2026110001"
OWNER = "USERDRIVER"


def make_product(code: str = CAUSTIC, now: datetime | None = None, **facts: Any) -> None:
    """A product whose stock is kept, held for four hours, 50 t must stay."""
    known: dict[str, Any] = {
        "name": "液碱32%", "hazardous": True, "hazard_class": "8", "un_no": "1824", "keeps_stock": True,
        "threshold_kg": 50_000, "hold_minutes": 240, "warn_minutes": 30, "in_use": True, "rules_version": 1,
        "held_kg": 0, "movements": 0,
    }  # fmt: skip
    at = to_text(now) if now else "2026-11-01T00:00:00.000Z"
    ProductItem(*product_key(code), kind_key="product", created_at=at, **{**known, **facts}).save()


def crew(number: int, name: str = "吴大勇") -> Crew:
    """A driver with valid papers."""
    return Crew(f"{number:032x}", name, f"139{number:08d}", f"Q{number:08d}", date(2030, 1, 1))


def wanted(serial: int, now: datetime, quantity_kg: int = 30_000, kind: Kind = Kind.PICKUP, **facts: Any) -> Wanted:
    """What driver ``serial`` asks for, with a truck and crew of his own."""
    asked = Wanted(
        kind=kind,
        goods=Goods(CAUSTIC, "液碱32%", "福州某化工有限公司", (Line(ORDER, "10", quantity_kg),)),
        truck=Truck(f"闽A{serial:05d}", f"闽B{serial:04d}挂"),
        driver=crew(2 * serial + 1),
        escort=crew(2 * serial + 2, "郑小燕"),
        waybill=None,
        arrival=Arrival(now + timedelta(hours=1), now + timedelta(hours=3)),
        keeps_stock=True,
        hold_for=timedelta(hours=4),
        warn_before=timedelta(minutes=30),
    )
    return replace(asked, **facts)


def stored(serial: int, now: datetime, quantity_kg: int = 30_000, **facts: Any) -> Registration:
    """A registration as it is after it was made: with its hold and its push to LE."""
    asked = wanted(serial, now, quantity_kg, **facts)
    registration = model.register(f"{serial:026d}", OWNER, asked, now)
    transaction = Transaction()
    add_step(transaction, None, registration, now)
    transaction.commit()
    return registration


def now_of(registration: Registration) -> Registration:
    """As it is stored."""
    found = store.find_registration(registration.id)
    assert found is not None
    return found


def held_kg(code: str = CAUSTIC) -> int:
    """The product's counter."""
    product = find_product(code)
    assert product is not None
    return product.held_kg


def counted_kg(code: str = CAUSTIC) -> int:
    """The same from the registrations, which is what the counter must be."""
    items = store.RegistrationItem.by_held.query(code)
    return sum(store.to_registration(item).counted_kg for item in items)


def claims() -> dict[str, str]:
    """What is claimed by which registration."""
    found = store.ClaimItem.scan(store.ClaimItem.sk == "CLAIM")
    return {item.pk.removeprefix("CLAIM#"): item.registration_id for item in found}


def pushes(registration: Registration) -> list[tuple[str, str]]:
    """Kind and state of what LE is told, in order."""
    entries = outbox.entries_of(f"le:registration:{registration.id}")
    return [(entry.kind, entry.state.value) for entry in entries]


def nothing_waits(registration: Registration) -> bool:
    """Whether LE has been told everything."""
    entries = outbox.entries_of(f"le:registration:{registration.id}")
    return all(entry.state is not State.PENDING for entry in entries)
