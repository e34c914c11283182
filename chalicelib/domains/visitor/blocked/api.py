"""Routes of the block list; for the office only."""

from __future__ import annotations

from chalicelib.core.http import Api, Call, Reply, office
from chalicelib.core.session import Role
from chalicelib.domains.visitor.blocked import service, store
from chalicelib.domains.visitor.blocked.model import Blocked
from chalicelib.domains.visitor.blocked.schemas import (
    BlockedPageView,
    BlockedQuery,
    BlockedView,
    BlockPhone,
    ReleasePhone,
)
from chalicelib.domains.visitor.texts import TEXTS

api = Api(__name__, "visitor", TEXTS)

OFFICE = office(Role.VISITOR_APPROVER)


@api.route(
    "GET", "/api/office/blocked", summary="The block list", access=OFFICE, query=BlockedQuery, answer=BlockedPageView
)
def list_blocked(call: Call) -> BlockedPageView:
    page = store.page_of_blocked(call.query.cursor)
    return BlockedPageView(items=[_show(blocked) for blocked in page.items], next_cursor=page.next_cursor)


@api.route(
    "POST",
    "/api/office/blocked",
    summary="Block a phone number",
    access=OFFICE,
    body=BlockPhone,
    answer=BlockedView,
    status=201,
)
def block_phone(call: Call) -> BlockedView:
    body: BlockPhone = call.body
    return _show(service.block(call.user, body.phone, body.name, body.reason, call.now))


@api.route(
    "POST",
    "/api/office/blocked/release",
    summary="Take a phone number off the block list",
    access=OFFICE,
    body=ReleasePhone,
    status=204,
)
def release_phone(call: Call) -> Reply:
    service.release(call.user, call.body.phone, call.now)
    return Reply(status=204)


def _show(blocked: Blocked) -> BlockedView:
    return BlockedView(
        id=blocked.id,
        phone=blocked.phone,
        name=blocked.name,
        reason=blocked.reason,
        blocked_by=blocked.by_name,
        blocked_at=blocked.at,
    )
