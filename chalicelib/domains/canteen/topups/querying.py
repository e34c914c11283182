"""The schedule behind payments: WeChat Pay is asked about every top-up nobody has told us of (the query is the truth).

One call each, and where it is time one to close; one transaction each. A run that dies leaves the rest due; one top-up's
trouble does not stop the others, but a WeChat Pay that does not answer ends the run: the next one is a minute away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.core.errors import Problem
from chalicelib.core.logs import log_event, log_exception
from chalicelib.domains.canteen.topups import paying, store
from chalicelib.domains.canteen.topups.model import Mismatch
from chalicelib.domains.canteen.topups.top_up import TopUp
from chalicelib.integrations.errors import Refused, Retryable, UnknownOutcome
from chalicelib.integrations.wechat_pay.port import PayPort

AT_ONCE = 200
RUN_FOR = timedelta(seconds=35)
"""No question begins later: it may take six seconds, and the function lives for fifty."""


def query_due(pay: PayPort, clock: Callable[[], datetime]) -> dict[str, int]:
    """Ask about everything that is due; how many ended up in which state."""
    counts: Counter[str] = Counter()
    until = clock() + RUN_FOR
    for top_up in store.due(clock(), AT_ONCE):
        if clock() >= until:
            break
        outcome = _ask(pay, top_up, clock())
        counts[outcome] += 1
        if outcome == "unreachable":
            break
    log_event("payments_queried", **counts)
    return dict(counts)


def _ask(pay: PayPort, top_up: TopUp, now: datetime) -> str:
    try:
        return paying.ask(pay, top_up, now).status.value
    except Mismatch as mismatch:
        log_event("payment_mismatch", top_up=top_up.id, what=str(mismatch))
        return _put_back(top_up, now, "mismatch")
    except (Retryable, UnknownOutcome) as trouble:
        log_event("payment_not_queried", top_up=top_up.id, code=trouble.code)
        return "unreachable"
    except Refused as refusal:
        log_event("payment_query_refused", top_up=top_up.id, code=refusal.code)
        return _put_back(top_up, now, "refused")
    except Problem:  # others were faster every time; the next run finds it again if it is still due
        return "contended"
    except Exception as error:
        log_exception("payment_not_queried", error, top_up=top_up.id)
        return "failed"


def _put_back(top_up: TopUp, now: datetime, outcome: str) -> str:
    """Behind the others: what WeChat Pay will not answer must not stand before them in every run."""
    try:
        paying.ask_later(top_up, now)
    except Exception as error:  # it stays where it is, this time
        log_exception("payment_not_put_back", error, top_up=top_up.id)
    return outcome
