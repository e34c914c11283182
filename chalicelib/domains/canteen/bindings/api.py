"""Binding a card account: the diner."""

from __future__ import annotations

from chalicelib.core import runtime
from chalicelib.core.china import masked_mobile
from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.canteen import wiring
from chalicelib.domains.canteen.bindings import ending, limits, model, proving
from chalicelib.domains.canteen.bindings.asking import Asking
from chalicelib.domains.canteen.bindings.schemas import AskCode, Bind, CodeAskedView, EndedView
from chalicelib.domains.canteen.bindings.texts import CODE_ASKED, TEXTS
from chalicelib.domains.canteen.bindings.views import show_bound
from chalicelib.domains.canteen.cards.schemas import BoundView

api = Api(__name__, "canteen_bindings", TEXTS)


@api.route(
    "POST",
    "/api/canteen/binding/code",
    summary="Send a code to the phone on file",
    access=PHONE,
    body=AskCode,
    answer=CodeAskedView,
)
def ask_code(call: Call) -> CodeAskedView:
    """The answer is the same whether the phone is on file or not."""
    form: AskCode = call.body
    Asking(wiring.impatient_canteen(), wiring.sms()).ask(call.user, form.phone, call.address, call.now)
    return CodeAskedView(
        phone_masked=masked_mobile(form.phone),
        valid_minutes=int(model.LIFETIME.total_seconds()) // 60,
        ask_again_seconds=int(limits.PACE.total_seconds()),
        message=CODE_ASKED.format(contact=runtime.settings().canteen_contact),
    )


@api.route(
    "POST", "/api/canteen/binding", summary="Bind with the code that came", access=PHONE, body=Bind, answer=BoundView
)  # fmt: skip
def bind(call: Call) -> BoundView:
    form: Bind = call.body
    canteen = wiring.impatient_canteen()
    return show_bound(proving.bind(canteen, call.user, form.phone, form.code, form.staff_no, call.now))


@api.route("POST", "/api/canteen/binding/end", summary="End the own binding", access=PHONE, answer=EndedView)
def end(call: Call) -> EndedView:
    return EndedView(ended=ending.end_own(call.user, call.now))
