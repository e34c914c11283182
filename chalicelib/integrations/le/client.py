"""The adapter for the proposed contract of LE (docs/integrators/le.md) behind :class:`~.port.LePort`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

from chalicelib.integrations.errors import Refused
from chalicelib.integrations.house.client import House, request_id, with_query
from chalicelib.integrations.http import Http
from chalicelib.integrations.le import answers, bodies
from chalicelib.integrations.le.codes import AlreadySigned, refused
from chalicelib.integrations.le.port import (
    CardReason,
    LeChange,
    LeLane,
    LeOrder,
    LePage,
    LePerson,
    LeRegistration,
    LeReport,
    LeSignature,
    LeSigned,
    LeState,
    LeStateConflict,
    LeVehicle,
)

PEER = "le"
BASE = "/le/v1"
REGISTRATIONS = f"{BASE}/registrations"
REPORTS = f"{BASE}/entry-reports"
ORDERS = f"{BASE}/orders"
LANES = f"{BASE}/lanes"
PAGE = "200"
MAX_PAGES = 10
"""A list of ours is never longer; a peer whose cursor runs in a circle does not hold us."""
_UNKNOWN = "le_registration_unknown"
_Read = TypeVar("_Read")
_Item = TypeVar("_Item")


def le_house(base_url: str, client_id: str, secret: str, http: Http | None = None) -> House:
    """The way to LE."""
    return House(base_url, client_id, secret, http or Http(PEER), refused)


@dataclass(frozen=True, slots=True)
class LeClient:
    """One plant at its LE. ``id_number_key`` gives 32 bytes that LE has, too; few functions may read them."""

    house: House
    site_code: str
    id_number_key: Callable[[], bytes] = field(repr=False)

    def put_vehicle(self, vehicle: LeVehicle) -> None:
        """See the port."""
        self._put(f"{BASE}/vehicles/{_in_path(vehicle.plate_number)}", bodies.vehicle(vehicle))

    def put_person(self, person: LePerson) -> None:
        """See the port."""
        self._put(f"{BASE}/drivers/{_in_path(person.driver_no)}", bodies.person(person, self.id_number_key()))

    def report_entry(self, report: LeReport, key: str) -> str:
        """See the port. A report that LE holds under our number already is an earlier one of ours."""
        try:
            return self._post(REPORTS, key, bodies.report(report, self.site_code), answers.report_no)
        except LeStateConflict as held:
            if not held.status:
                raise
            return held.status

    def register(self, registration: LeRegistration, key: str) -> LeState:
        """See the port. A registration that LE holds under our number already is an earlier one of ours."""
        try:
            return self._post(REGISTRATIONS, key, bodies.registration(registration, self.site_code), answers.state)
        except LeStateConflict:
            found = self.find_by_external_no(registration.external_no)
            if found is None:
                raise
            return found

    def change(self, registration_no: str, change: LeChange, key: str) -> LeState:
        """See the port."""
        return self._post(f"{_one(registration_no)}/change", key, bodies.change(change), answers.state)

    def find(self, registration_no: str) -> LeState | None:
        """See the port."""
        return self._found(_one(registration_no), answers.state)

    def find_by_external_no(self, external_no: str) -> LeState | None:
        """See the port."""
        target = with_query(REGISTRATIONS, {"externalNo": external_no})
        return next(iter(self._get(target, answers.page).items), None)

    def changed_since(self, instant: datetime, cursor: str | None) -> LePage:
        """See the port."""
        since = instant.isoformat(timespec="milliseconds")
        return self._get(
            with_query(REGISTRATIONS, {"updatedAfter": since, "cursor": cursor, "limit": PAGE}), answers.page
        )

    def cancel(self, registration_no: str, expected_status: str, reason: str, key: str) -> LeState:
        """See the port. A key of its own: the card's return may go out under the same intention."""
        body = {"expectedStatus": expected_status, "reason": reason}
        try:
            return self._post(f"{_one(registration_no)}/cancel", f"{key}~cancel", body, answers.state)
        except LeStateConflict as conflict:
            found = self.find(registration_no) if conflict.status == "cancelled" else None
            if found is None or found.status != "cancelled":
                raise
            return found

    def return_card(self, registration_no: str, card_no: str, reason: CardReason, key: str) -> LeState:
        """See the port."""
        body = {"cardNo": card_no, "reason": reason}
        return self._post(f"{_one(registration_no)}/return-card", f"{key}~card", body, answers.state)

    def sign_off(self, registration_no: str, signature: LeSignature, key: str) -> LeSigned:
        """See the port."""
        try:
            return self._post(f"{_one(registration_no)}/sign-off", key, bodies.signature(signature), answers.signed)
        except AlreadySigned as before:
            if before.first is None or before.first.quantity_kg != signature.quantity_kg:
                raise
            return before.first

    def orders(self, driver_phones: Collection[str]) -> list[LeOrder]:
        """See the port. LE takes one phone a question."""
        found: dict[str, LeOrder] = {}
        for phone in sorted(set(driver_phones)):
            for order in self._all(ORDERS, {"driverPhone": phone}, answers.orders):
                known = found.get(order.order_no, order)
                found[order.order_no] = replace(order, driver_phones=(*known.driver_phones, phone))
        return list(found.values())

    def order(self, order_no: str) -> LeOrder | None:
        """See the port."""
        return self._found(f"{ORDERS}/{_in_path(order_no)}", answers.order)

    def lanes(self) -> list[LeLane]:
        """See the port. A lane where nobody is needs no question of its own."""
        return [self._with_queue(lane) for lane in self._all(LANES, {}, answers.lanes)]

    def _with_queue(self, lane: LeLane) -> LeLane:
        target = f"{LANES}/{_in_path(lane.lane_code)}/queue"
        return replace(lane, queue=tuple(self._all(target, {}, answers.queue)))

    def _put(self, target: str, body: Mapping[str, Any]) -> None:
        """A newer version that LE holds is as good."""
        try:
            self.house.call("PUT", target, body)
        except LeStateConflict:
            return

    def _post(self, target: str, key: str, body: Mapping[str, Any], reader: Callable[[Any], _Read]) -> _Read:
        return self.house.read(self.house.call("POST", target, {"requestId": request_id(key), **body}), reader)

    def _get(self, target: str, reader: Callable[[Any], _Read]) -> _Read:
        return self.house.read(self.house.call("GET", target), reader)

    def _found(self, target: str, reader: Callable[[Any], _Read]) -> _Read | None:
        try:
            return self._get(target, reader)
        except Refused as refusal:
            if refusal.code == _UNKNOWN:
                return None
            raise

    def _all(
        self, path: str, parameters: Mapping[str, str], reader: Callable[[Any], Collection[_Item]]
    ) -> Iterator[_Item]:
        cursor: str | None = None
        for _ in range(MAX_PAGES):
            data = self.house.call("GET", with_query(path, {**parameters, "cursor": cursor, "limit": PAGE}))
            yield from self.house.read(data, reader)
            cursor = self.house.read(data, answers.next_cursor)
            if cursor is None:
                return


def _one(registration_no: str) -> str:
    return f"{REGISTRATIONS}/{_in_path(registration_no)}"


def _in_path(name: str) -> str:
    return quote(name, safe="")
