"""What every new request passes, be it the first one or one that replaces another.

Block list, consents and the day's quota are conditions of the transaction that stores the visits, so nothing can change
between the look and the commit. The ids follow from the form: sent again, it finds the visits it made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn

from pynamodb.attributes import NumberAttribute

from chalicelib.core import runtime
from chalicelib.core.clock import site_day, to_epoch
from chalicelib.core.errors import Conflict, InvalidInput, RateLimited
from chalicelib.core.ids import derived_id
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, Item, RaceLost, TableMeta, Transaction
from chalicelib.domains.visitor import model, store
from chalicelib.domains.visitor.blocked.store import add_not_blocked
from chalicelib.domains.visitor.party.model import first_double
from chalicelib.domains.visitor.party.store import member_ids
from chalicelib.domains.visitor.privacy.faces import ledger
from chalicelib.domains.visitor.privacy.faces import service as faces
from chalicelib.domains.visitor.privacy.identity import refuse_without_consent
from chalicelib.domains.visitor.privacy.store import add_consents_for
from chalicelib.domains.visitor.texts import DOUBLE_TEXTS, WINDOW_TEXTS
from chalicelib.domains.visitor.visit import Host, Party, Person, Visit, Window
from chalicelib.domains.visitor.window import WindowProblem


class QuotaItem(Item):
    """How many visits a user asked for on a day: ``USER#<id>`` / ``SUBMITTED#<day>``."""

    class Meta(TableMeta):
        domain = "visitor"

    used = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a visitor asks for. ``request_id`` identifies the form, not the request on the wire."""

    request_id: str
    visitor: Person
    host: Host
    window: Window
    purpose: str
    remember: bool
    companions: tuple[Person, ...] = field(default=())
    """Who else comes."""

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who comes."""
        return (self.visitor, *self.companions)


def requested(owner: Principal, wanted: Reservation, now: datetime) -> list[Visit]:
    """The visits a form asks for, one a person. Raises ``InvalidInput`` when somebody is listed twice."""
    _refuse_doubles(wanted.people)
    window = Window(_whole_minute(wanted.window.starts_at), _whole_minute(wanted.window.ends_at))
    ids = requested_ids(owner, wanted.request_id, len(wanted.people))
    size = len(ids)
    return [
        model.submit(
            visit_id=visit_id,
            owner_id=owner.user_id,
            visitor=person,
            host=wanted.host,
            window=window,
            purpose=wanted.purpose,
            now=now,
            party=Party(ids[0], position, size) if size > 1 else None,
        )
        for position, (visit_id, person) in enumerate(zip(ids, wanted.people, strict=True))
    ]


def requested_ids(owner: Principal, request_id: str, size: int) -> list[str]:
    """Ids of the visits a form makes."""
    return member_ids(derived_id("visit", owner.user_id, request_id), size)


def require_photos(visits: Sequence[Visit]) -> None:
    """Look at every photo before it is taken. Raises ``Conflict`` and ``Unavailable``."""
    for visit in visits:
        faces.require_usable(visit.owner_id, visit.visitor.face)


def add_requests(
    transaction: Transaction,
    visits: Sequence[Visit],
    now: datetime,
    remembered: Mapping[str, tuple[str, ...]] | None = None,
) -> None:
    """The new visits of one owner, and every condition under which they are taken.

    ``remembered``: visit id → who else holds its visitor's photo from now on; one write takes it for all of them.
    """
    owner_id = visits[0].owner_id
    for visit in visits:
        store.add_new_visit(transaction, visit)
        add_not_blocked(transaction, visit.visitor.phone, _blocked_name(visit))
        if visit.visitor.face is not None:
            holders = (ledger.visit_holder(visit.chain_id), *(remembered or {}).get(visit.id, ()))
            ledger.add_hold(transaction, owner_id, visit.visitor.face.photo_id, *holders)
    add_consents_for(transaction, owner_id, *(visit.visitor for visit in visits))
    _count(transaction, owner_id, len(visits), now)


def made_before(visits: Sequence[Visit]) -> list[Visit]:
    """The visits this form made earlier, if it did."""
    return same_as_before(store.find_visits([visit.id for visit in visits]), visits)


def same_as_before(known: list[Visit], visits: Sequence[Visit]) -> list[Visit]:
    """The known visits of a form; one whose content was edited meanwhile must not pass for it."""
    if known and [_content(visit) for visit in known] != [_content(visit) for visit in visits]:
        raise Conflict("visit_request_reused")
    return known


def refuse_requests(race: RaceLost, visits: Sequence[Visit]) -> NoReturn:
    """Say which condition of :func:`add_requests` did not hold."""
    blocked = [visit for visit in visits if _blocked_name(visit) in race.names]
    if blocked and len(visits) > 1:
        raise Conflict("visit_companion_not_accepted", name=blocked[0].visitor.name)
    if blocked:
        raise Conflict("visit_not_accepted")
    refuse_without_consent(race)
    faces.refuse_gone(race)
    if "saved" in race.names:  # two forms remember the same visitor at this moment
        raise Contention("saved")
    raise RateLimited("visit_daily_limit", limit=runtime.settings().visits_per_day)


def refuse_window(problem: WindowProblem) -> NoReturn:
    """Say what is wrong with the wished time, at its field."""
    raise InvalidInput.of_field(*WINDOW_TEXTS[problem.value], code=problem.value)


def _refuse_doubles(people: Sequence[Person]) -> None:
    double = first_double(people)
    if double is not None:
        field_name = f"companions.{double.position - 1}.{double.same.value}"
        raise InvalidInput.of_field(field_name, DOUBLE_TEXTS[double.same.value].format(row=double.earlier + 1))


def _content(visit: Visit) -> object:
    """What a form says; the rest of a visit is what became of it."""
    return visit.visitor, visit.host, visit.window, visit.purpose, visit.party, visit.replaces


def _blocked_name(visit: Visit) -> str:
    return f"blocked {visit.id}"


def _count(transaction: Transaction, owner_id: str, people: int, now: datetime) -> None:
    """Count the people of a day; never without the visits that are its unique entries.

    *Closes*: two forms sent at once that together are more than a day allows.
    """
    item = QuotaItem(f"USER#{owner_id}", f"SUBMITTED#{site_day(now)}")
    room = runtime.settings().visits_per_day - people
    if room < 0:
        raise RateLimited("visit_daily_limit", limit=runtime.settings().visits_per_day)
    transaction.update(
        "quota",
        item,
        [QuotaItem.used.set((QuotaItem.used | 0) + people), QuotaItem.expires_at.set(to_epoch(now) + 3 * 86400)],
        QuotaItem.used.does_not_exist() | (QuotaItem.used <= room),
    )


def _whole_minute(instant: datetime) -> datetime:
    """People mean minutes; the gate platform compares seconds."""
    return instant.astimezone(UTC).replace(second=0, microsecond=0)
