"""Messages of peers: at least once, in any order, some of them copies.

A message is stored with its effect in one transaction: its id makes it count once, its nonce makes a copied request useless.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.core.clock import to_epoch
from chalicelib.core.table import Item, RaceLost, Transaction

KEEP_IDS = timedelta(days=90)
KEEP_NONCES = timedelta(seconds=600)
"""Twice the window of the signature, so that no copy fits between."""


class Replayed(Exception):
    """The nonce was used before: somebody sends a copy."""


def add_message(
    transaction: Transaction, item: type[Item], peer: str, event_id: str, nonce: str, now: datetime
) -> None:
    """That a message and its nonce are taken: ``<PEER>_EVENT#<id>`` and ``<PEER>_NONCE#<nonce>``, sort key ``SEEN``.

    *Closes*: the same message, or a copy of its request, taken twice at once.
    """
    until = to_epoch(now + KEEP_NONCES)
    transaction.create("nonce", item(f"{peer}_NONCE#{nonce}", "SEEN", expires_at=until))
    transaction.create("event", item(f"{peer}_EVENT#{event_id}", "SEEN", expires_at=to_epoch(now + KEEP_IDS)))


def was_taken(race: RaceLost) -> bool:
    """Whether the message was stored before. Raises :class:`Replayed` for a copied request."""
    if "nonce" in race.names:
        raise Replayed from None
    return "event" in race.names
