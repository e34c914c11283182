"""What of the plant's register a visitor gets to see."""

from __future__ import annotations

from datetime import timedelta

SHOWN_AT_MOST = 8
"""More people of one name than anybody can choose from: the phone number is asked for instead."""
CHOICE_LIFETIME = timedelta(days=30)
"""A host the phone remembers; who has left meanwhile is refused by the gate like one typed by hand."""
