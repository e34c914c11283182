"""Years of history in seconds: copies of real items put straight into moto's tables, behind its API."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

from bench.aws import moto_table
from bench.canteen_steps import Diner
from bench.logistics_steps import over, trip
from bench.world import World
from chalicelib.core.clock import site_month, to_text
from chalicelib.domains.canteen.records.store import account_key, month_key, row_key

SPAN = timedelta(days=600)
"""However many rows there are, they are spread over this time: a hundred lie thin, a hundred thousand lie thick."""
TODAY = timedelta(days=1)
"""Registrations of today are there whatever the history: none of it lies among them."""
SAVED = 40
DUE = 30
TOLD_OF_ENDS = ("gate:visit:OVER", "le:registration:", "wechat:registration:")
PRESENT = 30
"""Visitors on the ground; the platform lists their passages in every reading of the hour."""


def copy_item(table: str, original: Any, changes: dict[str, str], without: tuple[str, ...] = ()) -> None:
    """Put a copy of a moto item with other texts; unchanged values are shared, so that a hundred thousand fit."""
    attributes = LimitedSizeDict(original.attrs)
    for name, text in changes.items():
        dict.__setitem__(attributes, name, DynamoType({"S": text}))
    for name in without:
        attributes.pop(name, None)
    item: Item = copy.copy(original)
    item.attrs, item.hash_key, item.range_key = attributes, attributes["pk"], attributes["sk"]
    moto_table(table).items[item.hash_key][item.range_key] = item


def original_item(table: str, pk: str, sk: str) -> Any:
    """A real item, as the product wrote it."""
    return moto_table(table).items[DynamoType({"S": pk})][DynamoType({"S": sk})]


class History:
    """Visits and pushes of the past for one world; made once, it can be added to."""

    def __init__(self, place: World, now: datetime) -> None:
        waiting, decided = place.submitted(), place.approved()
        self._now = now
        self._generation = 0
        self._visits = [original_item("test-visitor", f"VISIT#{visit['id']}", "VISIT") for visit in (waiting, decided)]
        push = (f"gate:visit:{decided['id']}", f"{decided['version']:010d}")
        self._push = original_item("test-outbox", *push)
        place.inside(PRESENT)
        place.workers.reader.run()
        known = trip(place)
        self.driver, made = known.phone, known.register().json
        self._registration = original_item("test-logistics", f"REGISTRATION#{made['id']}", "REGISTRATION")
        self.diner = Diner(place)
        event_id = place.gate.passed[-1].event_id
        self._passage = original_item("test-visitor", f"PASSAGE#{event_id}", "PASSAGE")

    def add_visits(self, first: int, last: int) -> None:
        """Visits of the world's visitor, half of them decided, over the whole span."""
        for number in range(first, last):
            changes = {"pk": f"VISIT#HISTORY{number:019d}", "submitted_at": self._moment(number, first, last)}
            copy_item("test-visitor", self._visits[number % 2], changes, without=("open_until",))

    def add_pushes(self, first: int, last: int) -> None:
        """Pushes that are over: half of them done, half failed for good."""
        for number in range(first, last):
            at = self._moment(number, first, last)
            changes = {"pk": f"gate:visit:HISTORY{number:019d}", "next_attempt_at": at, "state": "done"}
            if number % 2:
                copy_item("test-outbox", self._push, {**changes, "state": "failed", "peer_state": "gate#failed"})
            else:
                copy_item("test-outbox", self._push, changes, without=("peer_state",))

    def add_passages(self, first: int, last: int) -> None:
        """Passages of visits long over."""
        for number in range(first, last):
            at = self._moment(number, first, last)
            copy_item("test-visitor", self._passage, {"pk": f"PASSAGE#HISTORY{number:019d}", "submitted_at": at})

    def add_records(self, rows: int, months: int) -> None:
        """What was eaten in the months before, half of it by the diner."""
        diner = self.diner
        original = original_item("test-canteen", *row_key(diner.account_no, diner.canteen.posted[0].key))
        for number in range(rows):
            at = diner.begun - timedelta(days=32) - timedelta(days=30 * months) * (number / rows)
            account_no = diner.account_no if number % 2 else f"7001{number % 1000:04d}"
            changes = {
                "pk": f"ACCOUNT#{account_no}",
                "sk": f"ROW#H{months}-{number:010d}",
                "created_at": to_text(at),
                "account_key": account_key(account_no),
                "kind_key": month_key(site_month(at)),
            }
            copy_item("test-canteen", original, changes)

    def add_registrations(self, first: int, last: int) -> None:
        """Trips long over; in no index of what is under way, holds stock or has a time limit."""
        signed = {"status": "signed", "status_key": "registration#signed"}
        for number in range(first, last):
            at = self._moment(number, first, last, TODAY)
            changes = {"pk": f"REGISTRATION#HISTORY{number:019d}", "created_at": at, **signed}
            copy_item("test-logistics", self._registration, changes, without=("due_key", "due_at", "held_key"))

    def add_ending_holds(self) -> None:
        """Holds of today whose time is over, and which the sweep has not seen yet."""
        self._generation += 1
        over(self._generation * 1000, DUE, self._now - timedelta(minutes=5))

    def add_present(self) -> None:
        """What there is at any time, whatever the history: saved visitors, and pushes that are due."""
        for number in range(DUE):
            copy_item("test-outbox", self._push, {"pk": f"gate:visit:DUE{number:023d}"})
        items = moto_table("test-visitor").items[DynamoType({"S": "USER#USERVISITOR"})]
        known = next(item for key, item in items.items() if key.value.startswith("SAVED#"))
        for number in range(SAVED):
            copy_item("test-visitor", known, {"sk": f"SAVED#PRESENT{number:019d}"})

    def add_over(self) -> None:
        """Visits of today whose window is over and which nobody has closed yet."""
        self._generation += 1
        for number in range(DUE):
            changes = {
                "pk": f"VISIT#OVER{self._generation}{number:021d}",
                "ends_at": to_text(self._now - timedelta(minutes=5)),
                "open_until": to_text(self._now - timedelta(minutes=5)),
            }
            copy_item("test-visitor", self._visits[number % 2], changes)

    def forget_pushes(self) -> None:
        """Take away what ending them has to be told: the next measurement finds what this one found."""
        items = moto_table("test-outbox").items
        for key in [key for key in items if key.value.startswith(TOLD_OF_ENDS)]:
            del items[key]

    def _moment(self, number: int, first: int, last: int, before: timedelta = timedelta()) -> str:
        return to_text(self._now - before - SPAN * ((number - first + 1) / (last - first + 1)))
