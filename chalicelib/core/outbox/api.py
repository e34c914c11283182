"""The office sees every push that is not done, and sends it again."""

from __future__ import annotations

from chalicelib.core import runtime
from chalicelib.core.audit import record
from chalicelib.core.errors import NotFound
from chalicelib.core.http import Api, Call, office
from chalicelib.core.notices.entries import PEER as WECHAT
from chalicelib.core.notices.entries import switched_off
from chalicelib.core.outbox import store
from chalicelib.core.outbox.model import Entry, State
from chalicelib.core.outbox.redelivery import retry_now
from chalicelib.core.outbox.schemas import PushesQuery, PushesView, PushView
from chalicelib.core.session import Role
from chalicelib.core.table import Transaction

PAGE_SIZE = 20
STAFF = office(Role.VISITOR_APPROVER, Role.LOGISTICS, Role.CANTEEN)

api = Api(__name__, "pushes", {})


@api.route("GET", "/api/office/pushes", summary="Unfinished pushes", access=STAFF, query=PushesQuery, answer=PushesView)
def list_pushes(call: Call) -> PushesView:
    query: PushesQuery = call.query
    settings = runtime.settings()
    page = store.page_by_state(query.peer, State(query.state), query.cursor, PAGE_SIZE)
    return PushesView(
        items=[_show(entry) for entry in page.items],
        next_cursor=page.next_cursor,
        peers=[peer for peer in settings.queue_urls if peer != "park" or settings.park_base_url],
        switched_off=switched_off() if query.peer == WECHAT else [],
    )


@api.route("POST", "/api/office/pushes/{push_id}/retry", summary="Send a push again", access=STAFF, answer=PushView)
def retry_push(call: Call) -> PushView:
    object_key, _, sequence = call.path["push_id"].rpartition("~")
    if not object_key or not sequence.isdigit() or len(sequence) > 10:
        raise NotFound
    transaction = Transaction()
    record(transaction, subject=f"push:{object_key}", actor=call.user.user_id, action="push_retried", now=call.now)
    return _show(retry_now(object_key, int(sequence), transaction, call.now))


def _show(entry: Entry) -> PushView:
    return PushView(
        id=f"{entry.object_key}~{entry.sequence}",
        peer=entry.peer,
        kind=entry.kind,
        subject=entry.payload.get("subject") or entry.object_key.partition(":")[2],
        state=entry.state.value,
        attempts=entry.attempts,
        error_code=entry.last_error.code if entry.last_error else None,
        error_message=entry.last_error.message if entry.last_error else None,
        next_attempt_at=entry.next_attempt_at,
        created_at=entry.created_at,
    )
