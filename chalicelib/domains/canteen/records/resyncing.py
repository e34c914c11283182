"""Use case of the office: read all rows of one account again, from the beginning.

A row's key is its identity, so nothing is doubled, what is missing is there afterwards, and what differs is as the canteen has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.errors import Conflict, InvalidInput, Unavailable
from chalicelib.core.logs import log_event
from chalicelib.core.paging import decode_cursor, encode_cursor
from chalicelib.domains.canteen.records import store
from chalicelib.domains.canteen.records.copying import fetch, of_holder
from chalicelib.domains.canteen.records.shelf import Shelf
from chalicelib.integrations.canteen.port import CanteenPort, RowPage
from chalicelib.integrations.errors import PeerError, Refused


@dataclass(frozen=True, slots=True)
class Read:
    """What one request managed; ``cursor``: where to go on, ``None`` when everything is read."""

    rows: int
    cursor: str | None


def resync(
    canteen: CanteenPort, shelf: Shelf, account_no: str, cursor: str | None, clock: Callable[[], datetime],
    until: datetime,
) -> Read:  # fmt: skip
    """Read and keep, beginning no page after ``until``. Raises ``InvalidInput``, ``Unavailable`` and ``Conflict``."""
    holder = None if canteen.reads_all else store.holder_of(account_no)
    place, rows = _place_of(account_no, cursor), 0
    while True:
        page = _fetch(canteen, place, account_no)
        shelf.keep([of_holder(row, holder) for row in page.rows] if holder else page.rows)
        place, rows = page.next_cursor, rows + len(page.rows)
        if not page.has_more or clock() >= until:
            return Read(rows, _cursor(account_no, place) if page.has_more else None)


def _fetch(canteen: CanteenPort, place: str, account_no: str) -> RowPage:
    try:
        return fetch(canteen, place, account_no)
    except ValueError:  # a place the canteen's adapter has not written
        raise InvalidInput("invalid_cursor") from None
    except PeerError as trouble:
        log_event("canteen_account_not_read", code=trouble.code)
        raise (
            Conflict("canteen_refused") if isinstance(trouble, Refused) else Unavailable("canteen_unavailable")
        ) from None


def _place_of(account_no: str, cursor: str | None) -> str:
    """The canteen's own cursor in ours; that of another account is refused."""
    known = decode_cursor(cursor, {"account": account_no})
    if known is None:
        return ""
    if set(known) != {"account", "place"}:
        raise InvalidInput("invalid_cursor")
    return str(known["place"]["S"])


def _cursor(account_no: str, place: str) -> str | None:
    return encode_cursor({"account": {"S": account_no}, "place": {"S": place}})
