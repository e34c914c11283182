"""The office's list of who is bound: the last change first, or whoever a whole number belongs to; two calls at most."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.core import china
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.core.table import Item, Key, find_many
from chalicelib.domains.canteen.bindings import store
from chalicelib.domains.canteen.bindings.binding import Record
from chalicelib.domains.canteen.bindings.store import BOUND, ENDED, KIND, BindingItem, binding_key, to_record

PAGE_SIZE = 50
FOUND_AT_MOST = 50
"""Users one number leads to: those who had the account one after another."""


def page_of(status: str | None, cursor: str | None) -> Page[Record]:
    """Everybody, or those in one state."""
    if status is None:
        return _page(BindingItem.by_kind, "kind_key", KIND, cursor)
    return _page(BindingItem.by_status, "status_key", store.status_key(status), cursor)


def found_by(text: str, status: str | None) -> list[Record]:
    """Whose staff number, account number or phone ``text`` is, the last change first."""
    phone = china.normalise_mobile(text)
    records = _by_phone(phone) if china.is_mobile(phone) else _by_number(text)
    wanted = [record for record in records if status in (None, BOUND if record.is_bound else ENDED)]
    return sorted(wanted, key=store.changed_at, reverse=True)


def _page(index: Any, key_name: str, key: str, cursor: str | None) -> Page[Record]:
    results = index.query(
        key,
        scan_index_forward=False,
        limit=PAGE_SIZE,
        page_size=PAGE_SIZE,
        last_evaluated_key=decode_cursor(cursor, {key_name: key}),
    )
    page = read_page(results, PAGE_SIZE)
    return Page([to_record(item) for item in page.items], page.next_cursor)


def _by_phone(phone: str) -> list[Record]:
    found = BindingItem.by_owner.query(store.phone_key(phone), scan_index_forward=False, limit=FOUND_AT_MOST)
    return [to_record(item) for item in found]


def _by_number(number: str) -> list[Record]:
    """The index holds records under the account's number and holdings under the staff number; both name a user."""
    found: Iterable[Any] = BindingItem.by_account.query(
        store.known_as_key(number), scan_index_forward=False, limit=FOUND_AT_MOST
    )
    users = {item.user_id for item in found}
    wanted: dict[Key, type[Item]] = {binding_key(user_id): BindingItem for user_id in sorted(users)}
    return [record for record in _records(find_many(wanted).values()) if _is_named(record, number)]


def _records(items: Iterable[Any]) -> list[Record]:
    return [to_record(item) for item in items]


def _is_named(record: Record, number: str) -> bool:
    """A user who was found by an account may have bound another one since."""
    return number in (record.binding.account_no, record.binding.staff_no)
