"""Lists are read page by page behind an opaque cursor; a page costs the same with a hundred rows of history or a million."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chalicelib.core.errors import InvalidInput

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Page(Generic[_T]):
    """Some items and where to go on, ``None`` at the end."""

    items: list[_T]
    next_cursor: str | None


def encode_cursor(key: dict[str, Any] | None) -> str | None:
    """DynamoDB's last evaluated key as URL-safe text."""
    if not key:
        return None
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, scope: dict[str, str]) -> dict[str, Any] | None:
    """The key of a cursor; it must lie in the list it is used for.

    ``scope`` gives attributes every key of this list has (its index partition): a cursor of another user's list or of
    another filter is refused as ``invalid_cursor`` instead of being handed to the database.
    """
    if not cursor:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        well_formed = isinstance(key, dict) and all(
            isinstance(value, dict) and len(value) == 1 and isinstance(value.get("S"), str) for value in key.values()
        )
    except (ValueError, binascii.Error):
        raise InvalidInput("invalid_cursor") from None
    if not well_formed or any(key.get(name) != {"S": value} for name, value in scope.items()):
        raise InvalidInput("invalid_cursor")
    return dict(key)


def read_page(results: Any, limit: int) -> Page[Any]:
    """Drain a pynamodb ``ResultIterator`` that was asked for ``limit`` items into a page."""
    items = list(_take(results, limit))
    return Page(items, encode_cursor(results.last_evaluated_key))


def _take(results: Iterable[_T], limit: int) -> Iterable[_T]:
    for count, item in enumerate(results, start=1):
        yield item
        if count == limit:
            return
