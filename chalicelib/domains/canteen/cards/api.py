"""One's own card account: balance, cards, loss."""

from __future__ import annotations

from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.account.notices import find_openid
from chalicelib.domains.canteen import wiring
from chalicelib.domains.canteen.bindings.service import suggested_phone
from chalicelib.domains.canteen.cards import looking, reporting, views
from chalicelib.domains.canteen.cards.model import Wanted
from chalicelib.domains.canteen.cards.schemas import AccountView, CardAction
from chalicelib.domains.canteen.cards.texts import TEXTS
from chalicelib.domains.channel.migration.history import carried_over

api = Api(__name__, "canteen_cards", TEXTS)


@api.route("GET", "/api/canteen/account", summary="Own account: balance and cards", access=PHONE, answer=AccountView)
def read_account(call: Call) -> AccountView:
    seen = looking.look(call.user, wiring.impatient_canteen)
    return views.show(seen, None if seen.bound else suggested_phone(call.user, find_openid, carried_over))


@api.route(
    "POST",
    "/api/canteen/cards/{card_no}/loss",
    summary="Report a card lost",
    access=PHONE,
    body=CardAction,
    answer=AccountView,
)
def report_loss(call: Call) -> AccountView:
    return _report(call, Wanted.LOST)


@api.route(
    "POST",
    "/api/canteen/cards/{card_no}/found",
    summary="Take the loss back",
    access=PHONE,
    body=CardAction,
    answer=AccountView,
)
def report_found(call: Call) -> AccountView:
    return _report(call, Wanted.NORMAL)


def _report(call: Call, wanted: Wanted) -> AccountView:
    bound, known = reporting.report(call.user, call.path["card_no"], wanted, call.body.request_id, call.now)
    return views.show(looking.look_at(bound, known, wiring.impatient_canteen))
