"""Remembering who arrives: load, decide, commit in one transaction, decided afresh after a lost race.

When the process dies before the commit nothing has happened, and the next sign-in decides the same; after it, everything
has: user, identity, unionid, the alias of an absorbed user, the phone's item and the audit entries stand or fall together.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.core.audit import record
from chalicelib.core.ids import new_id
from chalicelib.core.logs import log_event
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.account import phones, store
from chalicelib.domains.account.identities.model import Arrival, arrive, to_alias
from chalicelib.domains.account.model import Profile, User

COMMIT_TRIES = 4
ACTOR = "wechat"

Along = Callable[[Transaction, User], None]
"""What else is written in the transaction of the arrival."""


def remember(profile: Profile, now: datetime, along: Along | None = None) -> User:
    """The user who arrives, registered, refreshed, joined or merged. Raises :class:`Contention` when others keep winning."""
    for _ in range(COMMIT_TRIES):
        arrival = _decide(profile, now)
        transaction = Transaction()
        _add_arrival(transaction, profile, arrival, now)
        if along:
            along(transaction, arrival.user)
        try:
            transaction.commit()
        except (RaceLost, Contention):
            continue
        if arrival.doubt:
            log_event("identity_not_joined", user_id=arrival.user.id, reason=arrival.doubt.value)
        return arrival.user
    raise Contention("sign_in")


def _decide(profile: Profile, now: datetime) -> Arrival:
    known_id, united_id = store.find_owners(profile)
    known = store.find_user(known_id) if known_id else None
    united = known if united_id == known_id else store.find_user(united_id) if united_id else None
    return arrive(profile, known, united, new_id(now), now)


def _add_arrival(transaction: Transaction, profile: Profile, arrival: Arrival, now: datetime) -> None:
    user = arrival.user
    if arrival.seen is None:
        store.add_new_user(transaction, user)
        return
    store.add_user_change(transaction, user)
    if arrival.is_new_identity:
        store.add_new_identity(transaction, profile.identity, user.id)
        _audit(transaction, user.id, "identity_linked", now, None, {"app": profile.app_id})
    if arrival.is_new_union:
        store.add_new_union(transaction, user.unionid or "", user.id)
    if arrival.absorbed:
        _add_merger(transaction, arrival.seen, arrival.absorbed, user, now)


def _add_merger(transaction: Transaction, seen: User, absorbed: User, merged: User, now: datetime) -> None:
    store.add_user_change(transaction, to_alias(absorbed, merged.id))
    store.add_identities_moved(transaction, absorbed, merged.id)
    phones.add_phones_joined(transaction, seen, absorbed, merged)
    _audit(transaction, merged.id, "users_merged", now, _state(seen), {**_state(merged), "merged": absorbed.id})
    _audit(transaction, absorbed.id, "user_absorbed", now, _state(absorbed), {"merged_into": merged.id})


def _audit(
    transaction: Transaction, user_id: str, action: str, now: datetime, before: Any, after: dict[str, Any]
) -> None:
    record(transaction, subject=f"user:{user_id}", actor=ACTOR, action=action, now=now, before=before, after=after)


def _state(user: User) -> dict[str, Any]:
    return {"status": user.status.value, "roles": sorted(user.roles), "version": user.version}
