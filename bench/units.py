"""Read and write units as DynamoDB's developer guide counts them, from item sizes.

Moto answers every request with the same figure whatever it read, so its ConsumedCapacity is of no use here. Sources:
"DynamoDB item sizes and formats" and "Read and write operations" of the developer guide. Writes of index entries are
counted once and not doubled: they happen after the transaction.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

Item = Mapping[str, Mapping[str, Any]]
"""An item on the wire: ``{"pk": {"S": "USER#1"}}``."""

READ_UNIT = 4096
WRITE_UNIT = 1024


def item_size(item: Item) -> int:
    """Bytes of an item: names and values in UTF-8."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return ceil(len(content.lstrip("-").replace(".", "").strip("0")) / 2) + 1
    if kind in ("BOOL", "NULL"):
        return 1
    if kind == "B":
        return len(content) if isinstance(content, bytes) else len(b64decode(content))
    if kind == "SS":
        return sum(len(text.encode()) for text in content)
    raise ValueError(f"the bench does not know the size of attribute type {kind}")


def read_units(items: Iterable[Item], *, consistent: bool) -> float:
    """Of one Get or one page of a Query: sizes are added up, then rounded up; finding nothing costs one step too."""
    steps = max(1, ceil(sum(map(item_size, items)) / READ_UNIT))
    return steps * (1.0 if consistent else 0.5)


def write_units(before: Item | None, after: Item | None, *, transactional: bool) -> float:
    """Of one item of the table itself: the larger of its two versions counts."""
    steps = max(1, ceil(max(item_size(before or {}), item_size(after or {})) / WRITE_UNIT))
    return steps * (2.0 if transactional else 1.0)


def index_units(before: Item | None, after: Item | None, keys: tuple[str, ...]) -> float:
    """Of one index with all attributes: a changed key is a deletion and a new entry, an unchanged item costs nothing."""
    old = before if before and all(key in before for key in keys) else None
    new = after if after and all(key in after for key in keys) else None
    if old == new:
        return 0.0
    if old and new and all(old[key] == new[key] for key in keys):
        return float(max(_steps(old), _steps(new)))
    return float((_steps(old) if old else 0) + (_steps(new) if new else 0))


def _steps(item: Item) -> int:
    return max(1, ceil(item_size(item) / WRITE_UNIT))
