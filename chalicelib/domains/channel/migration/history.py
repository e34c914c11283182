"""What a person brings along from the old accounts.

Nothing is written when somebody signs in. Who they were follows from two facts that are stored anyway: the user's openid of
the new account, and which old openid became it. So it does not matter what happens first, sign-in or conversion, and there
is no moment in which one could miss the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.core.table import Transaction
from chalicelib.domains.channel.migration import followers
from chalicelib.domains.channel.migration.imports import bindings
from chalicelib.domains.channel.migration.imports.bindings import Binding, bindings_of

FindUser = Callable[[str, str], str | None]
"""(appid, openid) → user id."""
_find_user: list[FindUser] = []
MOST_BINDINGS = 80
"""What one transaction can delete beside the rest; a person has a handful."""


def find_users_with(find_user: FindUser) -> None:
    """Tell how a user is found; ``api.py`` wires the account domain in."""
    _find_user[:] = [find_user]


@dataclass(frozen=True, slots=True)
class OldIdentity:
    """Who somebody was at an old account."""

    app_id: str
    openid: str


def identities_of(app_id: str, openid: str) -> list[OldIdentity]:
    """Old identities of the person with this openid of the new account; one query."""
    return [OldIdentity(old_app_id, old) for old_app_id, old in followers.sources(app_id, openid)]


def carried_over(app_id: str, openid: str) -> list[Binding]:
    """Everything the old accounts knew of the person with this openid of the new account."""
    return [found for old in identities_of(app_id, openid) for found in bindings_of(old.app_id, old.openid)]


def user_of(app_id: str, new_openid: str | None) -> str | None:
    """The user an old follower has become; ``None`` before the conversion or the first sign-in."""
    return _find_user[0](app_id, new_openid) if new_openid else None


class Reason(Protocol):
    """Why somebody's data must go."""

    @property
    def ends_sessions(self) -> bool:
        """Whether the consent is gone on which everything rests."""
        ...


def add_forgetting(transaction: Transaction, app_id: str, openid: str, why: Reason, _now: datetime) -> None:
    """Delete what was carried over for a person who took their consent back; who merely stops following keeps it."""
    if why.ends_sessions:
        for binding in carried_over(app_id, openid)[:MOST_BINDINGS]:
            bindings.add_removal(transaction, binding)


def find_follower(old: OldIdentity) -> tuple[followers.OldFollower | None, Sequence[Binding]]:
    """What is known of an old openid."""
    follower = followers.find(old.app_id, old.openid)
    return follower, bindings_of(old.app_id, old.openid) if follower else ()
