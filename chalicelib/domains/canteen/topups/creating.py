"""Use case: order a top-up.

One transaction stores the order, whose id follows from the form, and what it counts towards the day's limit: sent again,
the form finds what it made. WeChat Pay is asked for the pay sheet afterwards (``paying.py``): dying in between leaves an
order nobody can pay, which the phone may still open the sheet for and the schedule closes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.clock import site_day
from chalicelib.core.errors import Conflict, InvalidInput, Unavailable
from chalicelib.core.ids import derived_id
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, RaceLost, Transaction, find_many
from chalicelib.domains.canteen.bindings.binding import Binding
from chalicelib.domains.canteen.bindings.store import BindingItem, binding_key, first_of
from chalicelib.domains.canteen.topups import counting, model, store
from chalicelib.domains.canteen.topups.model import TopUpProblem
from chalicelib.domains.canteen.topups.money import to_yuan
from chalicelib.domains.canteen.topups.steps import COMMIT_TRIES, add_step
from chalicelib.domains.canteen.topups.top_up import Day, Holder, TopUp

FindOpenid = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Known:
    """What is read before deciding: one reading."""

    top_up: TopUp | None
    binding: Binding | None
    day: Day


def create(owner: Principal, amount_fen: int, request_id: str, find_openid: FindOpenid, now: datetime) -> TopUp:
    """A new order; the same form sent again answers with the one it made.

    Raises ``InvalidInput`` for an amount outside the limits, ``Conflict`` with what to do, ``Unavailable`` when others were
    faster every time.
    """
    _require_amount(amount_fen)
    top_up_id = derived_id("topup", owner.user_id, request_id)
    for _ in range(COMMIT_TRIES):
        known = _load(owner, top_up_id, now)
        if known.top_up is not None:
            return _same(known.top_up, amount_fen)
        top_up = _decide(top_up_id, owner, amount_fen, known, find_openid, now)
        transaction = Transaction()
        add_step(transaction, None, top_up, now, known.day)
        try:
            transaction.commit()
            return top_up
        except (RaceLost, Contention):  # this form from elsewhere, or another one of the user's
            continue
    raise Unavailable


def _require_amount(amount_fen: int) -> None:
    settings = runtime.settings()
    if not settings.top_up_minimum <= amount_fen <= settings.top_up_maximum:
        minimum, maximum = to_yuan(settings.top_up_minimum), to_yuan(settings.top_up_maximum)
        raise InvalidInput("top_up_amount_range", minimum=minimum, maximum=maximum)


def _load(owner: Principal, top_up_id: str, now: datetime) -> Known:
    day = site_day(now)
    top_up_key, day_key = store.top_up_key(top_up_id), store.day_key(owner.user_id, day)
    bindings = {binding_key(owner_id): BindingItem for owner_id in owner.owner_ids}
    found = find_many({top_up_key: store.TopUpItem, day_key: store.DayItem, **bindings})
    item, listed = found.get(top_up_key), found.get(day_key)
    return Known(
        store.to_top_up(item) if item else None,
        first_of(owner, found),
        store.to_day(listed if isinstance(listed, store.DayItem) else None, owner.user_id, day),
    )


def _same(known: TopUp, amount_fen: int) -> TopUp:
    """What this form made, whatever became of it; one whose amount was edited meanwhile must not pass for it."""
    if known.amount_fen != amount_fen:
        raise Conflict("top_up_request_reused")
    return known


def _decide(
    top_up_id: str, owner: Principal, amount_fen: int, known: Known, find_openid: FindOpenid, now: datetime
) -> TopUp:
    if known.binding is None:
        raise Conflict("canteen_not_bound")
    openid = find_openid(owner.user_id)
    if openid is None:
        raise Conflict("top_up_no_openid")
    bound = known.binding
    holder = Holder(bound.account_no, bound.staff_no, bound.name_masked)
    top_up = model.create(top_up_id, owner.user_id, openid, holder, amount_fen, now)
    try:
        counting.count(known.day, top_up, runtime.settings().top_up_daily)
    except TopUpProblem as problem:
        raise Conflict(problem.code, left=to_yuan(int(str(problem.context["left_fen"])))) from None
    return top_up
