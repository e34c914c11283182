"""Who has a card account bound: canteen staff."""

from __future__ import annotations

from chalicelib.core.errors import NotFound
from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.account.store import find_nicknames
from chalicelib.domains.canteen.bindings import ending, history, lists
from chalicelib.domains.canteen.bindings.history import History
from chalicelib.domains.canteen.bindings.schemas import (
    BoundUserDetailView,
    BoundUsersQuery,
    BoundUsersView,
    Unbind,
)
from chalicelib.domains.canteen.bindings.texts import TEXTS
from chalicelib.domains.canteen.bindings.views import named_in, show_detail, show_user

STAFF = office(Role.CANTEEN)
NAMES_AT_ONCE = 100

api = Api(__name__, "canteen_office_users", TEXTS)


@api.route(
    "GET",
    "/api/office/canteen/users",
    summary="Who has a card account bound",
    access=STAFF,
    query=BoundUsersQuery,
    answer=BoundUsersView,
)
def list_users(call: Call) -> BoundUsersView:
    query: BoundUsersQuery = call.query
    if query.text:
        records, following = lists.found_by(query.text, query.status), None
    else:
        page = lists.page_of(query.status, query.cursor)
        records, following = page.items, page.next_cursor
    names = find_nicknames({record.binding.user_id for record in records})
    return BoundUsersView(items=[show_user(record, names) for record in records], next_cursor=following)


@api.route(
    "GET",
    "/api/office/canteen/users/{user_id}",
    summary="One of them, with what happened",
    access=STAFF,
    answer=BoundUserDetailView,
)
def show_one(call: Call) -> BoundUserDetailView:
    known = history.find_history(call.path["user_id"])
    if known is None:
        raise NotFound
    return _detail(known)


@api.route(
    "POST",
    "/api/office/canteen/users/{user_id}/unbind",
    summary="End somebody's binding",
    access=STAFF,
    body=Unbind,
    answer=BoundUserDetailView,
)
def unbind(call: Call) -> BoundUserDetailView:
    form: Unbind = call.body
    return _detail(ending.unbind(call.user, call.path["user_id"], form.reason, form.version, call.now))


def _detail(known: History) -> BoundUserDetailView:
    few = sorted(named_in(known))[:NAMES_AT_ONCE]
    return show_detail(known, find_nicknames(set(few)))
