"""Top-ups as answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.core import runtime
from chalicelib.domains.canteen.topups import words
from chalicelib.domains.canteen.topups.schemas import (
    EventView,
    OfficeEventView,
    OfficeTopUpView,
    RefundView,
    TopUpView,
    WishView,
)
from chalicelib.domains.canteen.topups.top_up import UNCREDITED, Status, TopUp


def show(top_up: TopUp, now: datetime) -> TopUpView:
    """A top-up for its user."""
    payment, credit = top_up.payment, top_up.credit
    return TopUpView(
        id=top_up.id,
        transaction_id=payment.transaction_id if payment else None,
        amount_fen=top_up.amount_fen,
        status=top_up.status.value,
        status_text=words.status_text(top_up),
        advice=words.advice(top_up, runtime.settings().canteen_contact),
        account_no=top_up.holder.account_no,
        name_masked=top_up.holder.name_masked,
        created_at=top_up.created_at,
        expires_at=top_up.expires_at,
        can_pay=top_up.status is Status.CREATED and now < top_up.expires_at and not top_up.problem,
        paid_at=payment.at if payment else None,
        credited_at=credit.at if credit else None,
        balance_after_fen=credit.balance_after_fen if credit else None,
        refund=_refund(top_up),
        is_on_the_way=top_up.is_on_the_way,
        events=[EventView(name=event.name, text=words.event_text(event), at=event.at) for event in top_up.events],
    )


def show_to_office(top_up: TopUp, names: Mapping[str, str], viewer: str, now: datetime) -> OfficeTopUpView:
    """A top-up for the office. ``names``: user id → nickname."""
    shown = show(top_up, now)
    return OfficeTopUpView(
        **{name: getattr(shown, name) for name in TopUpView.model_fields},
        user_id=top_up.owner_id,
        user_name=names.get(top_up.owner_id, ""),
        staff_no=top_up.holder.staff_no,
        problem=top_up.problem or None,
        problem_text=words.problem_text(top_up.problem) if top_up.problem else None,
        wish=_wish(top_up, names, viewer),
        can_refund=top_up.status in UNCREDITED and top_up.wish is None,
        can_push=top_up.is_on_the_way,
        refund_number=top_up.refund_number if top_up.refund else None,
        time_line=[
            OfficeEventView(
                name=event.name, text=words.event_text(event), at=event.at, by=names.get(event.by or "") or event.by,
                note=words.problem_text(event.note) if event.note and event.name != "paid" else "",
            )
            for event in top_up.events
        ],
    )  # fmt: skip


def people_in(top_up: TopUp) -> set[str]:
    """Ids of the users whose names its view shows."""
    staff = {event.by for event in top_up.events if event.by}
    return {top_up.owner_id, *staff, *([top_up.wish.by] if top_up.wish else [])}


def _refund(top_up: TopUp) -> RefundView | None:
    refund = top_up.refund
    if refund is None:
        return None
    return RefundView(
        reason=words.refund_reason(top_up),
        asked_at=refund.asked_at,
        settled_at=refund.settled_at,
        number=top_up.refund_number,
    )


def _wish(top_up: TopUp, names: Mapping[str, str], viewer: str) -> WishView | None:
    wish = top_up.wish
    if wish is None:
        return None
    name = names.get(wish.by) or wish.by
    return WishView(by=wish.by, by_name=name, is_mine=wish.by == viewer, reason=wish.reason, at=wish.at)
