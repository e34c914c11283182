"""Where the security platform tells of events, and the office's log of passages."""

from __future__ import annotations

import hmac

from pydantic import ValidationError

from chalicelib.core import runtime
from chalicelib.core.errors import InvalidInput, NotFound
from chalicelib.core.http import PUBLIC, Api, Call, Reply, office
from chalicelib.core.logs import log_event
from chalicelib.core.session import Role
from chalicelib.core.validation import field_problems
from chalicelib.domains.visitor.passages import hints, store
from chalicelib.domains.visitor.passages.hints import Hint
from chalicelib.domains.visitor.passages.schemas import GateEvent, Notification, PassagesView, PassageView
from chalicelib.domains.visitor.passages.store import KnownPassage
from chalicelib.domains.visitor.passages.visitors import names_of
from chalicelib.domains.visitor.schemas import PageQuery
from chalicelib.domains.visitor.texts import TEXTS
from chalicelib.integrations.gate.event_types import FOLLOWED

api = Api(__name__, "visitor", TEXTS)


@api.route("POST", "/api/gate/events/{token}", summary="Events of the security platform", access=PUBLIC, raw=True)
def take_gate_event(call: Call) -> Reply:
    """200 once what is to be asked is stored. The platform signs nothing: a secret path keeps strangers out, no more."""
    token = runtime.secrets().get("gate/event_token")
    if not hmac.compare_digest(call.path["token"].encode(), token.encode()):
        raise NotFound
    try:
        told = Notification.model_validate_json(call.raw_body)
    except ValidationError as error:
        log_event("gate_event_refused", problems=error.error_count())
        raise InvalidInput("invalid_input", detail=field_problems(error)) from None
    followed = [_hint(event) for event in told.params.events if event.event_type in FOLLOWED]
    log_event(
        "gate_events_taken", told=len(told.params.events), followed=len(followed), new=hints.take(followed, call.now)
    )
    return Reply(status=200)


@api.route(
    "GET",
    "/api/office/passages",
    summary="Who passed which gate, the newest first",
    access=office(Role.VISITOR_APPROVER),
    query=PageQuery,
    answer=PassagesView,
)
def list_passages(call: Call) -> PassagesView:
    page = store.page_of_passages(call.query.cursor)
    names = names_of(passage.visit_id for passage in page.items if passage.visit_id)
    return PassagesView(items=[_show(passage, names) for passage in page.items], next_cursor=page.next_cursor)


def _hint(event: GateEvent) -> Hint:
    """The visitor's order stands where a card number would; to be verified on site."""
    order_id = event.data.get("ExtEventCardNo")
    is_usable = isinstance(order_id, str) and len(order_id) <= 128
    return Hint(event.event_id, event.happened_at, str(order_id) if is_usable else "")


def _show(passage: KnownPassage, names: dict[str, str]) -> PassageView:
    return PassageView.model_validate(
        {
            "id": passage.event_id,
            "at": passage.at,
            "direction": passage.direction.value,
            "device": passage.device_name,
            "credential": passage.credential,
            "order_id": passage.order_id,
            "visit_id": passage.visit_id,
            "visitor": names.get(passage.visit_id or ""),
            "remark": passage.remark.value if passage.remark else None,
        }
    )
