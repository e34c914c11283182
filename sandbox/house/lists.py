"""Lists with `limit` and an opaque `cursor`, in a stable order."""

import base64
from collections.abc import Callable
from typing import Any

from sandbox.house.members import wrong
from sandbox.kit.store import Document

LARGEST_PAGE = 200
USUAL_PAGE = 50


def page_of(items: list[Document], place: Callable[[Document], int], query: dict[str, str]) -> dict[str, Any]:
    """The part of the items after the cursor, in the order of their place (a number that no two share)."""
    after, limit = _after(query.get("cursor")), limit_of(query.get("limit"))
    rest = sorted((item for item in items if place(item) > after), key=place)
    shown = rest[:limit]
    return {"items": shown, "nextCursor": _cursor(place(shown[-1])) if len(rest) > limit else None}


def limit_of(text: str | None) -> int:
    """How many items are wanted."""
    if text is None:
        return USUAL_PAGE
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST_PAGE:
        raise wrong("limit")
    return int(text)


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(f"after {number}".encode()).decode().rstrip("=")


def _after(cursor: str | None) -> int:
    """The place a cursor stands for; -1 without one."""
    if not cursor:
        return -1
    try:
        word, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ")
        if word != "after":
            raise ValueError(word)
        return int(number)
    except ValueError:
        raise wrong("cursor") from None
