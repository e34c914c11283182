"""The adapter for Hikvision's 综合安防管理平台 (iSecure Center) behind :class:`~.port.GatePort`.

A plain appointment opens nothing there; 预约免登记 (``appointment/registration``) with explicit privilege groups does.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from chalicelib.integrations.errors import Refused, Retryable, UnknownOutcome
from chalicelib.integrations.gate import answers
from chalicelib.integrations.gate.answers import Unreadable
from chalicelib.integrations.gate.codes import RECORD_NOT_FOUND
from chalicelib.integrations.gate.port import Employee, GateVisit, Host, Registration, RightsResult, Window
from chalicelib.integrations.gate.transport import PEER, Artemis

PERSONS = "/api/resource/v1/person/condition/personInfo"
PEOPLE = "/api/resource/v2/person/advance/personList"
REGISTER = "/api/visitor/v1/appointment/registration"
RECORDS = "/api/visitor/v2/appointment/records"
SIGN_OUT = "/api/visitor/v1/visitor/out"
CANCEL = "/api/visitor/v1/appointment/cancel"
RIGHTS = "/api/visitor/v1/auth/download/result"
"""The platform has such an interface, but its path is not published: a setting to agree with the site's integrator."""

RIGHTS_AGAIN = "/api/visitor/v1/auth/download/again"
"""The same holds for sending failed rights once more."""

PAGE_SIZE = 100
MAX_PAGES = 20
HOST_CACHE_SECONDS = 86_400
EQUALS = 0
"""An operator of the person list's expressions."""
RESIDENT_ID_CARD = 111
_GENDERS = {"male": 1, "female": 2}
_FORBIDDEN_IN_NAMES = frozenset("'/\\:*?\"<>|")
_PLATFORM_ZONE = timezone(timedelta(hours=8))
_MINUTE = timedelta(minutes=1)

_T = TypeVar("_T")


def to_platform_time(instant: datetime) -> str:
    """ISO 8601 with China's offset, whole seconds: ``2025-01-02T09:00:00+08:00``."""
    return instant.astimezone(_PLATFORM_ZONE).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class GateClient:
    """Implements the gate port on one platform. ``privilege_group_ids`` name the gates visitors may use."""

    artemis: Artemis
    privilege_group_ids: tuple[str, ...]
    rights_path: str = RIGHTS
    rights_again_path: str = RIGHTS_AGAIN
    seconds: Callable[[], float] = time.monotonic
    _hosts: dict[tuple[str, str], tuple[float, Host]] = field(default_factory=dict, repr=False)
    _people: dict[tuple[str, str], tuple[float, tuple[Employee, ...]]] = field(default_factory=dict, repr=False)

    def find_host(self, *, phone: str = "", job_number: str = "") -> Host:
        """See the port. An answer is kept for a day; refusals are not, so a corrected register works at once."""
        if not phone and not job_number:
            raise ValueError("a phone or a job number is needed")
        kept = self._hosts.get((phone, job_number))
        if kept and self.seconds() - kept[0] < HOST_CACHE_SECONDS:
            return kept[1]
        found = self._resolve_host(phone, job_number)
        self._hosts[phone, job_number] = (self.seconds(), found)
        return found

    def _resolve_host(self, phone: str, job_number: str) -> Host:
        name, value = ("jobNo", job_number) if job_number else ("phoneNo", phone)
        data = self._ask(PERSONS, {"paramName": name, "paramValue": [value]})
        persons = [row for row in self._read(answers.rows, data) if self._read(answers.is_employed, row)]
        if job_number and phone:
            persons = [row for row in persons if self._has_phone(row, phone)]
        if not persons:
            raise Refused("host_unknown", "no such person on the platform", PEER)
        if len(persons) > 1:
            raise Refused("host_ambiguous", f"{len(persons)} persons share this number", PEER)
        return self._read(answers.host, persons[0])

    def _has_phone(self, row: answers.Row, phone: str) -> bool:
        """A person without a phone on the platform is known by the job number alone."""
        shown = self._read(lambda person: answers.text(person, "phoneNo"), row)
        return not shown or answers.same_number(shown, phone)

    def find_people(self, *, phone: str = "", name: str = "") -> tuple[Employee, ...]:
        """See the port. Who was found is kept for a day; that nobody was is not."""
        if not phone and not name:
            raise ValueError("a phone or a name is needed")
        kept = self._people.get((phone, name))
        if kept and self.seconds() - kept[0] < HOST_CACHE_SECONDS:
            return kept[1]
        found = self._by_phone(phone) if phone else self._by_name(name)
        if found:
            self._people[phone, name] = (self.seconds(), found)
        return found

    def _by_phone(self, phone: str) -> tuple[Employee, ...]:
        return self._employees(self._ask(PERSONS, {"paramName": "phoneNo", "paramValue": [phone]}))

    def _by_name(self, name: str) -> tuple[Employee, ...]:
        """The platform may match loosely, so the name is compared here, too; who has neither number cannot be a host."""
        wanted = {"key": "personName", "operator": EQUALS, "values": [name]}
        data = self._ask(PEOPLE, {"expressions": [wanted], "pageNo": 1, "pageSize": PAGE_SIZE})
        return tuple(found for found in self._employees(data) if found.name == name)

    def _employees(self, data: Any) -> tuple[Employee, ...]:
        rows = [row for row in self._read(answers.rows, data) if self._read(answers.is_employed, row)]
        people = [self._read(answers.employee, row) for row in rows]
        return tuple(person for person in people if person.phone or person.job_number)

    def register(self, visit: GateVisit) -> str:
        """See the port."""
        _refuse_bad_name(visit.visitor_name)
        data = self.artemis.call(REGISTER, self._registration_body(visit), repeatable=False)
        try:
            return answers.order_id(data)
        except Unreadable as error:
            raise UnknownOutcome("answer_unreadable", str(error), PEER, peer_code="0") from error

    def _registration_body(self, visit: GateVisit) -> dict[str, Any]:
        visitor: dict[str, Any] = {
            "visitorName": visit.visitor_name,
            "gender": _GENDERS[visit.gender],
            "phoneNo": visit.phone,
        }
        if visit.plate_number:
            visitor["plateNo"] = visit.plate_number
        if visit.id_number:
            visitor.update(certificateType=RESIDENT_ID_CARD, certificateNo=visit.id_number)
        if visit.photo:
            visitor["visitorPhoto"] = base64.b64encode(visit.photo).decode()
        groups = visit.privilege_group_ids or self.privilege_group_ids
        return {
            "receptionistId": visit.host_id,
            "visitStartTime": to_platform_time(visit.window.starts_at),
            "visitEndTime": to_platform_time(visit.window.ends_at),
            "visitPurpose": visit.purpose,
            "personNum": 1,
            "visitorInfo": visitor,
            # "0": never fall back to the platform's default group, which may open more or nothing.
            "visitorPermissionSet": {"privilegeGroupIds": list(groups), "defaultPrivilegeGroupFlag": "0"},
        }

    def find_registration(self, *, phone: str, host_id: str, window: Window) -> Registration | None:
        """See the port. The platform's bounds may be exclusive, so a minute is added and the exact times compared."""
        query = {
            "phoneNo": phone,
            "visitStartTimeBegin": to_platform_time(window.starts_at - _MINUTE),
            "visitStartTimeEnd": to_platform_time(window.starts_at + _MINUTE),
        }
        for row in self._records(query):
            if not answers.same_number(self._read(lambda record: answers.text(record, "phoneNo"), row), phone):
                continue
            found = self._read(answers.registration, row)
            if found.live and found.order_id and found.host_id == host_id and _same_window(found.window, window):
                return found
        return None

    def rights(self, order_id: str) -> RightsResult:
        """See the port."""
        data = self._ask(self.rights_path, {"orderId": order_id})
        return RightsResult(tuple(self._read(answers.device_right, row) for row in self._read(answers.rows, data)))

    def send_rights_again(self, order_id: str) -> None:
        """See the port."""
        self._ask(self.rights_again_path, {"orderId": order_id})

    def qr_content(self, order_id: str) -> str:
        """See the port."""
        found = self._record_of(order_id)
        return found.qr_content if found else ""

    def revoke(self, order_id: str) -> None:
        """See the port. A visit that cannot be signed out because nobody registered it is cancelled instead."""
        if self._done(SIGN_OUT, {"orderId": order_id}):
            return
        found = self._record_of(order_id)
        if found and found.live and found.appointment_id:
            self._done(CANCEL, {"appointRecordIds": [found.appointment_id]})

    def _done(self, path: str, payload: Mapping[str, Any]) -> bool:
        """Whether the platform did it; ``False`` when it has no such record."""
        try:
            self._ask(path, payload)
        except Refused as error:
            if error.peer_code.lower() == RECORD_NOT_FOUND:
                return False
            raise
        return True

    def _record_of(self, order_id: str) -> Registration | None:
        for row in self._records({"orderId": order_id}):
            found = self._read(answers.registration, row)
            if found.order_id == order_id:
                return found
        return None

    def _records(self, query: Mapping[str, Any]) -> Iterator[answers.Row]:
        """Every row of a query of the appointment records, page after page."""
        seen = 0
        for page in range(1, MAX_PAGES + 1):
            data = self._ask(RECORDS, {**query, "pageNo": page, "pageSize": PAGE_SIZE})
            rows = self._read(answers.rows, data)
            yield from rows
            seen += len(rows)
            if not rows or seen >= self._read(answers.total, data):
                return
        raise Retryable("answer_unreadable", "the platform's pages do not end", PEER, peer_code="0")

    def _ask(self, path: str, payload: Mapping[str, Any]) -> Any:
        return self.artemis.call(path, payload, repeatable=True)

    def _read(self, reader: Callable[[Any], _T], value: Any) -> _T:
        """Read part of a repeatable call's answer; one that cannot be read is asked for again later."""
        try:
            return reader(value)
        except Unreadable as error:
            raise Retryable("answer_unreadable", str(error), PEER, peer_code="0") from error


def _same_window(one: Window, other: Window) -> bool:
    """Equal to the second: that is all the platform keeps."""
    return (to_platform_time(one.starts_at), to_platform_time(one.ends_at)) == (
        to_platform_time(other.starts_at),
        to_platform_time(other.ends_at),
    )


def _refuse_bad_name(name: str) -> None:
    """The platform's rule for names, checked before sending so that the refusal can say what is wrong."""
    if not 1 <= len(name) <= 32 or _FORBIDDEN_IN_NAMES & set(name):
        raise Refused("gate_request_invalid", "a visitor's name has 1 to 32 characters, none of '/\\:*?\"<>|", PEER)
