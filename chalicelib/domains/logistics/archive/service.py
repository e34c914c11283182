"""Use cases of a user's vehicles and people: file, change, list, take off the own list.

Everything that is decided is decided of what was just read; a commit that loses a race is decided again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Generic, TypeVar, cast

from chalicelib.core import runtime
from chalicelib.core.clock import SITE_ZONE, from_text
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, Item, Key, RaceLost, Transaction, find_many
from chalicelib.domains.logistics.archive import claims, life, photos, store
from chalicelib.domains.logistics.archive.entries import add_audit, add_push, subject_of
from chalicelib.domains.logistics.archive.items import KeeperItem, kind_of, pk_of
from chalicelib.domains.logistics.archive.model import KEEPERS, Filed, Person, Photo

LIMIT = 50
"""Vehicles, and people, on one user's list. Two at once may exceed it by one: nothing depends on it."""
TRIES = 6
_F = TypeVar("_F", bound=Filed)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Own(Generic[_F]):
    """Something a user keeps, and when that user used it last."""

    filed: _F
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wish(Generic[_F]):
    """What an editor wants: the content, its pictures, and the version the editor saw (0: a new one)."""

    content: _F
    photo_ids: tuple[str, ...]
    version: int


def save(user: Principal, wish: Wish[_F], now: datetime) -> Own[_F]:
    """File a vehicle or person, keep one that is filed already, or change one's own. The same form twice does it once."""
    return until_won(lambda: _save(user, wish, now))


def until_won(once: Callable[[], _T]) -> _T:
    """Decide and commit again whenever somebody else's commit came first."""
    for _ in range(TRIES):
        try:
            return once()
        except RaceLost as race:
            photos.refuse_gone(race)
        except Contention:
            continue
    raise Contention("archive")


def site_date(now: datetime) -> date:
    """Today on the plant's calendar."""
    return now.astimezone(SITE_ZONE).date()


def find_own(user: Principal, pk: str) -> Own[Filed]:
    """One's own; somebody else's answers the same as none."""
    found = _read(user, pk)
    seen = _seen_in(found)
    if seen is None or not store.owner_among(found, user.owner_ids, pk):
        raise NotFound
    return Own(seen, _last_used(found, user, pk))


def list_own(user: Principal, kind: str) -> list[Own[Filed]]:
    """All of one's vehicles or people, the last used or filed first."""
    keepers = [item for owner in user.owner_ids for item in store.keepers_of(owner, kind, LIMIT * 2)]
    latest = {item.sk: item for item in sorted(keepers, key=_recency)}
    known = store.find_all(latest)
    order = sorted(latest.values(), key=_recency, reverse=True)
    return [Own(known[item.sk], _instant(item.last_used_at)) for item in order if item.sk in known]


def forget(user: Principal, pk: str, now: datetime) -> None:
    """Take it off the own list. Others, the office and LE keep it."""
    until_won(lambda: _forget(user, pk, now))


def _save(user: Principal, wish: Wish[_F], now: datetime) -> Own[_F]:
    pk = pk_of(wish.content)
    wanted: dict[Key, type[Item]] = {
        **photos.keys_of(wish.photo_ids),
        claims.key_of(user.user_id, now): claims.ClaimsItem,
    }
    found = _read(user, pk, wanted)
    seen = cast("_F | None", _seen_in(found))
    if seen is None or not life.is_kept_by(seen, user.owner_ids):
        if wish.version:
            raise NotFound
        if seen is None or (isinstance(seen, Person) and seen.forgotten):
            return Own(_file(user, wish, seen, found, now), None)
        return Own(_keep(user, wish, seen, found, now), None)
    return Own(_edit(user, wish, seen, found, now), _last_used(found, user, pk))


def _file(user: Principal, wish: Wish[_F], seen: _F | None, found: Mapping[Key, Item], now: datetime) -> _F:
    _refuse_full(user, pk_of(wish.content))
    content = replace(wish.content, photos=photos.usable(found, user.owner_ids, wish.photo_ids))
    transaction = Transaction()
    if isinstance(seen, Person) and isinstance(content, Person):
        filed = cast(_F, life.filed_again(seen, content, user.user_id, site_date(now)))
        store.add_edit(transaction, seen, filed)
    else:
        filed = life.first_filed(content, user.user_id, site_date(now))
        store.add_new(transaction, filed)
    store.add_keeper(transaction, user.user_id, filed, now)
    _add_photos(transaction, None, filed)
    _commit(transaction, None, filed, user, "filed", now)
    return filed


def _keep(user: Principal, wish: Wish[_F], seen: _F, found: Mapping[Key, Item], now: datetime) -> _F:
    """Whoever has the certificate in hand keeps it, too; what the others filed stays as it is until it is changed."""
    claims.require_proof(user, seen, wish.content, found, now)
    if len(seen.keepers) >= KEEPERS:
        raise Conflict("keepers_full", limit=KEEPERS, contact=runtime.settings().logistics_contact)
    _refuse_full(user, pk_of(seen))
    kept = life.kept_too(seen, user.user_id)
    transaction = Transaction()
    store.add_state(transaction, seen, kept)
    store.add_keeper(transaction, user.user_id, kept, now)
    add_audit(transaction, seen, kept, actor=user.user_id, action="kept", now=now)
    transaction.commit()
    return kept


def _edit(user: Principal, wish: Wish[_F], seen: _F, found: Mapping[Key, Item], now: datetime) -> _F:
    held = {photo.id: photo for photo in seen.photos}
    new = photos.usable(found, user.owner_ids, [one for one in wish.photo_ids if one not in held])
    known = {**held, **{photo.id: photo for photo in new}}
    attached = tuple(known[photo_id] for photo_id in dict.fromkeys(wish.photo_ids))
    changed = life.edited(seen, replace(wish.content, photos=attached), site_date(now))
    if changed is seen:
        return seen
    if wish.version != seen.version:
        raise Conflict("archive_changed" if wish.version else "archive_kept_already")
    transaction = Transaction()
    store.add_edit(transaction, seen, changed)
    _add_photos(transaction, seen, changed)
    _commit(transaction, seen, changed, user, "changed", now)
    return changed


def _forget(user: Principal, pk: str, now: datetime) -> None:
    seen = find_own(user, pk).filed
    left = life.let_go(seen, user.owner_ids, now)
    transaction = Transaction()
    store.add_state(transaction, seen, left)
    for keeper in seen.keepers:
        if keeper in user.owner_ids:
            store.add_letting_go(transaction, keeper, seen)
    add_audit(transaction, seen, left, actor=user.user_id, action="let_go", now=now)
    transaction.commit()


def _commit(
    transaction: Transaction, seen: Filed | None, changed: Filed, user: Principal, action: str, now: datetime
) -> None:
    add_audit(transaction, seen, changed, actor=user.user_id, action=action, now=now)
    add_push(transaction, changed, now)
    transaction.commit()


def _add_photos(transaction: Transaction, seen: Filed | None, changed: Filed) -> None:
    before: tuple[Photo, ...] = seen.photos if seen else ()
    holder = subject_of(pk_of(changed))
    for photo in changed.photos:
        if photo not in before:
            photos.add_hold(transaction, photo, holder)
    for photo in before:
        if photo not in changed.photos:
            photos.add_release(transaction, photo, holder)


def _read(user: Principal, pk: str, more: Mapping[Key, type[Item]] | None = None) -> dict[Key, Item]:
    return find_many({**store.keys_to(user.owner_ids, [pk]), **(more or {})})


def _seen_in(found: Mapping[Key, Item]) -> Filed | None:
    return next(iter(store.all_of(found)), None)


def _refuse_full(user: Principal, pk: str) -> None:
    if len(store.keepers_of(user.user_id, kind_of(pk), LIMIT)) >= LIMIT:
        raise Conflict("archive_full", limit=LIMIT)


def _last_used(found: Mapping[Key, Item], user: Principal, pk: str) -> datetime | None:
    item = found.get(store.keeper_key(store.owner_among(found, user.owner_ids, pk), pk))
    return _instant(item.last_used_at) if isinstance(item, KeeperItem) else None


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None


def _recency(item: KeeperItem) -> str:
    return item.last_used_at or item.since
