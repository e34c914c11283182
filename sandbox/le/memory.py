"""LE's documents and counters; the master data are there from the first look on."""

from datetime import date

from sandbox.house import plant
from sandbox.kit.clock import Clock, day_of, iso
from sandbox.kit.knobs import Knob, Knobs
from sandbox.kit.store import Document, Store
from sandbox.le import samples

CLIENT_ID = plant.LOGISTICS_CLIENT
SITE = plant.SITE
REGISTRATION, ORDER, LANE, CARD = "le.registration", "le.order", "le.lane", "le.card"
VEHICLE, DRIVER, REPORT = "le.vehicle", "le.driver", "le.report"

DEFAULT_KNOBS: dict[str, Knob] = {
    "auto_card": True,
    "auto_truck": False,
    "step_seconds": 15,
    "minutes_per_truck": 25,
    "tolerance_percent": 0.3,
    "closed_reason": "",
    "processing_seconds": 0,
    "events": {"lost": False, "duplicate": False, "reordered": False},
}


class Memory:
    """One LE's store, clock and knobs."""

    def __init__(self, store: Store, clock: Clock, knobs: Knobs) -> None:
        self.store = store
        self.clock = clock
        self.knobs = knobs

    def now(self) -> str:
        """The time as LE writes it."""
        return iso(self.clock())

    def today(self) -> str:
        """The plant's day."""
        return day_of(self.clock())

    def count(self, name: str) -> int:
        """The next number of a counter, from 1."""
        number = int((self.store.get("le.counter", name) or {"n": 0})["n"]) + 1
        self.store.put("le.counter", name, {"n": number})
        return number

    def dated_number(self, letter: str) -> str:
        """The next number of the day: letter, day, four digits."""
        day = self.today().replace("-", "")[2:]
        return f"{letter}{day}{self.count(letter + day):04d}"

    def get(self, kind: str, key: str) -> Document | None:
        """One document."""
        self._seed()
        return self.store.get(kind, key)

    def all(self, kind: str) -> list[Document]:
        """Every document of a kind, oldest first."""
        self._seed()
        return self.store.all(kind)

    def put(self, kind: str, key: str, doc: Document) -> Document:
        """Insert or replace."""
        self.store.put(kind, key, doc)
        return doc

    def _seed(self) -> None:
        """Master data once, and again after everything was forgotten."""
        if self.store.get("le.counter", "seeded") is not None:
            return
        with self.store.transaction():
            self.count("seeded")
            for order in samples.orders(date.fromisoformat(self.today())):
                self.put(ORDER, order["orderNo"], {**order, "place": self.count("order")})
            for lane in samples.lanes():
                self.put(LANE, lane["laneCode"], lane)
            for card in samples.cards():
                self.put(CARD, card["cardNo"], card)
