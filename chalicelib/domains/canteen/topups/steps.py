"""Committing a step of a top-up with all its consequences in ONE transaction.

The top-up, what counts towards the day's limit, the push to the canteen or to WeChat Pay, the notice and the audit entry
stand or fall together, so wherever a process dies nothing is half done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chalicelib.core.audit import record
from chalicelib.core.errors import Unavailable
from chalicelib.core.notices.entries import add_notice
from chalicelib.core.notices.model import Notice
from chalicelib.core.outbox.model import Entry, new_entry
from chalicelib.core.outbox.wake import enqueue
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.canteen.topups import counting, store
from chalicelib.domains.canteen.topups.consequences import Consequences, Push, consequences
from chalicelib.domains.canteen.topups.top_up import BY_CANTEEN, Day, TopUp

PEERS = {Push.CREDIT: "canteen", Push.REFUND: "pay"}
COMMIT_TRIES = 4

Decide = Callable[[TopUp], TopUp | None]
Extra = Callable[[Transaction, TopUp], None]
"""Adds what else has to be committed with the step; called again after a lost race."""


def subject(top_up_id: str) -> str:
    """How audit log, outbox and notices name a top-up."""
    return f"topup:{top_up_id}"


def add_step(
    transaction: Transaction, seen: TopUp | None, changed: TopUp, now: datetime, day: Day | None = None
) -> None:
    """Everything a step means. ``day``: the day's list as it was seen, when the caller has read it already."""
    follows = consequences(seen, changed)
    if seen is None:
        store.add_new(transaction, changed)
    else:
        store.add_change(transaction, seen, changed)
    if follows.counts_differently:
        _add_count(transaction, changed, day)
    if follows.push is not None:
        enqueue(transaction, _entry(changed, follows.push, now))
    accepted = changed.refund.accepted_at if changed.refund else None
    if accepted is not None and (seen is None or seen.refund is None or seen.refund.accepted_at is None):
        store.add_accepted_refund(transaction, changed, accepted)
    _add_words(transaction, seen, changed, follows, now)


def commit_step(load: Callable[[], TopUp], decide: Decide, now: datetime, *, extra: Extra | None = None) -> TopUp:
    """Load, decide, commit; a lost race loads and decides again, so that the loser is told why.

    The top-up as it is afterwards; ``decide`` returns ``None`` when there is nothing to do. Raises what ``decide`` and
    ``extra`` raise, :class:`RaceLost` for a race only ``extra`` knows, and
    :class:`~chalicelib.core.errors.Unavailable` when it cannot win.
    """
    for _ in range(COMMIT_TRIES):
        seen = load()
        changed = decide(seen)
        if changed is None:
            return seen
        transaction = Transaction()
        add_step(transaction, seen, changed, now)
        if extra is not None:
            extra(transaction, seen)
        try:
            transaction.commit()
            return changed
        except RaceLost as race:
            if not {"top_up", "day", "outbox"} & set(race.names):
                raise
        except Contention:
            continue
    raise Unavailable


def _add_count(transaction: Transaction, changed: TopUp, day: Day | None) -> None:
    seen = day or store.find_day(changed.owner_id, changed.created_at)
    counted = counting.count(seen, changed)
    if counted is not None:
        store.add_day(transaction, seen, counted)


def _entry(top_up: TopUp, push: Push, now: datetime) -> Entry:
    return new_entry(
        peer=PEERS[push], subject=subject(top_up.id), sequence=top_up.version, kind=push.value, now=now,
        payload={"top_up_id": top_up.id},
    )  # fmt: skip


def _add_words(
    transaction: Transaction, seen: TopUp | None, changed: TopUp, follows: Consequences, now: datetime
) -> None:
    if follows.news is not None:
        add_notice(
            transaction, Notice(follows.news.value), subject=subject(changed.id), sequence=changed.version,
            user_id=changed.owner_id, now=now,
        )  # fmt: skip
    if follows.action is not None:
        latest = changed.events[-1]
        after = {"status": changed.status.value, "amount_fen": changed.amount_fen}
        record(
            transaction, subject=subject(changed.id), actor=latest.by or _actor(changed), action=follows.action, now=now,
            before={"status": seen.status.value} if seen else None,
            after=after | ({"note": latest.note} if latest.note else {}),
        )  # fmt: skip


def _actor(changed: TopUp) -> str:
    """The outside system on whose word it moved."""
    return BY_CANTEEN if changed.events[-1].name in ("credited", "rejected") else "wechat_pay"
