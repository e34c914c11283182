"""One's own account as an answer."""

from __future__ import annotations

from chalicelib.core import runtime
from chalicelib.domains.canteen.bindings.binding import Binding
from chalicelib.domains.canteen.cards.looking import Look
from chalicelib.domains.canteen.cards.model import Progress, Report, Wanted, masked
from chalicelib.domains.canteen.cards.schemas import AccountView, BoundView, CardState, CardView, PurseView
from chalicelib.domains.canteen.cards.texts import TEXTS
from chalicelib.integrations.canteen.port import Card, CardStatus
from chalicelib.integrations.texts import TEXTS as PEER_TEXTS

_STATUSES: dict[CardStatus, CardState] = {
    CardStatus.NORMAL: "normal",
    CardStatus.LOST: "lost",
    CardStatus.CANCELLED: "cancelled",
}


def show(look: Look, suggested_phone: str | None = None) -> AccountView:
    """The main page."""
    contact, balance = runtime.settings().canteen_contact, look.balance
    if look.bound is None:
        return AccountView(bound=None, suggested_phone=suggested_phone, contact=contact)
    if balance is None:
        return AccountView(bound=_bound(look.bound), contact=contact)
    return AccountView(
        bound=_bound(look.bound),
        balance_fen=balance.balance_fen,
        purses=[PurseView(purse=each.purse, balance_fen=each.balance_fen) for each in balance.purses],
        as_of=balance.as_of,
        is_live=look.is_live,
        account_status=balance.status.value,
        cards=[_card(card, look.known.reports.get(card.card_no), look.is_live, contact) for card in balance.cards],
        contact=contact,
    )


def _bound(bound: Binding) -> BoundView:
    return BoundView(
        account_no=bound.account_no,
        staff_no=bound.staff_no,
        name_masked=bound.name_masked,
        phone_masked=f"{bound.phone[:3]}****{bound.phone[-4:]}",
        bound_at=bound.bound_at,
    )


def _card(card: Card, report: Report | None, is_live: bool, contact: str) -> CardView:
    state = state_of(card, report, is_live)
    return CardView(
        card_no=card.card_no,
        card_no_masked=masked(card.card_no),
        state=state,
        message=_message(state, report, contact),
        can_report_loss=state in ("normal", "refused"),
        can_report_found=state == "lost",
        changed_at=report.changed_at if report else None,
    )


def state_of(card: Card, report: Report | None, is_live: bool) -> CardState:
    """What the canteen says, and on top of it what it has not been told yet."""
    if card.status is CardStatus.CANCELLED:
        return "cancelled"
    if report is None:
        return _STATUSES[card.status]
    if report.progress is Progress.PUSHING:
        return "reporting" if report.wanted is Wanted.LOST else "finding"
    if report.progress is Progress.DONE and not is_live:
        return report.wanted.value
    if report.progress is Progress.REFUSED and report.wanted is Wanted.LOST and card.status is CardStatus.NORMAL:
        return "refused"
    return _STATUSES[card.status]


def _message(state: CardState, report: Report | None, contact: str) -> str:
    if report is not None and report.progress is Progress.REFUSED and state in ("refused", "lost"):
        why = PEER_TEXTS.get(report.reason) or report.reason
        return TEXTS["card_not_taken"].format(why=why.rstrip("。"), contact=contact)
    return TEXTS[f"card_{state}"].format(contact=contact)
