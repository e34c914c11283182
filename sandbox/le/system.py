"""One LE, put together."""

from collections.abc import Callable
from typing import Any

from sandbox.house.lists import page_of
from sandbox.house.members import moment, wrong
from sandbox.kit.clock import Clock, parse_iso
from sandbox.kit.knobs import Knobs
from sandbox.kit.store import Document, Store
from sandbox.le.admission import Admission
from sandbox.le.archives import Archives
from sandbox.le.cards import Cards
from sandbox.le.dispatch import Dispatcher, Stock
from sandbox.le.memory import Memory
from sandbox.le.orders import Orders
from sandbox.le.registering import Desk
from sandbox.le.registrations import Registrations, Tell, shown
from sandbox.le.states import WORDS
from sandbox.le.yard import Yard


class Logistics:
    """Everything the interface and the dispatcher's office share."""

    def __init__(self, store: Store, clock: Clock, knobs: Knobs, id_number_key: str, stock: Stock, tell: Tell) -> None:
        self.memory = Memory(store, clock, knobs)
        self.registrations = Registrations(self.memory, tell)
        self.orders = Orders(self.memory)
        self.archives = Archives(self.memory, id_number_key)
        self.cards = Cards(self.memory)
        self.yard = Yard(self.memory, self.registrations.all)
        self.desk = Desk(self.memory, self.registrations, self.cards, Admission(self.orders, self.archives))
        self.dispatcher = Dispatcher(self.memory, self.registrations, self.desk, self.yard, stock)

    def page(self, query: dict[str, str]) -> dict[str, Any]:
        """GET /registrations: those that fit, in the order of their last change."""
        fits = _filter(query)
        fitting = [one for one in self.registrations.all() if fits(one)]
        page = page_of(fitting, lambda one: int(one["place"]), query)
        return {**page, "items": [shown(one) for one in page["items"]]}


def _filter(query: dict[str, str]) -> Callable[[Document], bool]:
    """Absent and empty parameters do not filter. INVALID_ARGUMENT for a status or a time that is none."""
    if query.get("status") and query["status"] not in WORDS:
        raise wrong("status")
    after = moment(query, "updatedAfter") if query.get("updatedAfter") else None
    equal = [(name, query[name]) for name in ("externalNo", "plateNo", "status") if query.get(name)]
    phone = query.get("driverPhone")

    def fits(registration: Document) -> bool:
        return (
            all(registration[name] == value for name, value in equal)
            and (not phone or registration["driver"]["phone"] == phone)
            and (after is None or parse_iso(registration["at"]) > after)
        )

    return fits
