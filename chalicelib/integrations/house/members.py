"""Members of bodies under the house's conventions, written and read by hand: a worker cannot afford a validation library.

An :class:`Unreadable` member says what was expected where, without repeating the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeVar

from chalicelib.core.quantities import to_kilograms

SENTENCE_LENGTH = 100
_SITE_ZONE = timezone(timedelta(hours=8))
_Word = TypeVar("_Word", bound=str)
_Read = TypeVar("_Read")

Row = Mapping[str, Any]


class Unreadable(ValueError):
    """The answer lacks something or has it in another form."""


def wire_time(instant: datetime) -> str:
    """``2026-11-26T08:00:00+08:00``."""
    return instant.astimezone(_SITE_ZONE).isoformat(timespec="seconds")


def line(value: object) -> str:
    """A sentence of the peer's on one line, cut to what people read; empty when there is none."""
    return " ".join(value.split())[:SENTENCE_LENGTH] if isinstance(value, str) else ""


def row(data: Any) -> Row:
    """An object."""
    if not isinstance(data, dict):
        raise Unreadable("not an object")
    return data


def rows(data: Any, name: str) -> list[Row]:
    """A list of objects."""
    found = row(data).get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Unreadable(f"{name} is not a list of objects")
    return found


def text(source: Row, name: str) -> str:
    """A text that says something."""
    value = source.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unreadable(f"{name} is not a text")
    return value.strip()


def optional(source: Row, name: str, read: Callable[[Row, str], _Read]) -> _Read | None:
    """A member that may be absent or ``null``."""
    return None if source.get(name) is None else read(source, name)


def texts(source: Row, name: str) -> tuple[str, ...]:
    """A list of texts."""
    value = source.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Unreadable(f"{name} is not a list of texts")
    return tuple(value)


def one_of(source: Row, name: str, words: tuple[_Word, ...]) -> _Word:
    """One of the contract's words."""
    value = source.get(name)
    for word in words:
        if value == word:
            return word
    raise Unreadable(f"{name} is not a word of the contract")


def whole(source: Row, name: str) -> int:
    """A whole number from 0."""
    value = source.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Unreadable(f"{name} is not a whole number")
    return value


def flag(source: Row, name: str) -> bool:
    """Yes or no."""
    value = source.get(name)
    if not isinstance(value, bool):
        raise Unreadable(f"{name} is not true or false")
    return value


def kilograms(source: Row, name: str) -> int:
    """A quantity in tonnes."""
    try:
        return to_kilograms(text(source, name))
    except ValueError:
        raise Unreadable(f"{name} is not a quantity") from None


def signed_kilograms(source: Row, name: str) -> int:
    """A difference in tonnes; may be below zero."""
    found = text(source, name)
    size = kilograms({name: found.removeprefix("-")}, name)
    return -size if found.startswith("-") else size


def instant(source: Row, name: str) -> datetime:
    """An ISO 8601 time with offset."""
    try:
        value = datetime.fromisoformat(text(source, name))
    except ValueError:
        raise Unreadable(f"{name} is not a time") from None
    if value.tzinfo is None:
        raise Unreadable(f"{name} has no offset")
    return value


def day(source: Row, name: str) -> date:
    """``YYYY-MM-DD``."""
    try:
        return date.fromisoformat(text(source, name))
    except ValueError:
        raise Unreadable(f"{name} is not a day") from None
