"""One run that copies the canteen's rows: a page is fetched, its rows are kept, then the place moves.

In that order, so a run that dies repeats a page, which changes nothing, and skips none. While a page is being kept the next
one is fetched: the canteen's answer and the database's are waited for side by side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.core.logs import log_event
from chalicelib.domains.canteen.bindings.binding import Binding
from chalicelib.domains.canteen.records import progress
from chalicelib.domains.canteen.records.progress import AccountPlace, Progress
from chalicelib.domains.canteen.records.shelf import Shelf
from chalicelib.integrations.canteen.port import CanteenPort, Row, RowPage
from chalicelib.integrations.errors import Refused, Retryable

PAGE_ROWS = 200
"""As many as the contract delivers at once."""
UNKNOWN_ACCOUNT = "canteen_not_found"


@dataclass(slots=True)
class Copying:
    """A run that has begun: ``seen`` is the progress as this run wrote it last. ``until``: no page begins later."""

    canteen: CanteenPort
    shelf: Shelf
    ahead: Executor
    """Fetches the next page."""
    clock: Callable[[], datetime]
    until: datetime
    seen: Progress

    def copy_all(self) -> None:
        """Everybody's rows, until there are no more or the time is over."""
        page = fetch(self.canteen, self.seen.place)
        while True:
            goes_on = page.has_more and self.clock() < self.until
            following = self.ahead.submit(fetch, self.canteen, page.next_cursor) if goes_on else None
            self.shelf.keep(page.rows)
            self.move(page)
            if following is None:
                return self._stop() if page.has_more else None
            page = following.result()

    def move(self, page: RowPage) -> None:
        """The page is kept: one conditional write, which ends the run with the last one."""
        rows, place, behind = len(page.rows), page.next_cursor, page.behind
        if page.has_more:
            self._write(progress.kept_page(self.seen, rows, place, behind))
        else:
            self._write(progress.ended_with_last_page(self.seen, rows, place, behind, self.clock()))

    def copy_accounts(self) -> None:
        """Every bound account's rows, one account after the other, from where the round stands."""
        before = self.seen.round.place if self.seen.round else ""
        for holder, place in self.shelf.bound(before):
            rows, is_read = self._copy_account(holder)
            before = place if is_read else before
            self._write(progress.kept_account(self.seen, rows, before))
            if not is_read:
                return self._stop()
        return self._write(progress.ended_with_round(self.seen, self.clock()))

    def fail(self, code: str) -> None:
        """The run ends with an error; what it has kept stays, and the next run goes on from there."""
        self._write(progress.ended(self.seen, self.clock(), code))

    def _copy_account(self, holder: Binding) -> tuple[int, bool]:
        """How many rows, and whether these were all. An account the canteen does not know (any more) has none."""
        place, rows = self.shelf.find_account(holder.account_no), 0
        while self.clock() < self.until:
            try:
                page = fetch(self.canteen, place.place, holder.account_no)
            except Refused as refusal:
                if refusal.code != UNKNOWN_ACCOUNT:
                    raise
                log_event("canteen_account_not_known", account_no=holder.account_no)
                return rows, True
            place, written = self._keep_page(place, page, holder)
            rows += written
            if not page.has_more:
                return rows, True
        return rows, False

    def _keep_page(self, place: AccountPlace, page: RowPage, holder: Binding) -> tuple[AccountPlace, int]:
        """Rows that were read just the same the last time are there already."""
        named, digest = [of_holder(row, holder) for row in page.rows], digest_of(page.rows)
        is_new = bool(named) and digest != place.digest
        if is_new:
            self.shelf.keep(named)
        moved = replace(place, place=page.next_cursor, digest=digest, version=place.version + 1)
        self.shelf.replace_account(place, moved)
        return moved, len(named) if is_new else 0

    def _stop(self) -> None:
        self._write(progress.ended(self.seen, self.clock()))

    def _write(self, changed: Progress) -> None:
        self.shelf.replace(self.seen, changed)
        self.seen = changed


def fetch(canteen: CanteenPort, place: str, account_no: str | None = None) -> RowPage:
    """The next page. One that says there is more and does not go on would hold the reader for ever."""
    page = canteen.rows(place, PAGE_ROWS, account_no)
    if page.has_more and page.next_cursor == place:
        raise Retryable("answer_unreadable", "more rows are said to come, from the same place", "canteen")
    return page


def of_holder(row: Row, holder: Binding) -> Row:
    """A row with whose it is: a canteen that is read account by account does not say so."""
    return replace(row, staff_no=row.staff_no or holder.staff_no, name_masked=row.name_masked or holder.name_masked)


def digest_of(rows: tuple[Row, ...]) -> str:
    """Of rows as the canteen delivered them."""
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:32]
