"""The published menu in the channel table; every condition stands here with the race it closes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.table import Item, TableMeta, Transaction, condition_failed
from chalicelib.domains.channel.menus.model import Claim, Entries, Published, from_plain, to_plain


class MenuItem(Item):
    """What was published last, and a publication under way: ``MENU#<appid>`` / ``MENU``."""

    class Meta(TableMeta):
        domain = "channel"

    version = NumberAttribute(null=True)
    entries = UnicodeAttribute(null=True)
    """Absent: the project's own menu."""
    published_at = UnicodeAttribute(null=True)
    actor = UnicodeAttribute(null=True)
    actor_name = UnicodeAttribute(null=True)
    claim_owner = UnicodeAttribute(null=True)
    claim = UnicodeAttribute(null=True)


def find_menu(app_id: str) -> Published:
    """The menu published last, consistently read; version 0 before the first."""
    item = MenuItem.find(_key(app_id), "MENU")
    return _to_published(item) if item else Published()


def claim_publication(app_id: str, seen_version: int, claim: Claim) -> bool:
    """Begin to publish.

    *Closes*: two administrators publishing at once, whose order at WeChat and here could differ; and one who publishes on
    a view that is no longer true. A refused condition may be our own first attempt, whose answer was lost: the owner tells.
    """
    unclaimed = MenuItem.claim_owner.does_not_exist()
    unchanged = MenuItem.version == seen_version
    if seen_version == 0:
        unchanged = unchanged | MenuItem.version.does_not_exist()
    actions: list[Action] = [
        MenuItem.version.set(seen_version),
        MenuItem.claim_owner.set(claim.owner),
        MenuItem.claim.set(_claim_text(claim)),
    ]
    try:
        MenuItem(_key(app_id), "MENU").update(actions=actions, condition=unclaimed & unchanged)
    except UpdateError as error:
        if not condition_failed(error):
            raise
        found = MenuItem.find(_key(app_id), "MENU")
        return found is not None and found.claim_owner == claim.owner
    return True


def release_claim(app_id: str, owner: str) -> None:
    """Nothing was published. *Closes*: ending a claim that somebody else has settled and a third one has begun."""
    actions: list[Action] = [MenuItem.claim_owner.remove(), MenuItem.claim.remove()]
    try:
        MenuItem(_key(app_id), "MENU").update(actions=actions, condition=MenuItem.claim_owner == owner)
    except UpdateError as error:
        if not condition_failed(error):
            raise


def add_published(transaction: Transaction, app_id: str, published: Published, owner: str) -> None:
    """WeChat has it. *Closes*: one publication committed by its own process and by whoever settled it for it."""
    item = MenuItem(
        _key(app_id),
        "MENU",
        version=published.version,
        entries=_entries_text(published.entries),
        published_at=to_text(published.published_at) if published.published_at else None,
        actor=published.actor,
        actor_name=published.actor_name,
    )
    transaction.put("menu", item, MenuItem.claim_owner == owner)


def _key(app_id: str) -> str:
    return f"MENU#{app_id}"


def _entries_text(entries: Entries | None) -> str | None:
    return None if entries is None else json.dumps(to_plain(entries), ensure_ascii=False)


def _entries(text: str | None) -> Entries | None:
    return None if text is None else from_plain(json.loads(text))


def _claim_text(claim: Claim) -> str:
    return json.dumps(
        {
            "until": to_text(claim.until),
            "entries": None if claim.entries is None else to_plain(claim.entries),
            "actor": claim.actor,
            "actor_name": claim.actor_name,
            "at": to_text(claim.at),
        },
        ensure_ascii=False,
    )


def _to_published(item: MenuItem) -> Published:
    return Published(
        version=int(item.version or 0),
        entries=_entries(item.entries),
        published_at=_instant(item.published_at),
        actor=item.actor or "",
        actor_name=item.actor_name or "",
        claim=_to_claim(item.claim_owner, item.claim),
    )


def _to_claim(owner: str | None, text: str | None) -> Claim | None:
    if owner is None or text is None:
        return None
    kept: dict[str, Any] = json.loads(text)
    entries = None if kept["entries"] is None else from_plain(kept["entries"])
    return Claim(owner, from_text(kept["until"]), entries, kept["actor"], kept["actor_name"], from_text(kept["at"]))


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None
