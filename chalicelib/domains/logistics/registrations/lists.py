"""Lists of registrations, newest first: a user's own, and the office's with its filter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chalicelib.core.clock import day_begins, to_text
from chalicelib.core.narrowing import Source, newest_first, page_of
from chalicelib.core.paging import Page
from chalicelib.core.session import Principal
from chalicelib.domains.logistics.registrations import store
from chalicelib.domains.logistics.registrations.registration import (
    ENDED_EMPTY,
    UNDER_WAY,
    Kind,
    Registration,
    Status,
)
from chalicelib.domains.logistics.registrations.store import RegistrationItem

PAGE_SIZE = 20
EXAMINED_AT_MOST = 300
"""Rows a narrowed page looks at: a registration has two or three kilobytes, so about a hundred read units."""
BULK_PAGE_SIZE = 300
STATES: dict[str, tuple[Status, ...]] = {
    "all": tuple(Status),
    "open": (*UNDER_WAY, Status.EXITED),
    "signed": (Status.SIGNED,),
    "ended": ENDED_EMPTY,
}
"""What the driver's chips mean: open until it is signed."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the office's list is narrowed to; days are those of the registration, both included."""

    status: Status | None = None
    plate_number: str | None = None
    product_code: str | None = None
    kind: Kind | None = None
    first: date | None = None
    last: date | None = None

    def fits(self, registration: Registration) -> bool:
        """Whether a registration of the chosen index partition and days belongs to the list."""
        return (
            (self.status is None or registration.status is self.status)
            and (self.product_code is None or registration.goods.product_code == self.product_code)
            and (self.kind is None or registration.kind is self.kind)
        )

    @property
    def is_narrow(self) -> bool:
        """Whether more is asked than an index answers by itself."""
        return bool(self.product_code or self.kind or (self.status and self.plate_number))


def page_of_own(owner: Principal, state: str, cursor: str | None) -> Page[Registration]:
    """The user's own, under whichever id."""
    statuses = STATES[state]
    rows = PAGE_SIZE + 1 if state == "all" else EXAMINED_AT_MOST
    sources = [_own(owner_id, rows) for owner_id in owner.owner_ids]
    return page_of(
        sources, cursor, store.to_registration, lambda found: found.status in statuses, PAGE_SIZE, EXAMINED_AT_MOST
    )


def page_of_all(wanted: Filter, cursor: str | None) -> Page[Registration]:
    """A page of the office's list."""
    rows = EXAMINED_AT_MOST if wanted.is_narrow else PAGE_SIZE + 1
    return page_of(
        [_filtered(wanted, rows)], cursor, store.to_registration, wanted.fits, PAGE_SIZE, EXAMINED_AT_MOST
    )  # fmt: skip


def newest(wanted: Filter, examined_at_most: int) -> tuple[list[Registration], bool]:
    """The registrations of a filter for a file, and whether there may be more than were examined."""
    rows = _filtered(wanted, BULK_PAGE_SIZE).query(None)
    found: list[Registration] = []
    for examined, item in enumerate(rows, start=1):
        if examined > examined_at_most:
            return found, True
        registration = store.to_registration(item)
        if wanted.fits(registration):
            found.append(registration)
    return found, False


def _own(owner_id: str, rows: int) -> Source:
    key = store.owner_key(owner_id)
    return Source("owner_key", key, "created_at", newest_first(RegistrationItem.by_owner, key, None, rows))


def _filtered(wanted: Filter, rows: int) -> Source:
    """The index that narrows most."""
    name, key, index = _partition(wanted)
    return Source(name, key, "created_at", newest_first(index, key, _days(wanted), rows))


def _partition(wanted: Filter) -> tuple[str, str, Any]:
    if wanted.plate_number is not None:
        return "plate_key", store.plate_key(wanted.plate_number), RegistrationItem.by_plate
    if wanted.status is not None:
        return "status_key", store.status_key(wanted.status), RegistrationItem.by_status
    return "kind_key", store.KIND, RegistrationItem.by_kind


def _days(wanted: Filter) -> Any:
    created = RegistrationItem.created_at
    since = to_text(day_begins(wanted.first)) if wanted.first else None
    until = to_text(day_begins(wanted.last + timedelta(days=1)) - timedelta(milliseconds=1)) if wanted.last else None
    if since and until:
        return created.between(since, until)
    return created >= since if since else created <= until if until else None
