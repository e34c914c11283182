"""The route of changes: parse, call the use case, answer."""

from __future__ import annotations

from chalicelib.core.http import PHONE, Api, Call
from chalicelib.core.validation import Answer
from chalicelib.domains.visitor.changing.model import Wish
from chalicelib.domains.visitor.changing.schemas import ChangeVisits
from chalicelib.domains.visitor.changing.service import change_visits
from chalicelib.domains.visitor.people import take_host, take_people
from chalicelib.domains.visitor.schemas import VisitView
from chalicelib.domains.visitor.texts import TEXTS
from chalicelib.domains.visitor.views import show_visit
from chalicelib.domains.visitor.visit import Status, Window

api = Api(__name__, "visitor", TEXTS)


@api.route(
    "POST",
    "/api/visitor/changes",
    summary="Change reservations; approval starts again",
    access=PHONE,
    body=ChangeVisits,
    answer=VisitView,
    status=201,
)
def change(call: Call) -> Answer:
    body: ChangeVisits = call.body
    wishes = [
        Wish(listed.visit_id, Status(listed.seen), person, listed.keep_id_number, listed.keep_face)
        for listed, person in zip(body.people, take_people(call.user, body.people), strict=True)
    ]
    host = take_host(call.user, body.host, call.now)
    window = Window(body.starts_at, body.ends_at)
    visit = change_visits(call.user, body.request_id, wishes, host, window, body.purpose, call.now)
    return show_visit(visit, call.user.user_id, call.now)
