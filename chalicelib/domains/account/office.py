"""Office sign-in: a QR code on the screen, confirmed on the phone, redeemed once by the browser that asked."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.audit import record
from chalicelib.core.errors import Conflict, Forbidden, NotFound
from chalicelib.core.ids import fingerprint, new_id
from chalicelib.core.session import Principal
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.account import model, tickets
from chalicelib.domains.account.model import Ticket, TicketProblem, TicketStatus


def open_ticket(browser_secret: str, browser: str, now: datetime) -> Ticket:
    """A new QR code for the browser that holds ``browser_secret``."""
    ticket = Ticket(id=new_id(now), browser_fingerprint=fingerprint(browser_secret), browser=browser, created_at=now)
    transaction = Transaction()
    tickets.add_new_ticket(transaction, ticket)
    transaction.commit()
    return ticket


def check_ticket(ticket_id: str, browser_secret: str, now: datetime) -> Ticket:
    """What the waiting browser sees; taking a confirmed ticket spends it. Foreign browsers find nothing."""
    ticket = tickets.find_ticket(ticket_id)
    if ticket is None or ticket.browser_fingerprint != fingerprint(browser_secret):
        raise NotFound
    redeemed = model.redeem(ticket, fingerprint(browser_secret), now)
    if redeemed is None:
        return ticket
    try:
        _save(ticket, redeemed, "office_sign_in", ticket.user_id or "", now)
    except Conflict:
        return redeemed
    return ticket


def scan_ticket(ticket_id: str, user: Principal, now: datetime) -> Ticket:
    """The phone opened the QR code; the office screen says so."""
    ticket = _open_ticket_for(ticket_id, user)
    scanned = model.scan(ticket, now)
    if isinstance(scanned, TicketProblem):
        raise Conflict(scanned.value)
    if scanned != ticket:
        _save(ticket, scanned, None, user.user_id, now)
    return scanned


def confirm_ticket(ticket_id: str, user: Principal, now: datetime) -> Ticket:
    """Let the browser in. Repeating one's own confirmation changes nothing."""
    ticket = _open_ticket_for(ticket_id, user)
    if ticket.status is TicketStatus.CONFIRMED and ticket.user_id == user.user_id and now < ticket.valid_until:
        return ticket
    return _decide(ticket, model.confirm(ticket, user.user_id, now), "office_sign_in_confirmed", user, now)


def refuse_ticket(ticket_id: str, user: Principal, now: datetime) -> Ticket:
    """Turn the browser away."""
    ticket = _open_ticket_for(ticket_id, user)
    return _decide(ticket, model.refuse(ticket, user.user_id, now), "office_sign_in_refused", user, now)


def _decide(ticket: Ticket, decided: Ticket | TicketProblem, action: str, user: Principal, now: datetime) -> Ticket:
    if isinstance(decided, TicketProblem):
        raise Conflict(decided.value)
    _save(ticket, decided, action, user.user_id, now)
    return decided


def _open_ticket_for(ticket_id: str, user: Principal) -> Ticket:
    ticket = tickets.find_ticket(ticket_id)
    if ticket is None:
        raise NotFound
    if not user.roles:
        raise Forbidden("office_no_role")
    return ticket


def _save(seen: Ticket, changed: Ticket, action: str | None, actor: str, now: datetime) -> None:
    transaction = Transaction()
    tickets.add_ticket_change(transaction, seen, changed)
    if action:
        record(transaction, subject=f"ticket:{seen.id}", actor=actor, action=action, now=now)
    try:
        transaction.commit()
    except RaceLost:
        raise Conflict(TicketProblem.USED.value) from None
