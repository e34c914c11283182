"""Waiting between the tries of a transaction that others are in the way of: a little, longer each time, never in step."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

TRIES = 6
FIRST_SECONDS = 0.05
LONGEST_SECONDS = 0.8

Wait = Callable[[int], None]
"""Called with the number of tries that have failed."""


def wait(failed: int) -> None:
    """Sleep for a random part of 50, 100, 200 … milliseconds; six tries together wait two seconds at most."""
    time.sleep(random.uniform(0, longest(failed)))  # noqa: S311  # nothing secret: only not in step


def longest(failed: int) -> float:
    """How long to wait at most, in seconds, after ``failed`` tries."""
    return min(FIRST_SECONDS * 2.0 ** (failed - 1), LONGEST_SECONDS)
