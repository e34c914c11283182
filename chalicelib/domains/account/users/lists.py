"""The list of users: one query of one index partition a page, whoever signed in last first.

Searching reads the same order and keeps what matches. DynamoDB cannot look into the middle of a name, and an index of
all parts of all names would cost more writes than an office's few searches are worth. So a page examines a bounded number
of users, says how many, and its cursor goes on behind the last one examined: nothing is scanned, nothing is left out.
Whoever the office looks for has usually signed in lately and is found on the first page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.core.paging import decode_cursor, encode_cursor
from chalicelib.domains.account.model import User, UserStatus
from chalicelib.domains.account.store import USER_KIND, UserItem, to_user

PAGE_SIZE = 20
EXAMINED_AT_MOST = 500
"""Users a searching page reads: about 60 read units."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; a nickname that contains ``name``, whatever its case."""

    name: str = ""
    role: str | None = None
    status: UserStatus | None = None

    @property
    def everybody(self) -> bool:
        """Nothing is narrowed."""
        return not self.name and self.role is None and self.status is None

    def fits(self, user: User) -> bool:
        """Whether a user belongs to the list."""
        return (
            self.name.casefold() in user.nickname.casefold()
            and (self.role is None or self.role in user.roles)
            and (self.status is None or self.status is user.status)
        )


@dataclass(frozen=True, slots=True)
class UsersPage:
    """Some users, how many were examined for them, and where to go on."""

    items: list[User]
    examined: int
    next_cursor: str | None


def page_of_users(wanted: Wanted, cursor: str | None) -> UsersPage:
    """One page of at most :data:`PAGE_SIZE` users, in one query."""
    limit = PAGE_SIZE if wanted.everybody else EXAMINED_AT_MOST
    results = UserItem.by_sign_in.query(
        USER_KIND,
        scan_index_forward=False,
        limit=limit,
        page_size=limit,
        last_evaluated_key=decode_cursor(cursor, {"user_kind": USER_KIND}),
    )
    items = list(results)
    return _cut(items, wanted.fits, more=results.last_evaluated_key is not None)


def _cut(items: list[UserItem], fits: Callable[[User], bool], *, more: bool) -> UsersPage:
    """End the page with its last fitting user; the next one begins behind it."""
    found: list[User] = []
    for examined, item in enumerate(items, start=1):
        user = to_user(item)
        if fits(user):
            found.append(user)
        if len(found) == PAGE_SIZE:
            goes_on = more or examined < len(items)
            return UsersPage(found, examined, _cursor_behind(item) if goes_on else None)
    return UsersPage(found, len(items), _cursor_behind(items[-1]) if more and items else None)


def _cursor_behind(item: UserItem) -> str | None:
    """A cursor as DynamoDB would have made it."""
    names = ("pk", "sk", "user_kind", "signed_in_at")
    return encode_cursor({name: {"S": getattr(item, name)} for name in names})
