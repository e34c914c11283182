"""A plant's logistics system in memory behind the LE port: as strict as the simulator, first answers kept by key."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeVar

from chalicelib.integrations.errors import Refused, Retryable
from chalicelib.integrations.le.port import (
    CardReason,
    LeChange,
    LeDeclined,
    LeLane,
    LeLine,
    LeOrder,
    LeOrderLine,
    LePage,
    LePerson,
    LeRegistration,
    LeReport,
    LeSignature,
    LeSigned,
    LeState,
    LeStateConflict,
    LeStep,
    LeVehicle,
    Status,
)

REASONS = {
    "ORDER_UNKNOWN": "le_order_unknown",
    "ORDER_CLOSED": "le_order_closed",
    "ORDER_BLOCKED": "le_order_blocked",
    "ORDER_NOT_VALID": "le_order_not_valid",
    "QTY_EXCEEDS_OPEN": "le_quantity_exceeds_open",
    "PRODUCT_MISMATCH": "le_product_mismatch",
    "TYPE_MISMATCH": "le_type_mismatch",
    "VEHICLE_UNKNOWN": "le_vehicle_unknown",
    "DRIVER_UNKNOWN": "le_driver_unknown",
    "PLATE_BUSY": "le_plate_busy",
    "DIFFERENCE_REASON_REQUIRED": "le_difference_reason_required",
}
BEFORE_ENTERED = ("registered", "card_issued", "queued", "called")
CHANGEABLE = ("registered", "card_issued", "queued")
CARD_RETURNABLE = ("cancelled", "rejected", "exited", "signed", "empty_out")
TOLERANCE_PER_MILLE = 3
_SITE_ZONE = timezone(timedelta(hours=8))
_T = TypeVar("_T")


@dataclass
class FakeLe:
    """``trouble`` is called with (operation, "before" | "after") and may raise: the fault wrapper's hook.

    ``issues_cards``: a registration gets its card at once. ``knows_everybody``: vehicles and people need not be put first.
    """

    clock: Callable[[], datetime]
    issues_cards: bool = True
    knows_everybody: bool = False
    vehicles: dict[str, LeVehicle] = field(default_factory=dict)
    people: dict[str, LePerson] = field(default_factory=dict)
    reports: dict[str, LeReport] = field(default_factory=dict)
    registrations: dict[str, LeRegistration] = field(default_factory=dict)
    states: dict[str, LeState] = field(default_factory=dict)
    signatures: dict[str, tuple[LeSignature, LeSigned]] = field(default_factory=dict)
    order_book: dict[str, LeOrder] = field(default_factory=dict)
    phones: dict[str, set[str]] = field(default_factory=dict)
    board: list[LeLane] = field(default_factory=list)
    first_answers: dict[str, tuple[object, object]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    down: bool = False
    refuses_with: str | None = None
    trouble: Callable[[str, str], None] = lambda operation, moment: None

    # the other side's people

    def file_order(self, order: LeOrder, *phones: str) -> None:
        """An order that names ``phones``."""
        self.order_book[order.order_no] = replace(order, driver_phones=())
        self.phones[order.order_no] = set(phones)

    def move(self, registration_no: str, status: Status, **facts: Any) -> LeState:
        """The truck goes on (or back): the next ``seq``, now."""
        state = self.states[registration_no]
        step = LeStep(status, state.seq + 1, facts.pop("at", None) or self.clock())
        moved = replace(state, status=status, seq=step.seq, at=step.at, history=(*state.history, step), **facts)
        self.states[registration_no] = moved
        return moved

    def number_of(self, external_no: str) -> str:
        """LE's number of one of our registrations."""
        return next(state.registration_no for state in self.states.values() if state.external_no == external_no)

    # the port

    def put_vehicle(self, vehicle: LeVehicle) -> None:
        """The newest version stays."""
        self._enter("put_vehicle")
        held = self.vehicles.get(vehicle.plate_number)
        if held is None or held.version <= vehicle.version:
            self.vehicles[vehicle.plate_number] = vehicle
        self.trouble("put_vehicle", "after")

    def put_person(self, person: LePerson) -> None:
        """The newest version stays."""
        self._enter("put_person")
        held = self.people.get(person.driver_no)
        if held is None or held.version <= person.version:
            self.people[person.driver_no] = person
        self.trouble("put_person", "after")

    def report_entry(self, report: LeReport, key: str) -> str:
        """A number a report."""
        self._enter("report_entry")
        number = self._once(key, report, lambda: self._take_report(report))
        self.trouble("report_entry", "after")
        return number

    def register(self, registration: LeRegistration, key: str) -> LeState:
        """Checked as LE does."""
        self._enter("register")
        state = self._once(key, registration, lambda: self._take(registration))
        self.trouble("register", "after")
        return state

    def change(self, registration_no: str, change: LeChange, key: str) -> LeState:
        """Until queued."""
        self._enter("change")
        state = self._once(key, change, lambda: self._change(registration_no, change))
        self.trouble("change", "after")
        return state

    def find(self, registration_no: str) -> LeState | None:
        """As it is."""
        self._enter("find")
        self.trouble("find", "after")
        return self.states.get(registration_no)

    def find_by_external_no(self, external_no: str) -> LeState | None:
        """As it is."""
        self._enter("find_by_external_no")
        self.trouble("find_by_external_no", "after")
        return next((state for state in self.states.values() if state.external_no == external_no), None)

    def changed_since(self, instant: datetime, cursor: str | None) -> LePage:
        """Two at a time, so that whoever forgets the cursor is found out."""
        self._enter("changed_since")
        changed = sorted((state for state in self.states.values() if state.at > instant), key=lambda state: state.at)
        first = int(cursor or 0)
        self.trouble("changed_since", "after")
        return LePage(tuple(changed[first : first + 2]), str(first + 2) if len(changed) > first + 2 else None)

    def cancel(self, registration_no: str, expected_status: str, reason: str, key: str) -> LeState:
        """Before entered, from the expected state only."""
        self._enter("cancel")
        state = self._once(
            f"{key}~cancel", (registration_no, expected_status, reason),
            lambda: self._cancel(registration_no, expected_status, reason),
        )  # fmt: skip
        self.trouble("cancel", "after")
        return state

    def return_card(self, registration_no: str, card_no: str, reason: CardReason, key: str) -> LeState:
        """Once the registration is over."""
        self._enter("return_card")
        state = self._once(
            f"{key}~card", (registration_no, card_no, reason), lambda: self._return(registration_no, card_no)
        )
        self.trouble("return_card", "after")
        return state

    def sign_off(self, registration_no: str, signature: LeSignature, key: str) -> LeSigned:
        """Once exited, once."""
        self._enter("sign_off")
        signed = self._once(key, signature, lambda: self._sign(registration_no, signature))
        self.trouble("sign_off", "after")
        return signed

    def orders(self, driver_phones: Collection[str]) -> list[LeOrder]:
        """Those that name one of them."""
        self._enter("orders")
        self.trouble("orders", "after")
        named = {number: tuple(sorted(self.phones[number] & set(driver_phones))) for number in sorted(self.order_book)}
        return [replace(self.order_book[number], driver_phones=phones) for number, phones in named.items() if phones]

    def order(self, order_no: str) -> LeOrder | None:
        """By number."""
        self._enter("order")
        self.trouble("order", "after")
        return self.order_book.get(order_no)

    def lanes(self) -> list[LeLane]:
        """The board as set."""
        self._enter("lanes")
        self.trouble("lanes", "after")
        return list(self.board)

    # inside

    def _enter(self, operation: str) -> None:
        self.calls.append(operation)
        if self.down:
            raise Retryable("peer_unreachable", "no connection", "le", sent=False)
        self.trouble(operation, "before")
        if self.refuses_with:
            raise Refused(self.refuses_with, "refused", "le")

    def _once(self, key: str, content: object, act: Callable[[], _T]) -> _T:
        if key not in self.first_answers:
            self.first_answers[key] = (content, act())
        known, answer = self.first_answers[key]
        if known != content:
            raise Refused("le_key_reused", "another request", "le", peer_code="IDEMPOTENCY_CONFLICT")
        return answer  # type: ignore[return-value]  # kept under this key by the same operation

    def _take_report(self, report: LeReport) -> str:
        held = [number for number, known in self.reports.items() if known.external_no == report.external_no]
        if held:
            return held[0]
        self._known(report.plate_number, report.trailer_plate_number, report.driver.driver_no,
                    report.escort.driver_no if report.escort else None)  # fmt: skip
        number = f"E{len(self.reports) + 1:04d}"
        self.reports[number] = report
        return number

    def _take(self, registration: LeRegistration) -> LeState:
        held = [state for state in self.states.values() if state.external_no == registration.external_no]
        if held:
            return held[0]
        self._known(registration.plate_number, registration.trailer_plate_number, registration.driver.driver_no,
                    registration.escort.driver_no if registration.escort else None)  # fmt: skip
        for line in registration.lines:
            self._check_line(registration, line)
        if any(self.registrations[number].plate_number == registration.plate_number for number in self._open()):
            raise declined("PLATE_BUSY")
        number = f"R{len(self.states) + 1:010d}"
        now = self.clock()
        self.registrations[number] = registration
        self.states[number] = LeState(
            number, registration.external_no, registration.kind, "registered", 1, now, registration.product_code,
            sum(line.quantity_kg for line in registration.lines), registration.plate_number,
            history=(LeStep("registered", 1, now),),
        )  # fmt: skip
        return self.move(number, "card_issued", card_no=f"C{number[-4:]}") if self.issues_cards else self.states[number]

    def _known(self, plate: str, trailer: str | None, *driver_nos: str | None) -> None:
        if self.knows_everybody:
            return
        if any(held and held not in self.vehicles for held in (plate, trailer)):
            raise declined("VEHICLE_UNKNOWN")
        if any(number and number not in self.people for number in driver_nos):
            raise declined("DRIVER_UNKNOWN")

    def _check_line(self, registration: LeRegistration, line: LeLine) -> None:
        order = self.order_book.get(line.order_no)
        found = next((known for known in order.lines if known.line_no == line.line_no), None) if order else None
        if order is None or found is None:
            raise declined("ORDER_UNKNOWN")
        first, last = (at.astimezone(_SITE_ZONE).date() for at in (registration.arrive_from, registration.arrive_to))
        wrong = {
            "ORDER_CLOSED": order.status == "closed",
            "ORDER_BLOCKED": order.status == "blocked",
            "ORDER_NOT_VALID": first < order.valid_from or last > order.valid_to,
            "TYPE_MISMATCH": order.kind != registration.kind,
            "PRODUCT_MISMATCH": found.product_code != registration.product_code,
            "QTY_EXCEEDS_OPEN": line.quantity_kg > found.open_kg - self._planned(line.order_no, line.line_no),
        }
        for reason, is_wrong in wrong.items():
            if is_wrong:
                raise declined(reason)

    def _planned(self, order_no: str, line_no: str) -> int:
        lines = (line for number in self._open() for line in self.registrations[number].lines)
        return sum(line.quantity_kg for line in lines if (line.order_no, line.line_no) == (order_no, line_no))

    def _open(self) -> list[str]:
        return [number for number, state in self.states.items() if state.status not in CARD_RETURNABLE]

    def _change(self, registration_no: str, change: LeChange) -> LeState:
        state = self._state(registration_no)
        if state.status not in CHANGEABLE or state.status != change.expected_status:
            raise LeStateConflict("another state", "le", state.status)
        held = self.registrations[registration_no]
        self.registrations[registration_no] = replace(
            held, lines=change.lines, arrive_from=change.arrive_from, arrive_to=change.arrive_to
        )
        planned = sum(line.quantity_kg for line in change.lines)
        return self.move(registration_no, state.status, planned_kg=planned)

    def _cancel(self, registration_no: str, expected_status: str, reason: str) -> LeState:
        state = self._state(registration_no)
        if state.status == "cancelled":
            return state
        if state.status not in BEFORE_ENTERED or state.status != expected_status:
            raise LeStateConflict("another state", "le", state.status)
        return self.move(registration_no, "cancelled", reason=reason)

    def _return(self, registration_no: str, card_no: str) -> LeState:
        state = self._state(registration_no)
        if state.card_no != card_no:
            raise Refused("le_card_mismatch", "another card", "le", peer_code="CARD_MISMATCH")
        if state.status not in CARD_RETURNABLE:
            raise LeStateConflict("another state", "le", state.status)
        return state if state.card_returned else self.move(registration_no, state.status, card_returned=True)

    def _sign(self, registration_no: str, signature: LeSignature) -> LeSigned:
        state = self._state(registration_no)
        if registration_no in self.signatures:
            first = self.signatures[registration_no][1]
            if first.quantity_kg == signature.quantity_kg:
                return first
            raise Refused("le_signed_otherwise", "signed before", "le", peer_code="ALREADY_SIGNED")
        if state.status != "exited":
            raise LeStateConflict("another state", "le", state.status)
        net = state.net_kg or 0
        if abs(signature.quantity_kg - net) * 1000 > net * TOLERANCE_PER_MILLE and not signature.difference_reason:
            raise declined("DIFFERENCE_REASON_REQUIRED")
        moved = self.move(registration_no, "signed", signed_kg=signature.quantity_kg)
        signed = LeSigned(
            registration_no, signature.quantity_kg, net, signature.quantity_kg - net,
            f"D{registration_no[1:]}", signature.signed_at, moved.seq,
        )  # fmt: skip
        self.signatures[registration_no] = (signature, signed)
        return signed

    def _state(self, registration_no: str) -> LeState:
        state = self.states.get(registration_no)
        if state is None:
            raise Refused("le_registration_unknown", "none", "le", peer_code="NOT_FOUND")
        return state


def declined(reason: str, sentence: str = "") -> LeDeclined:
    """LE's no as the adapter tells it."""
    return LeDeclined(REASONS.get(reason, "le_declined"), "declined", "le", reason, sentence or f"LE: {reason}")


def an_order(order_no: str = "SO2026110001", **facts: Any) -> LeOrder:
    """A pickup of 100 t of caustic soda on line 10, valid for ever."""
    line = LeOrderLine("10", "NAOH32", "液碱 32%", True, "8", "1824", 100_000, 100_000)
    order = LeOrder(
        order_no, "pickup", "K1001", "福州某化工有限公司", "open", date(2020, 1, 1), date(2099, 12, 31), (line,)
    )
    return replace(order, **facts)
