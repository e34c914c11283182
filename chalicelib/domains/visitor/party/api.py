"""Routes of parties: parse, call one use case, answer."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.core.http import PHONE, Api, Call, office, phone
from chalicelib.core.session import Role
from chalicelib.domains.visitor.ownership import as_own
from chalicelib.domains.visitor.party import service
from chalicelib.domains.visitor.party.schemas import ApprovePeople, PartyView, RefusePeople
from chalicelib.domains.visitor.texts import TEXTS
from chalicelib.domains.visitor.views import show_visit
from chalicelib.domains.visitor.visit import Visit

api = Api(__name__, "visitor", TEXTS)

APPROVER = phone(Role.VISITOR_APPROVER)
OFFICE = office(Role.VISITOR_APPROVER)


@api.route("GET", "/api/visitor/parties/{party_id}", summary="Who comes with me", access=PHONE, answer=PartyView)
def show_own_party(call: Call) -> PartyView:
    return _show(service.own_party(call.user, call.path["party_id"]), call)


@api.route(
    "POST",
    "/api/visitor/parties/{party_id}/cancel",
    summary="Cancel everybody's reservation",
    access=PHONE,
    answer=PartyView,
)
def cancel_party(call: Call) -> PartyView:
    return _show(service.cancel_party(call.user, call.path["party_id"], call.now), call)


@api.route(
    "GET",
    "/api/visitor/party-approvals/{party_id}",
    summary="A party to decide",
    access=APPROVER,
    answer=PartyView,
)
def show_party_to_decide(call: Call) -> PartyView:
    return _show(service.any_party(call.path["party_id"]), call)


@api.route(
    "POST",
    "/api/visitor/party-approvals/{party_id}/approve",
    summary="Approve people of a party at once",
    access=APPROVER,
    body=ApprovePeople,
    answer=PartyView,
)
def approve_people(call: Call) -> PartyView:
    return _show(service.approve_people(call.user, call.path["party_id"], call.body.seen, call.now), call)


@api.route(
    "POST",
    "/api/visitor/party-approvals/{party_id}/refuse",
    summary="Refuse people of a party at once with a reason",
    access=APPROVER,
    body=RefusePeople,
    answer=PartyView,
)
def refuse_people(call: Call) -> PartyView:
    body: RefusePeople = call.body
    return _show(service.refuse_people(call.user, call.path["party_id"], body.seen, body.reason, call.now), call)


@api.route("GET", "/api/office/parties/{party_id}", summary="A party", access=OFFICE, answer=PartyView)
def show_office_party(call: Call) -> PartyView:
    return _show(service.any_party(call.path["party_id"]), call, office=True)


@api.route(
    "POST",
    "/api/office/parties/{party_id}/approve",
    summary="Approve people of a party at once",
    access=OFFICE,
    body=ApprovePeople,
    answer=PartyView,
)
def approve_people_in_office(call: Call) -> PartyView:
    visits = service.approve_people(call.user, call.path["party_id"], call.body.seen, call.now)
    return _show(visits, call, office=True)


@api.route(
    "POST",
    "/api/office/parties/{party_id}/refuse",
    summary="Refuse people of a party at once with a reason",
    access=OFFICE,
    body=RefusePeople,
    answer=PartyView,
)
def refuse_people_in_office(call: Call) -> PartyView:
    body: RefusePeople = call.body
    visits = service.refuse_people(call.user, call.path["party_id"], body.seen, body.reason, call.now)
    return _show(visits, call, office=True)


def _show(visits: Sequence[Visit], call: Call, *, office: bool = False) -> PartyView:
    own = [as_own(visit, call.user) for visit in visits]
    items = [show_visit(visit, call.user.user_id, call.now, office=office) for visit in own]
    return PartyView(id=call.path["party_id"], items=items)
