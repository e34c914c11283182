"""The route of 通知记录, for staff whose users get messages."""

from __future__ import annotations

from chalicelib.core.clock import site_month
from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.account.store import find_nicknames
from chalicelib.domains.channel.deliveries import store
from chalicelib.domains.channel.deliveries.model import Record
from chalicelib.domains.channel.deliveries.schemas import NoticesQuery, NoticesView, NoticeView

PAGE_SIZE = 20
STAFF = office(Role.VISITOR_APPROVER, Role.LOGISTICS, Role.CANTEEN)

api = Api(__name__, "notices", {})


@api.route(
    "GET",
    "/api/office/notices",
    summary="Messages to users and what became of them",
    access=STAFF,
    query=NoticesQuery,
    answer=NoticesView,
)
def list_notices(call: Call) -> NoticesView:
    query: NoticesQuery = call.query
    if query.result is not None:
        page = store.page_of_result(query.result, query.cursor, PAGE_SIZE)
    else:
        page = store.page_of_month(query.month or site_month(call.now), query.cursor, PAGE_SIZE)
    names = find_nicknames({record.user_id for record in page.items} - {""})
    return NoticesView(items=[_show(record, names) for record in page.items], next_cursor=page.next_cursor)


def _show(record: Record, names: dict[str, str]) -> NoticeView:
    return NoticeView(
        id=f"{record.key.object_key}~{record.key.sequence}",
        kind=record.kind,
        subject=record.key.object_key.partition(":")[2],
        user_id=record.user_id,
        user_name=names.get(record.user_id, ""),
        result=record.result,
        error_code=record.error_code or None,
        asked_at=record.key.created_at,
        tried_at=record.tried_at,
        reported_at=record.reported_at,
    )
