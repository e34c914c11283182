"""Codes and their counters in DynamoDB; every condition stands here with the race it closes.

A code is kept as a keyed hash bound to its user, phone and id: whoever reads the table can neither use nor guess it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core import runtime
from chalicelib.core.audit import record
from chalicelib.core.china import masked_mobile
from chalicelib.core.clock import SITE_ZONE, from_text, site_day, to_epoch, to_text
from chalicelib.core.logs import log_event
from chalicelib.core.sealing import sealer
from chalicelib.core.table import Contention, Item, Key, OutcomeUnknown, RaceLost, TableMeta, Transaction
from chalicelib.domains.canteen.bindings import limits
from chalicelib.domains.canteen.bindings.binding import Code
from chalicelib.domains.canteen.bindings.history import subject_of
from chalicelib.domains.canteen.bindings.limits import Allowed, Limit
from chalicelib.domains.canteen.bindings.model import LIFETIME, TRIES

PACE = "pace"
"""Name of the write that keeps two codes for one phone apart."""


class CodeItem(Item):
    """A user's only code: ``CODE#<user>`` / ``CODE``."""

    class Meta(TableMeta):
        domain = "canteen"

    code_id = UnicodeAttribute()
    phone = UnicodeAttribute()
    digest = UnicodeAttribute()
    sent_at = UnicodeAttribute()
    tries = NumberAttribute()


class LimitItem(Item):
    """A counter: ``LIMIT#<whose>`` / ``<day or hour>``; and when a phone was last sent a code: ``LIMIT#PHONE#…`` / ``LAST``."""

    class Meta(TableMeta):
        domain = "canteen"

    used = NumberAttribute(null=True)
    last_at = UnicodeAttribute(null=True)


def allowed() -> Allowed:
    """How many codes this deployment allows."""
    settings = runtime.settings()
    return Allowed(settings.codes_per_phone, settings.codes_per_user, settings.codes_per_address)


def code_key(user_id: str) -> Key:
    """Key of a user's code."""
    return f"CODE#{user_id}", "CODE"


def digest_of(user_id: str, phone: str, code_id: str, code: str) -> str:
    """What is kept of a code."""
    return sealer().digest(f"binding-code:{user_id}:{phone}:{code_id}:{code}")


def is_right(kept: Code, presented: str) -> bool:
    """The comparison, in constant time; to be counted before (:func:`add_try`)."""
    found = digest_of(kept.user_id, kept.phone, kept.id, presented)
    return hmac.compare_digest(found.encode(), kept.digest.encode())


def last_sent(phone: str) -> datetime | None:
    """When a code for this phone was last asked for."""
    item = LimitItem.find(f"LIMIT#PHONE#{_phone_digest(phone)}", "LAST")
    return from_text(item.last_at) if item and item.last_at else None


def add_code(transaction: Transaction, code: Code, address: str) -> None:
    """A new code instead of the old one, counted for phone, user and address before anything is sent.

    *Closes*: many requests at once that each see the counters below their limits; whichever fails names its limit.
    """
    now, digest = code.sent_at, _phone_digest(code.phone)
    _add_pace(transaction, digest, now)
    local = now.astimezone(SITE_ZONE)
    when = (site_day(now), f"{local:%Y-%m-%dT%H}")
    for limit in limits.for_asking(allowed(), digest, code.user_id, address, *when):
        _add_count(transaction, limit, now)
    transaction.put("code", _to_item(code))
    asked = {"phone": masked_mobile(code.phone)}
    record(
        transaction, subject=subject_of(code.user_id), actor=code.user_id, action="binding_code_asked", now=now,
        after=asked,
    )  # fmt: skip


def add_try(transaction: Transaction, seen: Code, now: datetime) -> None:
    """One comparison more. *Closes*: a storm of guesses that each see a try left, and a guess at a replaced code."""
    item = CodeItem(*code_key(seen.user_id))
    left = (CodeItem.code_id == seen.id) & (CodeItem.tries < TRIES)
    transaction.update("code", item, [CodeItem.tries.set(CodeItem.tries + 1)], left)
    _add_count(transaction, limits.for_trying(seen.user_id, site_day(now)), now)
    subject = subject_of(seen.user_id)
    record(transaction, subject=subject, actor=seen.user_id, action="binding_code_tried", now=now)


def add_use(transaction: Transaction, seen: Code) -> None:
    """The code is used up. *Closes*: one code binding twice, and binding with one that was replaced meanwhile."""
    transaction.delete("code", CodeItem(*code_key(seen.user_id)), CodeItem.code_id == seen.id)


def forget(code: Code) -> None:
    """Take back a code that nobody got. *Closes*: taking back the next one. It is worthless anyway: a failure is only logged."""
    transaction = Transaction()
    add_use(transaction, code)
    try:
        transaction.commit()
    except (RaceLost, Contention, OutcomeUnknown) as error:
        log_event("binding_code_not_taken_back", error=type(error).__name__)


def code_of(user_id: str, found: Mapping[Key, Item]) -> Code | None:
    """A user's code among what was read."""
    item = found.get(code_key(user_id))
    if not isinstance(item, CodeItem):
        return None
    return Code(item.code_id, user_id, item.phone, item.digest, from_text(item.sent_at), int(item.tries))


def _to_item(code: Code) -> CodeItem:
    return CodeItem(
        *code_key(code.user_id),
        code_id=code.id,
        phone=code.phone,
        digest=code.digest,
        sent_at=to_text(code.sent_at),
        tries=code.tries,
        expires_at=to_epoch(code.sent_at + LIFETIME),
    )


def _add_pace(transaction: Transaction, digest: str, now: datetime) -> None:
    """*Closes*: two codes for one phone within :data:`limits.PACE`."""
    item = LimitItem(f"LIMIT#PHONE#{digest}", "LAST")
    actions = [LimitItem.last_at.set(to_text(now)), LimitItem.expires_at.set(to_epoch(now + limits.KEEP))]
    rested = LimitItem.last_at.does_not_exist() | (LimitItem.last_at <= to_text(now - limits.PACE))
    transaction.update(PACE, item, actions, rested)


def _add_count(transaction: Transaction, limit: Limit, now: datetime) -> None:
    """Never without the line in the audit log, which is its unique entry."""
    item = LimitItem(f"LIMIT#{limit.key}", limit.window)
    actions = [
        LimitItem.used.set((LimitItem.used | 0) + 1),
        LimitItem.expires_at.set(to_epoch(now + limits.KEEP)),
    ]
    transaction.update(limit.name, item, actions, LimitItem.used.does_not_exist() | (LimitItem.used < limit.most))


def _phone_digest(phone: str) -> str:
    return sealer().digest(f"binding-phone:{phone}")
