"""Reading an old account's followers, a page at a time, before the account is frozen.

A page that was read half is read again, and what is known is skipped: nothing is doubled, whatever dies where.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.core.audit import record
from chalicelib.core.table import Transaction
from chalicelib.domains.channel.migration import followers, model
from chalicelib.domains.channel.migration.model import Order, Progress
from chalicelib.domains.channel.migration.ports import ACTOR, Page, Run, batches
from chalicelib.integrations.errors import Refused

PACE_SECONDS = 0.1
"""One list holds those that wait, and one partition of DynamoDB takes a thousand units a second: 49 entries cost 98."""
START_GONE = "40003"
"""The page's first openid has stopped following meanwhile."""


def pull_page(run: Run, order: Order, progress: Progress) -> None:
    """Store one page of followers; behind the last one the order is carried out."""
    cursor = model.pull_cursor(progress, order)
    try:
        page = run.ports.read_page(run.account, cursor)
    except Refused as refusal:
        if refusal.peer_code != START_GONE or not cursor:
            raise
        run.commit(Transaction(), model.page_read(progress, order, "", progress.told_total))
        return
    for part in batches(page.openids, followers.NEW_AT_ONCE):
        run.check_time()
        progress = add_unknown(run, progress, part)
    _finish_page(run, order, progress, page, cursor)


def add_unknown(run: Run, progress: Progress, openids: Sequence[str]) -> Progress:
    """Store those of at most 49 openids that are not known."""
    known = followers.known(run.account.app_id, openids)
    fresh = [openid for openid in dict.fromkeys(openids) if openid not in known]
    if not fresh:
        return progress
    transaction = Transaction()
    followers.add_new(transaction, run.account.app_id, fresh, run.clock())
    progress = run.commit(transaction, model.stored(progress, len(fresh)))
    run.pause(PACE_SECONDS)
    return progress


def _finish_page(run: Run, order: Order, progress: Progress, page: Page, cursor: str) -> None:
    """WeChat says ``next_openid`` for the last page too; only an empty page, or none, is the end."""
    transaction, now = Transaction(), run.clock()
    if page.openids and page.next_openid and page.next_openid != cursor:
        run.commit(transaction, model.page_read(progress, order, page.next_openid, page.total))
        return
    done = model.ended(progress, order, now)
    record(
        transaction,
        subject=f"migration:{run.account.key}",
        actor=ACTOR,
        action="migration_pulled",
        now=now,
        after={"followers": done.pulled, "told": page.total},
    )
    run.commit(transaction, done)
