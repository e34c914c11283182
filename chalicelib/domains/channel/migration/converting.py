"""Converting openids, a hundred a call.

The answer is read by ``ori_openid``. Results are written in parts, each together with the counters; a run that dies
between the call and a part leaves those openids in the waiting list, and asking WeChat again gives the same answer.
"""

from __future__ import annotations

from chalicelib.core.audit import record
from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.table import Transaction
from chalicelib.domains.channel.migration import followers, model
from chalicelib.domains.channel.migration.model import BATCH, Order, Progress, SourceForm, Trouble
from chalicelib.domains.channel.migration.ports import ACTOR, Run, batches

WINDOW_OVER = "migration_window_over"


def convert_batch(run: Run, order: Order, progress: Progress) -> None:
    """One call, or putting some failed ones back first; with nothing left the order is carried out."""
    if _window_is_over(run, order):
        _give_up(run, order, progress)
        return
    if model.must_requeue(progress, order):
        _requeue(run, order, progress)
        return
    waiting = followers.waiting(run.account.app_id, BATCH)
    if not waiting:
        _end(run, order, progress)
        return
    answers = run.ports.convert(_source(run, order), [follower.openid for follower in waiting])
    results = model.match([follower.openid for follower in waiting], answers)
    for part in batches(list(zip(waiting, results, strict=True)), followers.RESULTS_AT_ONCE):
        transaction = Transaction()
        followers.add_results(transaction, (run.account.app_id, run.ports.new_app_id), part, run.clock())
        progress = run.commit(transaction, model.settled(progress, [result for _, result in part]))


def _source(run: Run, order: Order) -> str:
    return run.account.raw_id if order.source_form is SourceForm.RAW_ID else run.account.app_id


def _window_is_over(run: Run, order: Order) -> bool:
    today = run.clock().astimezone(SITE_ZONE).date()
    return order.approved_on is not None and model.days_left(order.approved_on, today) == 0


def _give_up(run: Run, order: Order, progress: Progress) -> None:
    trouble = Trouble(WINDOW_OVER, "the 15 days since the approval are over", run.clock())
    run.commit(Transaction(), model.given_up(progress, order, trouble))


def _requeue(run: Run, order: Order, progress: Progress) -> None:
    again = list(followers.failed(run.account.app_id, followers.RESULTS_AT_ONCE))
    if not again:
        run.commit(Transaction(), model.all_requeued(progress, order))
        return
    transaction = Transaction()
    followers.add_again(transaction, run.account.app_id, again)
    run.commit(transaction, model.requeued(progress, [follower.reason or "" for follower in again]))


def _end(run: Run, order: Order, progress: Progress) -> None:
    transaction, now = Transaction(), run.clock()
    done = model.ended(progress, order, now)
    record(
        transaction,
        subject=f"migration:{run.account.key}",
        actor=ACTOR,
        action="migration_converted",
        now=now,
        after={"converted": done.converted, "failed": done.failed_total},
    )
    run.commit(transaction, done)
