"""Office sign-ins in the account table; every condition stands here with the race it closes."""

from __future__ import annotations

from datetime import timedelta

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.clock import from_text, to_epoch, to_text
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.account.model import TICKET_LIFETIME, Ticket, TicketStatus


class TicketItem(Item):
    """An office sign-in: ``TICKET#<id>`` / ``TICKET``."""

    class Meta(TableMeta):
        domain = "account"

    browser_fingerprint = UnicodeAttribute()
    browser = UnicodeAttribute()
    status = UnicodeAttribute()
    user_id = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()


def find_ticket(ticket_id: str) -> Ticket | None:
    """An office sign-in by its id."""
    item = TicketItem.find(f"TICKET#{ticket_id}", "TICKET")
    if item is None:
        return None
    return Ticket(
        id=ticket_id,
        browser_fingerprint=item.browser_fingerprint,
        browser=item.browser,
        created_at=from_text(item.created_at),
        status=TicketStatus(item.status),
        user_id=item.user_id,
    )


def add_new_ticket(transaction: Transaction, ticket: Ticket) -> None:
    """A new QR code."""
    transaction.create("ticket", _to_ticket_item(ticket))


def add_ticket_change(transaction: Transaction, seen: Ticket, changed: Ticket) -> None:
    """Move a ticket on. *Closes*: confirmed by two phones, confirmed and refused, redeemed twice."""
    transaction.put("ticket", _to_ticket_item(changed), TicketItem.status == seen.status.value)


def _to_ticket_item(ticket: Ticket) -> TicketItem:
    return TicketItem(
        f"TICKET#{ticket.id}",
        "TICKET",
        browser_fingerprint=ticket.browser_fingerprint,
        browser=ticket.browser,
        status=ticket.status.value,
        user_id=ticket.user_id,
        created_at=to_text(ticket.created_at),
        expires_at=to_epoch(ticket.created_at + TICKET_LIFETIME + timedelta(hours=1)),
    )
