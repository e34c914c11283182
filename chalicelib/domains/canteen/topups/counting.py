"""What a user may still top up on a day: pure. The day's list holds each top-up once, under its id, so that it cannot drift."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domains.canteen.topups.model import TopUpProblem
from chalicelib.domains.canteen.topups.top_up import COUNTED, Day, TopUp


def count(day: Day, top_up: TopUp, limit_fen: int | None = None) -> Day | None:
    """The day with this top-up as it counts now. Raises :class:`TopUpProblem` above ``limit_fen``, given for a new one."""
    others = tuple((known, amount) for known, amount in day.amounts if known != top_up.id)
    mine = ((top_up.id, top_up.amount_fen),) if top_up.status in COUNTED else ()
    amounts = tuple(sorted((*others, *mine)))
    if amounts == day.amounts:
        return None
    changed = replace(day, amounts=amounts, version=day.version + 1)
    if limit_fen is not None and changed.total_fen > limit_fen:
        raise TopUpProblem("top_up_daily_limit", left_fen=max(0, limit_fen - day.total_fen))
    return changed
