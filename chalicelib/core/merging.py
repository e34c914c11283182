"""One list out of several: the things of somebody who was two users (``Principal.owner_ids``), the newest first.

A list of one partition has its plain cursor. Over several, a cursor has one part a partition, joined by dots.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from chalicelib.core.errors import InvalidInput
from chalicelib.core.paging import Page, decode_cursor, encode_cursor
from chalicelib.core.table import Item

BEGINNING, END = "", "-"
"""Parts of a cursor over several partitions: nothing of this one was shown yet, everything was."""
_I = TypeVar("_I", bound=Item)


class MergedList(Generic[_I]):
    """``index`` of an item's class by its partition key ``key_name``, each partition sorted by ``sort_name``."""

    def __init__(self, query: Callable[..., Any], key_name: str, sort_name: str, page_size: int) -> None:
        self._query = query
        self._key_name, self._sort_name = key_name, sort_name
        self._page_size = page_size

    def page(self, partitions: Sequence[str], cursor: str | None) -> Page[_I]:
        """The next things of all partitions, the newest first; one query each."""
        parts = cursor.split(".") if cursor else [BEGINNING] * len(partitions)
        if len(parts) != len(partitions):
            raise InvalidInput("invalid_cursor")
        read = [self._read(partition, part) for partition, part in zip(partitions, parts, strict=True)]
        everything = [item for items, _ in read for item in items]
        shown = sorted(everything, key=lambda item: str(getattr(item, self._sort_name)), reverse=True)
        shown = shown[: self._page_size]
        following = [
            self._part_behind(shown, items, part, more) for (items, more), part in zip(read, parts, strict=True)
        ]
        is_over = all(part == END for part in following)
        return Page(shown, None if is_over else ".".join(following))

    def _read(self, partition: str, part: str) -> tuple[list[_I], bool]:
        """The next things of one partition, and whether more follow them."""
        if part == END:
            return [], False
        results = self._query(
            partition,
            scan_index_forward=False,
            limit=self._page_size,
            page_size=self._page_size,
            last_evaluated_key=decode_cursor(part, {self._key_name: partition}),
        )
        return list(results), results.last_evaluated_key is not None

    def _part_behind(self, shown: list[_I], items: list[_I], part: str, more: bool) -> str:
        """Where one partition goes on: behind the last of its ``items`` that the page shows."""
        pks = {item.pk for item in shown}
        own = [item for item in items if item.pk in pks]
        if len(own) == len(items) and not more:
            return END
        if not own:
            return part
        names = ("pk", "sk", self._key_name, self._sort_name)
        return encode_cursor({name: {"S": getattr(own[-1], name)} for name in names}) or END
