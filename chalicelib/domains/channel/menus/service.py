"""Publishing the menu: claim, send, commit. Where a process can die or an answer can be lost, the next one looks.

===========================================  ====================================================================
it ends                                      then
===========================================  ====================================================================
before the claim                             nothing happened
after the claim, before WeChat               45 s later the next reader finds another menu in WeChat and releases it
WeChat refuses, or was never reached         the claim is released, the administrator is told why
WeChat's answer is lost                      its menu is read back at once: taken, or released and told
… and it cannot be read back                 the claim stays; the page says so, and the next reading settles it
after WeChat, before the commit              the next reader finds the claimed menu in WeChat and commits it, once
===========================================  ====================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.core.audit import record
from chalicelib.core.errors import Conflict, InvalidInput, Unavailable
from chalicelib.core.ids import new_token
from chalicelib.core.logs import log_event
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.channel.menu import MENU
from chalicelib.domains.channel.menus import store
from chalicelib.domains.channel.menus.model import (
    LEASE,
    Button,
    Claim,
    Entries,
    Published,
    Surroundings,
    buttons_of,
    by_default,
    in_words,
    problems_of,
    same_buttons,
)
from chalicelib.domains.channel.menus.rules import check_menu, count_buttons
from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.texts import TEXTS as PEER_TEXTS


@dataclass(frozen=True, slots=True)
class Account:
    """The official account as this deployment knows it. ``send`` and ``read`` raise the adapter's errors."""

    app_id: str
    around: Surroundings
    send: Callable[[list[Button]], None]
    read: Callable[[], list[Button] | None]
    """The buttons WeChat shows now, ``None`` without a menu."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who publishes: a user, or a command without a name."""

    id: str
    name: str = ""


COMMAND = Actor("command")
UNREACHABLE = "暂时连接不上微信，请稍后再试。"
LOST = "没有收到微信的答复，微信中仍是原来的菜单，请再试一次。"
WHY_NOT = {
    "wechat_quota_exhausted": "今天发布菜单的次数已用完，请明天再试。",
    "peer_busy": "微信繁忙，请稍后再试。",
    "wechat_token_rejected": PEER_TEXTS["wechat_token_rejected"],
    "wechat_token_busy": PEER_TEXTS["wechat_token_busy"],
}
"""Why a menu has certainly not been published, for a person who waits for it."""


@dataclass(frozen=True, slots=True)
class InWeChat:
    """What WeChat shows: ``same`` as published here, ``different``, ``none``, or ``unknown`` because of ``error``."""

    state: str
    buttons: list[Button]
    error: str | None = None
    """Code of :mod:`chalicelib.integrations.texts`."""


def menu_of(published: Published, around: Surroundings) -> Entries:
    """The entries that are in force: the administrators', or the project's."""
    return by_default(MENU, around) if published.entries is None else published.entries


def look(account: Account, now: datetime) -> tuple[Published, InWeChat]:
    """What is published here and in WeChat. Settles what a publication left that ended without a result."""
    published = store.find_menu(account.app_id)
    try:
        theirs = account.read()
    except PeerError as trouble:
        return published, InWeChat("unknown", [], trouble.code)
    if published.claim and published.claim.until <= now:
        published = _settle(account, published, published.claim, theirs)
    if theirs is None:
        return published, InWeChat("none", [])
    ours = buttons_of(menu_of(published, account.around), account.around)
    return published, InWeChat("same" if same_buttons(ours, theirs) else "different", theirs)


def publish(account: Account, entries: Entries, seen_version: int, actor: Actor, now: datetime) -> Published:
    """Publish an administrator's menu over the version they saw. Raises ``InvalidInput``, ``Conflict``, ``Unavailable``."""
    problems = problems_of(entries, account.around)
    if problems:
        details = [{"field": problem.field, "message": problem.message} for problem in problems]
        raise InvalidInput("menu_invalid", detail=details)
    chosen = None if entries == by_default(MENU, account.around) else entries
    published = _settled(account, now)
    if published.version != seen_version:
        raise Conflict("menu_changed")
    return _publish(account, published, chosen, actor, now)


def publish_again(account: Account, now: datetime) -> Published:
    """The command: publish what administrators chose, or the project's menu where nobody has. Changes no version."""
    published = _settled(account, now)
    return _publish(account, published, published.entries, COMMAND, now)


def count_entries(published: Published, around: Surroundings) -> int:
    """How many buttons lead somewhere."""
    return count_buttons(buttons_of(menu_of(published, around), around))


def _publish(account: Account, published: Published, chosen: Entries | None, actor: Actor, now: datetime) -> Published:
    claim = Claim(new_token(), now + LEASE, chosen, actor.id, actor.name, now)
    buttons = _buttons(account, claim)
    check_menu(buttons)
    if not store.claim_publication(account.app_id, published.version, claim):
        raise Conflict("menu_being_published")
    _send(account, claim, buttons)
    return _commit(account, published, claim)


def _settled(account: Account, now: datetime) -> Published:
    """The published menu, nobody publishing."""
    published = store.find_menu(account.app_id)
    if published.claim is None:
        return published
    if published.claim.until > now:
        raise Conflict("menu_being_published")
    try:
        theirs = account.read()
    except PeerError as trouble:
        log_event("menu_not_settled", error=trouble.code)
        raise Unavailable("menu_outcome_unknown") from None
    return _settle(account, published, published.claim, theirs)


def _settle(account: Account, published: Published, claim: Claim, theirs: Any) -> Published:
    """A claim whose process is gone: WeChat's menu tells whether it got through."""
    if same_buttons(_buttons(account, claim), theirs):
        return _commit(account, published, claim)
    store.release_claim(account.app_id, claim.owner)
    log_event("menu_claim_released", actor=claim.actor)
    return replace(published, claim=None)


def _send(account: Account, claim: Claim, buttons: list[Button]) -> None:
    try:
        account.send(buttons)
    except Refused as refusal:
        store.release_claim(account.app_id, claim.owner)
        reason = PEER_TEXTS.get(refusal.code, PEER_TEXTS["wechat_refused"])
        raise Conflict("menu_refused", reason=reason, number=refusal.peer_code or "-") from None
    except PeerError as trouble:
        if _certainly_not_done(trouble):
            store.release_claim(account.app_id, claim.owner)
            raise Unavailable("menu_not_published", reason=WHY_NOT.get(trouble.code, UNREACHABLE)) from None
        _look_after_lost_answer(account, claim, buttons)


def _certainly_not_done(trouble: PeerError) -> bool:
    """Nothing left this machine, or WeChat answered with a number of its own."""
    return isinstance(trouble, Retryable) and (not trouble.sent or trouble.peer_code.lstrip("-").isdigit())


def _look_after_lost_answer(account: Account, claim: Claim, buttons: list[Button]) -> None:
    """Returns when WeChat has the menu all the same."""
    try:
        theirs = account.read()
    except PeerError:
        raise Unavailable("menu_outcome_unknown") from None
    if not same_buttons(buttons, theirs):
        store.release_claim(account.app_id, claim.owner)
        raise Unavailable("menu_not_published", reason=LOST)


def _commit(account: Account, seen: Published, claim: Claim) -> Published:
    """Make the claimed menu the published one; whoever is second finds it done."""
    changed = claim.entries != seen.entries
    published = Published(
        seen.version + 1 if changed else seen.version, claim.entries, claim.at, claim.actor, claim.actor_name
    )
    transaction = Transaction()
    store.add_published(transaction, account.app_id, published, claim.owner)
    record(
        transaction,
        subject=f"menu:{account.app_id}",
        actor=claim.actor,
        action="menu_published",
        now=claim.at,
        before={"menu": in_words(menu_of(seen, account.around))} if seen.published_at else None,
        after={
            "menu": in_words(menu_of(published, account.around)),
            "buttons": count_entries(published, account.around),
        },
    )
    try:
        transaction.commit()
    except RaceLost:
        return store.find_menu(account.app_id)
    return published


def _buttons(account: Account, claim: Claim) -> list[Button]:
    return buttons_of(menu_of(Published(entries=claim.entries), account.around), account.around)
