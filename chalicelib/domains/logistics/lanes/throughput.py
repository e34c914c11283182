"""Trucks a lane loaded or unloaded a day, counted in the transaction that records the weighing: once a truck.

Counters and not a list of registrations: reading two weeks is one call, whatever was moved in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute

from chalicelib.core.clock import site_day, to_epoch
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.logistics.registrations.registration import Registration, Status

DAYS_SHOWN = 14
KEPT_FOR = timedelta(days=400)
WEIGHED = (Status.WEIGHED, Status.EXITED, Status.SIGNED)
_PARTITION = "LANE_DAY"


class LaneDayItem(Item):
    """``LANE_DAY`` / ``<day>#<lane>``: one partition, a few trucks a minute write it."""

    class Meta(TableMeta):
        domain = "logistics"

    trucks = NumberAttribute()
    net_kg = NumberAttribute()


@dataclass(frozen=True, slots=True)
class LaneDay:
    """One lane and day of the plant's calendar."""

    day: str
    lane_code: str
    trucks: int
    net_kg: int


def add_weighing(transaction: Transaction, seen: Registration | None, changed: Registration, now: datetime) -> None:
    """Count a truck whose weighing LE has just told of; *closes* counting it twice: the registration's own condition."""
    is_new = changed.status in WEIGHED and (seen is None or seen.status not in WEIGHED)
    if not is_new or changed.le.lane_code is None:
        return
    item = LaneDayItem(_PARTITION, f"{site_day(now)}#{changed.le.lane_code}")
    counted = [LaneDayItem.trucks.add(1), LaneDayItem.net_kg.add(changed.le.net_kg or 0)]
    transaction.update("lane_day", item, [*counted, LaneDayItem.expires_at.set(to_epoch(now + KEPT_FOR))])


def last_days(now: datetime) -> list[LaneDay]:
    """The last two weeks, the newest day first, lanes in the order of their codes."""
    first = site_day(now - timedelta(days=DAYS_SHOWN - 1))
    found = [_to_day(item) for item in LaneDayItem.query(_PARTITION, LaneDayItem.sk >= first)]
    return sorted(sorted(found, key=lambda row: row.lane_code), key=lambda row: row.day, reverse=True)


def _to_day(item: LaneDayItem) -> LaneDay:
    day, _, lane_code = item.sk.partition("#")
    return LaneDay(day, lane_code, int(item.trucks), int(item.net_kg))
