"""Use cases of the host look-up: find people, and open the choice that comes back with the reservation.

A choice is sealed (AES-GCM) for the user it was shown to, so that name, phone and job number travel through the phone
without the phone knowing them, and nothing has to be stored for somebody who only looks.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.china import is_mobile, normalise_mobile
from chalicelib.core.clock import to_epoch
from chalicelib.core.errors import Conflict, InvalidInput, RateLimited, Unavailable
from chalicelib.core.logs import log_event
from chalicelib.core.sealing import Unopenable, sealer
from chalicelib.core.session import Principal
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.visitor.hosts import store
from chalicelib.domains.visitor.hosts.model import CHOICE_LIFETIME, SHOWN_AT_MOST
from chalicelib.domains.visitor.visit import Found, Host
from chalicelib.integrations.errors import PeerError
from chalicelib.integrations.gate.port import Employee, PeoplePort


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who was found, and the sealed choice of them."""

    choice: str
    employee: Employee


def find_hosts(user: Principal, query: str, people: PeoplePort, now: datetime) -> Sequence[Candidate]:
    """Whoever has this phone number or this full name. Every attempt counts, so that guessing has an end.

    A platform that is down or slow is said as such: the visitor then types name and phone, and the gate decides.
    """
    found = Found.BY_PHONE if is_mobile(normalise_mobile(query)) else Found.BY_NAME
    if found is Found.BY_NAME and any(character.isdigit() for character in query):
        raise InvalidInput.of_field("query", "请填写完整的 11 位手机号码，或姓名全名")
    _count(user, now)
    employees = _ask(people, found, query)
    if len(employees) > SHOWN_AT_MOST:
        raise Conflict("host_search_too_many")
    return [Candidate(sealed_choice(user.user_id, _host(one, found), now), one) for one in employees]


def sealed_choice(user_id: str, host: Host, now: datetime) -> str:
    """A choice of this host for this user."""
    known = {
        "name": host.name,
        "phone": host.phone,
        "job_number": host.job_number or "",
        "found": host.found.value,
        "until": to_epoch(now + CHOICE_LIFETIME),
    }
    return sealer().seal(json.dumps(known, ensure_ascii=False), _belongs_to(user_id))


def chosen_host(user: Principal, choice: str, now: datetime) -> Host:
    """The host of a choice this user was given; anything else is asked for again."""
    try:
        known = json.loads(sealer().open(choice, _belongs_to(user.user_id)))
    except Unopenable:
        raise _choose_again() from None
    if known["until"] <= to_epoch(now):
        raise _choose_again()
    return Host(known["name"], known["phone"], known["job_number"] or None, Found(known["found"]))


def _ask(people: PeoplePort, found: Found, query: str) -> Sequence[Employee]:
    try:
        if found is Found.BY_PHONE:
            return people.find_people(phone=normalise_mobile(query))
        return people.find_people(name=query)
    except PeerError as error:
        log_event("host_search_failed", level=logging.WARNING, code=error.code, peer_code=error.peer_code)
        raise Unavailable("host_search_unavailable") from None


def _count(user: Principal, now: datetime) -> None:
    limit = runtime.settings().host_searches_per_day
    transaction = Transaction()
    store.add_search(transaction, user.user_id, limit, now)
    try:
        transaction.commit()
    except RaceLost:
        raise RateLimited("host_search_limit", limit=limit) from None


def _host(employee: Employee, found: Found) -> Host:
    return Host(employee.name, employee.phone, employee.job_number or None, found)


def _belongs_to(user_id: str) -> str:
    return f"host:{user_id}"


def _choose_again() -> InvalidInput:
    return InvalidInput.of_field("host.choice", "所选的被访人已失效，请重新查找并选择")
