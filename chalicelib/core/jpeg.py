"""As much of JPEG as it takes to say whether something is one, and how large. Pure."""

from __future__ import annotations

_START, _END = b"\xff\xd8", b"\xff\xd9"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers that begin a picture and name its size; the three left out define tables."""
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
_PIXELS = 0xDA
"""From here on it is compressed data: a picture that has not named its size by then is none."""


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, or ``None`` when it is not a JPEG, or not all of one."""
    if not data.startswith(_START) or not data.rstrip(b"\0").endswith(_END):
        return None
    place = 2
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            return None
        marker = data[place + 1]
        if marker == 0xFF:  # fill byte
            place += 1
        elif marker in _ALONE:
            place += 2
        elif marker in _FRAMES:
            return _frame_size(data[place + 4 : place + 9])
        elif marker == _PIXELS:
            return None
        else:
            place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None


def _frame_size(header: bytes) -> tuple[int, int] | None:
    """One byte of precision, then height and width."""
    width, height = int.from_bytes(header[3:5], "big"), int.from_bytes(header[1:3], "big")
    return (width, height) if len(header) == 5 and width and height else None
