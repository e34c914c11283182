"""Keeps secrets and personal data out of what a peer's error message brings along.

Peers echo what they were sent: the gate platform even prints the application key and the string to sign when a
signature is wrong. So known values are replaced first, then everything that looks like a number of a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MAX_LENGTH = 160
MASK = "***"

_CODE_OR_LONG_NUMBER = re.compile(r"(?P<code>\b0x[0-9a-fA-F]{8}\b)|\d[\d\- ]{4,}[\dXx]")
_LONG_WORD = re.compile(r"[A-Za-z0-9+/=_\-]{20,}")


def texts_within(value: object) -> Iterator[str]:
    """Every text inside a request body, keys excluded: all of it is somebody's data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_within(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from texts_within(inner)


def redact(text: str, known: Iterable[str] = ()) -> str:
    """``text`` on one line, at most 160 characters, without ``known`` values, long numbers, and long opaque words."""
    for value in sorted((value for value in known if len(value) > 1), key=len, reverse=True):
        text = text.replace(value, MASK)
    text = _CODE_OR_LONG_NUMBER.sub(lambda match: match["code"] or MASK, text)
    text = _LONG_WORD.sub(MASK, text)
    text = " ".join(text.split())
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"
