"""Who it is that arrives: decisions, no I/O.

A user is found by openid; a unionid joins the openids of one person. Only WeChat's own word joins, and when it contradicts
what is known nothing moves: two people who became one user would read each other's passes, and no click takes that back.

Two users who turn out to be one person (both came before WeChat told their unionid) become one: the *survivor* takes the
other's identities, and the other stays as an alias of it (``merged_into``). What the alias owns is not moved: it is read
together with the survivor's (``Principal.owner_ids``). A move would have to touch every item of every domain, some sealed
for their owner, with a person half moved whenever a process dies; the alias is one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domains.account.model import Disabling, Profile, User, UserStatus, register, sign_in


class Doubt(StrEnum):
    """Why somebody was not joined to the user their unionid names; a reason for the log, nothing a person can mend."""

    UNIONID_CHANGED = "unionid_changed"
    """A known openid came with another unionid than before."""
    UNIONID_OF_ANOTHER = "unionid_of_another"
    """The unionid's user has another openid at the same app: a person has one."""
    WOULD_DISABLE_ADMINISTRATOR = "would_disable_administrator"
    """Only another administrator shuts an administrator out, not a coincidence."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What an arrival changes: ``user`` as they are from now on, ``seen`` as they were (``None``: they are new)."""

    user: User
    seen: User | None = None
    is_new_identity: bool = False
    is_new_union: bool = False
    absorbed: User | None = None
    """The other user, as they were, who is an alias from now on."""
    doubt: Doubt | None = None


def arrive(profile: Profile, known: User | None, united: User | None, new_id: str, now: datetime) -> Arrival:
    """``known``: whose the openid is; ``united``: whose the unionid is."""
    if known is not None:
        return _arrive_again(profile, known, united, now)
    if united is None:
        return Arrival(register(new_id, profile, now))
    if united.openid_at(profile.app_id):
        alone = register(new_id, replace(profile, unionid=None), now)
        return Arrival(alone, doubt=Doubt.UNIONID_OF_ANOTHER)
    joined = replace(sign_in(united, profile, now), also=united.also | {profile.identity})
    return Arrival(joined, united, is_new_identity=True)


def _arrive_again(profile: Profile, known: User, united: User | None, now: datetime) -> Arrival:
    """A known openid stays its user's, whatever unionid comes with it."""
    again = sign_in(known, profile, now)
    if not profile.unionid or known.unionid == profile.unionid:
        return Arrival(again, known)
    if known.unionid:
        return Arrival(again, known, doubt=Doubt.UNIONID_CHANGED)
    if united is None:
        return Arrival(replace(again, unionid=profile.unionid), known, is_new_union=True)
    return _meet(profile, known, united, now)


def _meet(profile: Profile, known: User, united: User, now: datetime) -> Arrival:
    """Two users, one person. The one with roles survives, since colleagues know it; else the older."""
    doubt = _against(known, united)
    if doubt:
        return Arrival(sign_in(known, profile, now), known, doubt=doubt)
    survivor, absorbed = sorted((known, united), key=lambda user: (not user.roles, user.created_at, user.id))
    status, disabling, roles = _standing(survivor, absorbed)
    merged = replace(
        sign_in(survivor, profile, now),
        status=status,
        disabling=disabling,
        roles=roles,
        unionid=profile.unionid,
        also=survivor.also | absorbed.identities,
        absorbed=tuple(sorted({*survivor.absorbed, *absorbed.absorbed, absorbed.id})),
        phone=survivor.phone or absorbed.phone,
        signed_out_at=_later(survivor.signed_out_at, absorbed.signed_out_at),
    )
    return Arrival(merged, survivor, absorbed=absorbed)


def to_alias(absorbed: User, survivor_id: str) -> User:
    """What stays of an absorbed user: the way to who they are now, without any right of its own."""
    return replace(
        absorbed,
        roles=frozenset(),
        phone=None,
        nickname="",
        avatar_url="",
        merged_into=survivor_id,
        version=absorbed.version + 1,
    )


def _against(known: User, united: User) -> Doubt | None:
    """Why the two must stay two."""
    if {one.app_id for one in known.identities} & {one.app_id for one in united.identities}:
        return Doubt.UNIONID_OF_ANOTHER
    one_is_out = known.status is not united.status
    return Doubt.WOULD_DISABLE_ADMINISTRATOR if one_is_out and (known.administers or united.administers) else None


def _standing(survivor: User, absorbed: User) -> tuple[UserStatus, Disabling | None, frozenset[str]]:
    """Who is shut out under one name is shut out. Roles come together only between two who may use theirs now: what a
    shut-out user holds was never looked at again, so the survivor's alone remain for the administrator who lets them in."""
    if survivor.status is UserStatus.ACTIVE and absorbed.status is UserStatus.ACTIVE:
        return UserStatus.ACTIVE, None, survivor.roles | absorbed.roles
    return UserStatus.DISABLED, survivor.disabling or absorbed.disabling, survivor.roles


def _later(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
