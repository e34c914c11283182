"""Orders of staff for an old account: load, decide, commit. The worker does the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.core.audit import record
from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.errors import Conflict
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.channel.migration import model, store
from chalicelib.domains.channel.migration.model import MigrationProblem, MigrationReason, Order, Progress, SourceForm

COMMIT_TRIES = 4
Decide = Callable[[Order, Progress], Order | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """An old account's two records."""

    order: Order
    progress: Progress


def standing(account: str) -> Standing:
    """Where an account stands."""
    return Standing(*store.find_both(account))


def start_pull(actor: str, account: str, now: datetime) -> Standing:
    """Read the old account's followers; repeating it while it runs changes nothing."""
    return _order(
        actor, account, lambda order, progress: model.start_pull(order, progress, now), "migration_pull_started", now
    )


def start_convert(
    actor: str, account: str, approved_on: date, source_form: SourceForm, retry_failed: bool, now: datetime
) -> Standing:
    """Convert openids, within 15 days of the approval."""
    today = now.astimezone(SITE_ZONE).date()

    def decide(order: Order, progress: Progress) -> Order | None:
        return model.start_convert(
            order,
            progress,
            now,
            today=today,
            approved_on=approved_on,
            source_form=source_form,
            retry_failed=retry_failed,
        )

    return _order(actor, account, decide, "migration_convert_started", now)


def pause(actor: str, account: str, now: datetime) -> Standing:
    """Stop after the step that is under way."""
    return _order(actor, account, lambda order, progress: model.pause(order, progress, now), "migration_paused", now)


def resume(actor: str, account: str, now: datetime) -> Standing:
    """Go on, without waiting any longer."""
    return _order(actor, account, lambda order, progress: model.resume(order, progress, now), "migration_resumed", now)


def _order(actor: str, account: str, decide: Decide, action: str, now: datetime) -> Standing:
    """A lost race loads and decides again, so that the loser learns what goes on."""
    for _ in range(COMMIT_TRIES):
        order, progress = store.find_both(account)
        try:
            changed = decide(order, progress)
        except MigrationProblem as problem:
            raise Conflict(problem.reason.value) from None
        if changed is None:
            return Standing(order, progress)
        transaction = Transaction()
        store.add_order(transaction, changed)
        _audit(transaction, actor, order, changed, action, now)
        try:
            transaction.commit()
            return Standing(changed, progress)
        except (RaceLost, Contention):
            continue
    raise Conflict(MigrationReason.BUSY.value)


def _audit(transaction: Transaction, actor: str, seen: Order, changed: Order, action: str, now: datetime) -> None:
    record(
        transaction,
        subject=f"migration:{changed.account}",
        actor=actor,
        action=action,
        now=now,
        before=_state(seen),
        after=_state(changed),
    )


def _state(order: Order) -> dict[str, object]:
    approved_on = order.approved_on.isoformat() if order.approved_on else None
    return {
        "task": order.task.value,
        "paused": order.paused,
        "source_form": order.source_form.value,
        "approved_on": approved_on,
    }
