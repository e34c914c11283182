"""A day whose top-ups are all settled, but for one payment nobody here knows of; and comparing it with WeChat Pay's bill."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bench.payer import AMOUNT_FEN
from bench.steps import Action
from bench.world import World
from chalicelib.core.clock import SITE_ZONE, utc_now
from chalicelib.core.outbox.worker import drain
from chalicelib.core.table import Transaction
from chalicelib.domains.canteen.reconciliation import running
from chalicelib.domains.canteen.reconciliation.model import Run, RunState
from chalicelib.domains.canteen.records.shelf import PROGRESS_KEY, ProgressItem
from chalicelib.domains.canteen.topups import model, paying
from chalicelib.domains.canteen.topups.crediting import Crediting
from chalicelib.domains.canteen.topups.steps import add_step
from chalicelib.domains.canteen.topups.top_up import Holder, TopUp
from tests.support.clock import FakeClock
from tests.support.fake_canteen import FakeCanteen
from tests.support.fake_pay import FakePay
from tests.support.records import run

TOP_UPS = 5
DAYS_AGO = 2
"""Whatever the hour, WeChat Pay has the bill of that day."""


class SettledDay:
    """Its own WeChat Pay and canteen, which that day was like any other for."""

    def __init__(self, world: World) -> None:
        world.serial += 1
        self.serial = world.serial
        noon = utc_now().astimezone(SITE_ZONE).replace(hour=12, minute=0) - timedelta(days=DAYS_AGO)
        self.day: date = noon.date()
        self._clock = FakeClock(noon.astimezone(utc_now().tzinfo))
        self.pay, self.canteen = FakePay(self._clock), FakeCanteen(self._clock)
        self.account_no = f"6200{world.serial}"
        self.canteen.open_account(self.account_no, "13800001111")
        for number in range(TOP_UPS):
            self._credited(self._ordered(number))
        self._strange_payment()
        with suppress(ProgressItem.DoesNotExist):  # another canteen than that of the diner before
            ProgressItem.get(*PROGRESS_KEY).delete()
        run(self.canteen, utc_now, at_once=True)

    def compare(self) -> Run:
        """What the hourly schedule does about this day."""
        found = running.reconcile(self.day, self.pay, utc_now())
        if (found.state, found.open_differences, found.sums.ours_count) != (RunState.DIFFERENT, 1, TOP_UPS):
            raise AssertionError(f"the day was not compared: {found}")
        return found

    def schedule(self) -> dict[str, int]:
        """The schedule's run."""
        return running.reconcile_due(self.pay, utc_now)

    def _ordered(self, number: int) -> TopUp:
        holder, now = Holder(self.account_no, f"S{self.account_no}", "陈**"), self._now()
        top_up = model.create(f"DAY{self.serial:010d}{number:013d}", "USERDAY", "o_day", holder, AMOUNT_FEN, now)
        transaction = Transaction()
        add_step(transaction, None, top_up, now)
        transaction.commit()
        paying.pay_sheet(self.pay, top_up, now)
        return top_up

    def _credited(self, top_up: TopUp) -> None:
        payment = self.pay.pay(top_up.id)
        if payment is None:
            raise AssertionError("WeChat Pay does not let them pay")
        paying.record_payment(payment, self._now())
        handlers = Crediting(self.canteen, self._clock).handlers
        until = self._now() + timedelta(seconds=25)
        drain(f"canteen:topup:{top_up.id}", handlers, clock=self._clock, deadline=until, pause=self._clock.pause)

    def _strange_payment(self) -> None:
        """The bill has something with a number like ours."""
        known = next(iter(self.pay.orders.values()))
        number = f"STRANGE{self.serial:019d}"
        self.pay.orders[number] = replace(known, out_trade_no=number, transaction_id=f"42001{number}")

    def _now(self) -> datetime:
        self._clock.advance(seconds=1)
        return self._clock()


def compare(world: World) -> Action:
    """A day that was compared before: nothing is new."""
    day = SettledDay(world)
    day.compare()

    def act() -> Any:
        return day.compare()

    return act
