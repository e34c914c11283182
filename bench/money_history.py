"""Years of top-ups, bindings and differences, put into moto's tables like the rest of the history."""

from __future__ import annotations

from datetime import datetime, timedelta

from bench.aws import moto_table
from bench.day_steps import SettledDay
from bench.history import DUE, SPAN, copy_item, original_item
from bench.payer import ACCOUNT, Payer
from bench.world import World, succeeded
from chalicelib.core.clock import site_day, site_month, to_text, utc_now
from chalicelib.domains.canteen.bindings import store as bindings
from chalicelib.domains.canteen.reconciliation import store as reconciliation
from chalicelib.domains.canteen.reconciliation.model import State
from chalicelib.domains.canteen.records import store as records
from chalicelib.domains.canteen.topups import store as topups
from chalicelib.domains.canteen.topups.lists import SUMMED_AT_ONCE
from chalicelib.domains.canteen.topups.model import PAY_WITHIN

TABLE = "test-canteen"
RECENT = timedelta(days=32)
"""The history lies before this month, and so before the days the comparison's schedule looks at."""
PRESENT = SUMMED_AT_ONCE + 1000
"""Top-ups since, all of one diner: more than any list or sum looks at in one go."""
DUE_NAME = "TOPUP#DUE"
OTHERS = "7002"
"""Account of everybody else."""


class MoneyHistory:
    """Of one diner who tops up a lot, and of everybody else; made once, it can be added to."""

    def __init__(self, place: World) -> None:
        self._now = utc_now()
        self.payer = Payer(place)
        credited = self.payer.paid()
        self.payer.credit(credited)
        self._credited = original_item(TABLE, *topups.top_up_key(credited))
        ordered = topups.top_up_key(self.payer.order())
        self._ordered = original_item(TABLE, *ordered)
        topups.TopUpItem(*ordered).delete()  # its copies are asked about, it is not
        self._binding = original_item(TABLE, *bindings.binding_key(self.payer.user_id))
        self.day = SettledDay(place)
        self.day.schedule()
        found = next(iter(reconciliation.differences_of(self.day.day.isoformat()).values()))
        day, _, name = found.id.partition("~")
        self._difference = original_item(TABLE, f"RECON#{day}", f"DIFF#{name}")
        row = next(row for row in self.day.canteen.posted if row.serial_no)
        self._credit = original_item(TABLE, *records.row_key(row.account_no, row.key))
        self._add_present()

    def look_at_account(self) -> None:
        """The balance is kept now, and no news when it is measured."""
        succeeded(self.payer.phone.get(ACCOUNT))

    def add_top_ups(self, first: int, last: int) -> None:
        """Credited ones: half of them the diner's; of the others the canteen's row, too."""
        for number in range(first, last):
            at = self._moment(number, first, last)
            self._add_top_up(f"HISTORY{number:019d}", at, others=bool(number % 2))
            if number % 2:
                self._add_credit(f"T{number:011d}", at)

    def add_bindings(self, first: int, last: int) -> None:
        """Half of them ended."""
        for number in range(first, last):
            at = self._moment(number, first, last)
            account = f"8000{number:08d}"
            status = bindings.status_key(bindings.ENDED if number % 2 else bindings.BOUND)
            changes = {"pk": f"USER#HISTORY{number:019d}", "created_at": to_text(at), "status_key": status}
            changes |= {"account_no": account, "account_key": bindings.known_as_key(account), "owner_key": "binding#0"}
            copy_item(TABLE, self._binding, changes)

    def add_differences(self, first: int, last: int) -> None:
        """Settled ones of days long over."""
        for number in range(first, last):
            at = self._moment(number, first, last)
            day, name = site_day(at), f"HISTORY{number:019d}"
            changes = {"pk": f"RECON#{day}", "sk": f"DIFF#{name}", "created_at": f"{day}#{day}~{name}"}
            changes |= {"state": State.SETTLED.value, "status_key": reconciliation.status_key(State.SETTLED)}
            copy_item(TABLE, self._difference, changes)

    def add_due(self) -> None:
        """Unpaid top-ups WeChat Pay is to be asked about now."""
        moment, until = to_text(utc_now()), to_text(utc_now() + PAY_WITHIN)
        for number in range(DUE):
            changes = {"pk": f"{DUE_NAME}{number:023d}", "created_at": moment, "due_at": moment, "expires": until}
            copy_item(TABLE, self._ordered, changes)

    def forget_due(self) -> None:
        """Take them away: no list has them in the next measurement either."""
        items = moto_table(TABLE).items
        for key in [key for key in items if key.value.startswith(DUE_NAME)]:
            del items[key]

    def _add_present(self) -> None:
        """What there is at any time, whatever the history."""
        for number in range(PRESENT):
            self._add_top_up(f"PRESENT{number:019d}", self._now - timedelta(minutes=number + 1), day=self._now)

    def _add_top_up(self, name: str, at: datetime, *, others: bool = False, day: datetime | None = None) -> None:
        changes = {
            "pk": f"TOPUP#{name}",
            "created_at": to_text(at),
            "day_key": topups.paid_key(site_day(day or at)),
        }
        if others:
            changes |= {"owner_key": topups.owner_key("SOMEBODY"), "account_key": topups.account_key(OTHERS)}
        copy_item(TABLE, self._credited, changes)

    def _add_credit(self, key: str, at: datetime) -> None:
        pk, sk = records.row_key(OTHERS, key)
        changes = {
            "pk": pk,
            "sk": sk,
            "created_at": to_text(at),
            "account_key": records.account_key(OTHERS),
            "kind_key": records.month_key(site_month(at)),
            "day_key": records.recharge_key(site_day(at)),
        }
        copy_item(TABLE, self._credit, changes)

    def _moment(self, number: int, first: int, last: int) -> datetime:
        return self._now - RECENT - SPAN * ((number - first + 1) / (last - first + 1))
