"""The adapter for the proposed contract of the park's platform (docs/integrators/park.md) behind :class:`~.port.ParkPort`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from chalicelib.integrations.errors import Refused
from chalicelib.integrations.house import members
from chalicelib.integrations.house.client import House, Refusal, request_id
from chalicelib.integrations.house.members import line, wire_time
from chalicelib.integrations.http import Http
from chalicelib.integrations.park.port import Decision, Declined, ParkAnswer, ParkVisit

PEER = "park"
VISITS = "/park/v1/visits"
_DECISIONS: tuple[Decision, ...] = get_args(Decision)


def park_house(base_url: str, client_id: str, secret: str, http: Http | None = None) -> House:
    """The way to the park."""
    return House(base_url, client_id, secret, http or Http(PEER), _refused)


@dataclass(frozen=True, slots=True)
class ParkClient:
    """One enterprise at one park. ``area`` names the park's gates visitors may use; empty leaves it to the park."""

    house: House
    enterprise_code: str
    area: tuple[str, ...] = ()

    def register(self, visit: ParkVisit, key: str) -> ParkAnswer:
        """See the port. A number the park holds already is an earlier registration of ours: its state is the answer."""
        body = {"enterpriseCode": self.enterprise_code, "visitNo": visit.visit_no, **_first_facts(visit)}
        body |= {"area": list(self.area)} if self.area else {}
        try:
            return self._ask("POST", VISITS, {"requestId": _request_id(key, body), **body})
        except Refused as refusal:
            if refusal.code != "park_state_conflict":
                raise
            found = self.find(visit.visit_no)
            if found is None or found.decision == "cancelled":
                raise
            return found

    def change(self, visit: ParkVisit) -> ParkAnswer:
        """See the port."""
        return self._ask("PUT", f"{VISITS}/{visit.visit_no}", _changeable_facts(visit))

    def cancel(self, visit_no: str, key: str) -> None:
        """See the port."""
        body = {"requestId": _request_id(key, {"visitNo": visit_no})}
        try:
            self.house.call("POST", f"{VISITS}/{visit_no}/cancel", body)
        except Refused as refusal:
            if refusal.code not in ("park_visit_unknown", "park_state_conflict"):
                raise

    def find(self, visit_no: str) -> ParkAnswer | None:
        """See the port."""
        try:
            return self._ask("GET", f"{VISITS}/{visit_no}", None)
        except Refused as refusal:
            if refusal.code == "park_visit_unknown":
                return None
            raise

    def _ask(self, method: str, target: str, payload: Mapping[str, Any] | None) -> ParkAnswer:
        return self.house.read(self.house.call(method, target, payload), _read_answer)


def _first_facts(visit: ParkVisit) -> dict[str, Any]:
    return {
        "kind": "person",
        "visitor": {"name": visit.visitor_name, "phone": visit.phone, "certificateType": "none"},
        "companions": [],
        **_changeable_facts(visit),
        "consent": {"idNumber": False, "face": False},
    }


def _changeable_facts(visit: ParkVisit) -> dict[str, Any]:
    vehicle = {"plateNo": visit.plate_number, "hazardous": False} if visit.plate_number else None
    return {
        "vehicle": vehicle,
        "host": {"name": visit.host_name, "phone": visit.host_phone},
        "purpose": visit.purpose,
        "startAt": wire_time(visit.starts_at),
        "endAt": wire_time(visit.ends_at),
        "approvedAt": wire_time(visit.approved_at),
        "approvedBy": visit.approved_by,
    }


def _request_id(key: str, body: Mapping[str, Any]) -> str:
    """With the content, too: a visit's facts are those of the moment, and a correction must not be refused."""
    return request_id(json.dumps([key, body], ensure_ascii=False, sort_keys=True))


def _refused(said: Refusal) -> Refused:
    if said.status == 422:
        reason = said.reason or said.message
        return Declined("park_declined", said.redacted(reason), said.peer, reason)
    return said.plain({"NOT_FOUND": "park_visit_unknown"})


def _read_answer(data: Any) -> ParkAnswer:
    """``{"parkVisitNo", "status", "reason"?, "updatedAt"}``."""
    row = members.row(data)
    decision = members.one_of(row, "status", _DECISIONS)
    at = members.instant(row, "updatedAt")
    return ParkAnswer(members.text(row, "parkVisitNo"), decision, at, line(row.get("reason")))
