"""Use case: look at one's own account: the canteen's answer now, or what it said last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.core.logs import log_event
from chalicelib.core.session import Principal
from chalicelib.domains.canteen.bindings.binding import Binding
from chalicelib.domains.canteen.bindings.store import find_binding
from chalicelib.domains.canteen.cards import store
from chalicelib.domains.canteen.cards.store import Known
from chalicelib.integrations.canteen.port import Balance, CanteenPort
from chalicelib.integrations.errors import PeerError

KEEP_FRESH = timedelta(minutes=10)
"""A balance that has not changed is written again after this long: its time says how old the last word is."""


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to show. ``is_live``: the balance is the canteen's answer to this look."""

    bound: Binding | None
    balance: Balance | None
    is_live: bool
    known: Known


def look(owner: Principal, canteen: Callable[[], CanteenPort]) -> Look:
    """Whose account it is, what is on it, what was reported; never fails because of the canteen."""
    bound = find_binding(owner)
    if bound is None:
        return Look(None, None, False, Known(None, {}))
    return look_at(bound, store.find_known(bound.account_no), canteen)


def look_at(bound: Binding, known: Known, canteen: Callable[[], CanteenPort]) -> Look:
    """The same when what is known has been read already."""
    balance = _ask(canteen, bound.account_no)
    if balance is None:
        return Look(bound, known.balance, False, known)
    if _is_news(balance, known):
        store.keep_balance(balance)
    return Look(bound, balance, True, known)


def _ask(canteen: Callable[[], CanteenPort], account_no: str) -> Balance | None:
    try:
        return canteen().balance(account_no)
    except PeerError as trouble:
        log_event("balance_not_read", code=trouble.code)
        return None


def _is_news(balance: Balance, known: Known) -> bool:
    """Also what the canteen says after a report of ours has ended: it tells whether that still holds."""
    last = known.balance
    if last is None or balance.as_of - last.as_of >= KEEP_FRESH:
        return True
    if any(last.as_of <= report.changed_at < balance.as_of for report in known.reports.values()):
        return True
    before = (last.balance_fen, last.purses, last.status, last.cards)
    return (balance.balance_fen, balance.purses, balance.status, balance.cards) != before
