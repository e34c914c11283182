"""The canteen's use cases, with the AWS calls they make and the budgets that hold for them."""

from __future__ import annotations

from bench import canteen_steps, day_steps
from bench import top_up_steps as steps
from bench.budget import (
    ATTEMPT,
    BATCH,
    CHANGE,
    COMMIT,
    GET,
    PUT,
    QUERY,
    READ,
    READ_WITH_NAMES,
    SEND,
    WRITE_ALL,
    Budget,
    UseCase,
)
from bench.payer import ACCOUNT, TOP_UPS

OWN_RECORDS = Budget("user, binding + progress, 1 query", 3)
"""Whose account it is has to be known before its rows can be asked for; a month is one query, its sums included."""
STANDING = Budget("user, progress, 4 counts", 6)
"""Two peers, each with what waits and what failed: a partition of the outbox each."""
QUIET_RUN = Budget("1 read 2 puts", 1, puts=2)
"""Every minute: the run begins, and ends."""
COPY = Budget("a quiet run + batch writes only", 1, puts=2, batches=3)
ORDER = Budget("user, 1 batch, openid; 1 trans", 3, 1)
"""Form, binding and the day's limit are read together; who pays, as WeChat knows them, stands in the account's own table."""
HEARD = Budget("user, top-up twice, its day; 1 trans 1 send", 4, 1, 1)
"""WeChat Pay is asked in between, which takes its time: what it says is decided on the top-up as it is then."""
OWN_TOP_UPS = Budget("user, 1 query, today's limit", 3)
OWN_ACCOUNT = Budget("user, binding, its cards", 3, puts=1)
"""Whose account it is has to be known before what was said of it can be; a balance that is news is kept."""
LOSS = Budget("user, binding, cards; 1 trans 1 send 1 put", 3, 1, 1, puts=1)
"""The answer shows the canteen's word of now, which is kept: it tells whether a report that has ended still holds."""
OFFICE_STEP = Budget("4 reads + names; 1 trans 1 send", 5, 1, 1)
"""The top-up is read again after the canteen was asked; its push is found by a query; people's names are read together."""
ENDED = Budget("2 reads + names; 1 trans 1 send", 3, 1, 1)
CREDIT = Budget("2 changes + 2 looks at the queue", 4, 2, 1)
"""The attempt begins and its result is recorded, with the notice to the diner."""
REFUND = Budget("4 changes + 3 looks at the queue, the day", 9, 4, 1)
"""WeChat Pay takes a refund and settles it later: two attempts. What is back counts no more towards the day's limit."""
QUESTIONS = Budget("1 query; 1 read 1 trans 1 send each", 26, 25, 12)
"""What the index says may be old: each is read again with WeChat Pay's answer; the canteen is told of those that were paid."""
COMPARISON = Budget("progress, 6 days of lists, differences, 1 batch; 1 put", 9, puts=1)
"""By day: what was paid, refunded, and credited on it and the next two; orders only the bill names, a hundred at once."""

CANTEEN: tuple[UseCase, ...] = (
    UseCase("own records of a month", OWN_RECORDS, (GET, BATCH, QUERY), canteen_steps.own_month),
    UseCase("own records, next page", OWN_RECORDS, (GET, BATCH, QUERY), canteen_steps.next_page),
    UseCase("office records", READ, (GET, QUERY), canteen_steps.everybody),
    UseCase("office records, one account", READ, (GET, QUERY), canteen_steps.one_account),
    UseCase("office records, sums", READ, (GET, QUERY), canteen_steps.sums),
    UseCase("how the copying stands", STANDING, (GET, GET, *(QUERY,) * 4), canteen_steps.standing),
    UseCase("copying, nothing posted", QUIET_RUN, (GET, PUT, PUT), canteen_steps.quiet),
    UseCase("copying of 60 rows", COPY, (GET, PUT, *(WRITE_ALL,) * 3, PUT), canteen_steps.copying),
    UseCase("order a top-up", ORDER, (GET, BATCH, GET, COMMIT), steps.create),
    UseCase("order the same again", READ, (GET, BATCH), steps.create_again),
    UseCase("open the pay sheet again", READ, (GET, GET), steps.on_phone("pay")),
    UseCase("ask whether it was paid: no", READ, (GET, GET), steps.on_phone("check")),
    UseCase(
        "ask whether it was paid: yes", HEARD, (GET, GET, GET, COMMIT, SEND), steps.on_phone("check", was_paid=True)
    ),
    UseCase("give a top-up up", HEARD, (GET, GET, GET, GET, COMMIT), steps.on_phone("cancel")),
    UseCase("WeChat Pay tells of a payment", CHANGE, (GET, COMMIT, SEND), steps.take_notification),
    UseCase("WeChat Pay tells it again", READ, (GET,), steps.take_notification_again),
    UseCase(
        "questions about 25 top-ups",
        QUESTIONS,
        (QUERY, *(GET, COMMIT, GET, COMMIT, SEND) * 12, GET, COMMIT),
        steps.query_due,
    ),
    UseCase("canteen: credit", CREDIT, (QUERY, *ATTEMPT, SEND, QUERY), steps.credit),
    UseCase(
        "WeChat Pay: refund",
        REFUND,
        (QUERY, *ATTEMPT, QUERY, QUERY, COMMIT, GET, GET, GET, COMMIT, SEND, QUERY),
        steps.refund,
    ),
    UseCase("own top-up", READ, (GET, GET), steps.show_own),
    UseCase("own top-ups", OWN_TOP_UPS, (GET, QUERY, GET), steps.of_payer(lambda payer: payer.phone.get(TOP_UPS))),
    UseCase(
        "own top-ups, open",
        OWN_TOP_UPS,
        (GET, QUERY, GET),
        steps.of_payer(lambda payer: payer.phone.get(TOP_UPS, open="true")),
    ),
    UseCase("office top-ups", READ_WITH_NAMES, (GET, QUERY, BATCH), steps.over_days("topups")),
    UseCase("office top-ups, sums", READ, (GET, QUERY), steps.over_days("topups/sums")),
    UseCase("office top-up", READ_WITH_NAMES, (GET, GET, BATCH), steps.show_to_office),
    UseCase(
        "ask for a refund",
        OFFICE_STEP,
        (GET, GET, GET, QUERY, COMMIT, SEND, BATCH),
        steps.by_clerk("refund", {"reason": "重复充值"}),
    ),
    UseCase("push a credit again", OFFICE_STEP, (GET, GET, QUERY, GET, COMMIT, SEND, BATCH), steps.by_clerk("retry")),
    UseCase(
        "own account", OWN_ACCOUNT, (GET, BATCH, QUERY, PUT), steps.of_payer(lambda payer: payer.phone.get(ACCOUNT))
    ),
    UseCase("report a card lost", LOSS, (GET, BATCH, QUERY, COMMIT, SEND, PUT), steps.report_loss),
    UseCase("canteen: card lost", CREDIT, (QUERY, COMMIT, GET, COMMIT, SEND, QUERY), steps.push_loss),
    UseCase("office users of the canteen", READ_WITH_NAMES, (GET, QUERY, BATCH), steps.in_office("users")),
    UseCase("office ends a binding", ENDED, (GET, QUERY, COMMIT, SEND, BATCH), steps.unbind),
    UseCase("ask for a long file", CHANGE, (GET, GET, COMMIT, SEND), steps.ask_export),
    UseCase("office differences", READ, (GET, QUERY), steps.in_office("differences")),
    UseCase("compare a day again", COMPARISON, (GET, *(QUERY,) * 5, BATCH, QUERY, PUT), day_steps.compare),
)
