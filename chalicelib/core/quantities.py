"""Quantities: whole kilograms inside, tonnes as text with three places outside. No floats."""

from __future__ import annotations

import re

KILOGRAMS_A_TONNE = 1000
_TONNES = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,3}))?", re.ASCII)


def to_kilograms(tonnes: str) -> int:
    """``"30.5"`` → 30500. Raises ``ValueError`` for anything but a decimal number with at most three places."""
    found = _TONNES.fullmatch(tonnes)
    if found is None:
        raise ValueError(tonnes)
    return int(found[1]) * KILOGRAMS_A_TONNE + int((found[2] or "").ljust(3, "0"))


def to_tonnes(kilograms: int) -> str:
    """30500 → ``"30.500"``; a negative quantity (more held than there is) keeps its sign."""
    sign = "-" if kilograms < 0 else ""
    whole, rest = divmod(abs(kilograms), KILOGRAMS_A_TONNE)
    return f"{sign}{whole}.{rest:03d}"
