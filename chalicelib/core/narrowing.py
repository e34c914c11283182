"""Pages out of one index partition or several, narrowed to what fits: newest first, honest about where they end.

An index answers what it is sorted by; everything else is looked at row by row. So a page examines a bounded number of rows,
ends with its last fitting one or where it stopped looking, and its cursor goes on behind the last row examined: nothing is
scanned, nothing left out, and a page costs the same whatever lies behind it. Several partitions (of a person who was two
users) are read side by side.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from chalicelib.core.errors import InvalidInput
from chalicelib.core.paging import Page, decode_cursor, encode_cursor

_T = TypeVar("_T")
BEGINNING, SEPARATOR = "", "."
"""Of a cursor: nothing of this partition was examined yet; between the parts of several partitions."""


@dataclass(slots=True)
class Source:
    """One partition of an index. ``query`` takes DynamoDB's start key and yields items, newest first."""

    key_name: str
    """Attribute that is the index's partition key …"""
    partition: str
    """… and what it must be."""
    sort_name: str
    query: Callable[[dict[str, Any] | None], Iterator[Any]]
    begins_at: str = BEGINNING
    """Cursor behind which the page begins."""
    last: Any = None
    """The item examined last."""

    def rows(self) -> Iterator[tuple[Source, Any]]:
        """What lies behind where it begins, with where it comes from. Raises ``InvalidInput`` for another list's cursor."""
        start = decode_cursor(self.begins_at, {self.key_name: self.partition})
        if start is not None and set(start) != set(self._names):
            raise InvalidInput("invalid_cursor")
        return ((self, item) for item in self.query(start))

    @property
    def place(self) -> str:
        """Cursor behind the item examined last."""
        if self.last is None:
            return self.begins_at
        return encode_cursor({name: {"S": getattr(self.last, name)} for name in self._names}) or BEGINNING

    @property
    def _names(self) -> tuple[str, ...]:
        return "pk", "sk", self.key_name, self.sort_name


Query = Callable[[dict[str, Any] | None], Iterator[Any]]
"""Items of a partition behind DynamoDB's start key."""


def newest_first(index: Any, partition: str, days: Any, rows: int) -> Query:
    """Items of an index partition, newest first, ``rows`` a call; ``days`` is a condition on the sort key, or ``None``."""

    def query(start: dict[str, Any] | None) -> Iterator[Any]:
        found = index.query(partition, days, scan_index_forward=False, page_size=rows, last_evaluated_key=start)
        return iter(found)

    return query


def page_of(
    sources: Sequence[Source], cursor: str | None, read: Callable[[Any], _T], fits: Callable[[_T], bool], size: int,
    examined_at_most: int,
) -> Page[_T]:  # fmt: skip
    """At most ``size`` things that fit, among the next ``examined_at_most`` rows."""
    _go_to(sources, cursor)
    streams = [source.rows() for source in sources]
    rows = heapq.merge(*streams, key=lambda row: str(getattr(row[1], row[0].sort_name)), reverse=True)
    found: list[_T] = []
    for examined, (source, item) in enumerate(rows, start=1):
        if len(found) == size or examined > examined_at_most:
            return Page(found, SEPARATOR.join(source.place for source in sources))
        source.last = item
        thing = read(item)
        if fits(thing):
            found.append(thing)
    return Page(found, None)


def _go_to(sources: Sequence[Source], cursor: str | None) -> None:
    """Every source where the cursor left it."""
    parts = cursor.split(SEPARATOR) if cursor else [BEGINNING] * len(sources)
    if len(parts) != len(sources):
        raise InvalidInput("invalid_cursor")
    for source, part in zip(sources, parts, strict=True):
        source.begins_at = part
