"""What a step of a top-up means for everybody else, derived from before and after. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domains.canteen.topups.top_up import COUNTED, Status, TopUp


class Push(StrEnum):
    """Kinds of outbox entries."""

    CREDIT = "topup.credit"
    REFUND = "topup.refund"


class News(StrEnum):
    """What the user is told; the value is the notice's name."""

    CREDITED = "top_up_credited"
    REFUNDED = "top_up_refunded"


AUDITED = (Status.PAID, Status.CREDITED, Status.REJECTED, Status.REFUNDING, Status.REFUNDED)
"""A change of money writes an audit entry."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """``counts_differently``: towards the day's limit."""

    push: Push | None
    news: News | None
    counts_differently: bool
    action: str | None
    """For the audit log."""


def consequences(seen: TopUp | None, changed: TopUp) -> Consequences:
    """From one step to the next; ``seen`` is ``None`` for a new one."""
    moved = seen is None or seen.status is not changed.status
    counted_before = seen is not None and seen.status in COUNTED
    return Consequences(
        push=_push(seen, changed, moved),
        news=_news(changed) if moved else None,
        counts_differently=counted_before != (changed.status in COUNTED),
        action=_action(seen, changed, moved),
    )


def _push(seen: TopUp | None, changed: TopUp, moved: bool) -> Push | None:
    if moved and changed.status is Status.PAID:
        return Push.CREDIT
    before = seen.refund.attempt if seen and seen.refund else 0
    after = changed.refund.attempt if changed.refund else 0
    return Push.REFUND if after > before else None


def _news(changed: TopUp) -> News | None:
    return {Status.CREDITED: News.CREDITED, Status.REFUNDED: News.REFUNDED}.get(changed.status)


def _action(seen: TopUp | None, changed: TopUp, moved: bool) -> str | None:
    """People's steps, and every one that moves money."""
    latest = changed.events[-1]
    is_new_event = seen is None or len(seen.events) < len(changed.events)
    if not is_new_event:
        return None
    by_staff = latest.name.startswith("refund_") and latest.by is not None
    return f"top_up_{latest.name}" if by_staff or (moved and changed.status in AUDITED) else None
