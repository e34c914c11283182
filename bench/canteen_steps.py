"""Steps of the canteen's records: a diner's month, the office's list, sums and view of the copying, the schedule."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bench.steps import Action
from bench.world import World, succeeded
from chalicelib.core.clock import SITE_ZONE, site_month, utc_now
from chalicelib.core.session import Device
from chalicelib.domains.canteen.records.shelf import PROGRESS_KEY, ProgressItem
from tests.support.client import Client, signed_in
from tests.support.fake_canteen import FakeCanteen
from tests.support.records import bound, run

RECORDS = "/api/canteen/records"
OFFICE = "/api/office/canteen/records"
SYNC = "/api/office/canteen/sync"
ACCOUNT = "6001"
MEALS = 150
"""Of a diner in the month that is looked at; with everybody else's, some pages of the office's list."""


class Diner:
    """Somebody who has eaten this month, the canteen office, and the canteen with what was posted since the last run."""

    def __init__(self, world: World) -> None:
        world.serial += 1
        self.account_no, name = f"{ACCOUNT}{world.serial}", f"diner{world.serial}"
        self.phone: Client = signed_in(name)
        self.office: Client = signed_in(f"desk{world.serial}", "canteen", device=Device.OFFICE)
        self.canteen = FakeCanteen(utc_now)
        self.canteen.open_account(self.account_no, "13800001111", 10**7)
        bound(f"USER{name}".upper(), self.account_no, utc_now())
        with suppress(ProgressItem.DoesNotExist):  # another canteen than that of the diner before
            ProgressItem.get(*PROGRESS_KEY).delete()
        self.eats()
        self.copy()

    def eats(self, meals: int = MEALS, days_before: int = 0) -> None:
        """Meals of this month or before, a minute apart."""
        since = self.begun - timedelta(days=days_before)
        for number in range(meals):
            self.canteen.eat(self.account_no, 1200, since + timedelta(minutes=number))

    @property
    def begun(self) -> datetime:
        """Noon of this month's first day."""
        return utc_now().astimezone(SITE_ZONE).replace(day=1, hour=12, minute=0)

    @property
    def days(self) -> dict[str, str]:
        """This month, as the office asks for it."""
        first = self.begun.date()
        return {"first": str(first), "last": str(first + timedelta(days=27))}

    def month(self, **query: str) -> Any:
        """Own records."""
        return succeeded(self.phone.get(RECORDS, month=site_month(self.begun), **query))

    def copy(self) -> Any:
        """The schedule's run."""
        return run(self.canteen, utc_now, at_once=True)


def of_diner(act: Callable[[Diner], Any]) -> Callable[[World], Action]:
    """Something that is looked at or done with a month's rows there."""

    def prepare(world: World) -> Action:
        diner = Diner(world)
        return lambda: act(diner)

    return prepare


def next_page(world: World) -> Action:
    """A diner who scrolls."""
    diner = Diner(world)
    cursor = diner.month().json["next_cursor"]
    return lambda: diner.month(cursor=cursor)


def copying(world: World) -> Action:
    """A minute in which 60 rows were posted."""
    diner = Diner(world)
    diner.eats(60)
    return diner.copy


own_month = of_diner(lambda diner: diner.month())
everybody = of_diner(lambda diner: succeeded(diner.office.get(OFFICE, **diner.days)))
one_account = of_diner(lambda diner: succeeded(diner.office.get(OFFICE, account_no=diner.account_no, **diner.days)))
sums = of_diner(lambda diner: succeeded(diner.office.get(f"{OFFICE}/sums", **diner.days)))
standing = of_diner(lambda diner: succeeded(diner.office.get(SYNC)))
quiet = of_diner(lambda diner: diner.copy())
