"""Use cases of the official account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chalicelib.core.audit import record
from chalicelib.core.table import Transaction
from chalicelib.domains.channel import store
from chalicelib.domains.channel.model import Button, check_menu, count_buttons, menu_digest

SendMenu = Callable[[list[Button]], None]
"""Publishes at WeChat; raises the adapter's errors."""


def publish_menu(app_id: str, buttons: list[Button], send: SendMenu, actor: str, now: datetime) -> int:
    """Check and publish the menu, remember and audit it; returns how many buttons lead somewhere.

    Raises :class:`~chalicelib.domains.channel.model.MenuInvalid` before anything is sent. Repeating it is harmless: if
    the process dies after WeChat has accepted, the next publication writes the audit entry.
    """
    check_menu(buttons)
    before, after = store.find_menu_digest(app_id), menu_digest(buttons)
    send(buttons)
    transaction = Transaction()
    store.add_published_menu(transaction, app_id, after, actor, now)
    record(
        transaction,
        subject=f"menu:{app_id}",
        actor=actor,
        action="menu_published",
        now=now,
        before={"digest": before} if before else None,
        after={"digest": after, "buttons": count_buttons(buttons)},
    )
    transaction.commit()
    return count_buttons(buttons)
