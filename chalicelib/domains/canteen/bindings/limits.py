"""How often a code may be asked for, and how often one may be tried. Standard library only.

Counted in the transaction that stores the code, before anything is sent; the same for a phone the canteen does not know.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

PACE = timedelta(seconds=60)
"""Between two codes for one phone."""
TRIES_A_DAY = 20
"""Of codes, by one user: four codes tried to their end."""
KEEP = timedelta(days=2)
"""How long a counter is kept: longer than what it counts."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A counter: ``name`` says which, ``key`` whose, ``window`` when."""

    name: str
    key: str
    window: str
    most: int


@dataclass(frozen=True, slots=True)
class Allowed:
    """How many codes: for a phone a day, a user a day, an address an hour."""

    phone: int
    user: int
    address: int


def for_asking(
    allowed: Allowed, phone_digest: str, user_id: str, address: str, day: str, hour: str
) -> tuple[Limit, ...]:
    """What a new code counts towards. Phones are counted by their keyed hash: they need not be anybody's."""
    return (
        Limit("phone_day", f"PHONE#{phone_digest}", day, allowed.phone),
        Limit("user_day", f"USER#{user_id}", day, allowed.user),
        Limit("address_hour", f"ADDRESS#{network_of(address)}", hour, allowed.address),
    )


def for_trying(user_id: str, day: str) -> Limit:
    """What a try counts towards."""
    return Limit("tries_day", f"TRIES#{user_id}", day, TRIES_A_DAY)


def network_of(address: str) -> str:
    """Whom an address stands for: an IPv6 customer has a whole /64. What is no address is counted as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


def seconds_to_wait(last_at: datetime | None, now: datetime) -> int:
    """Until the next code for this phone; at least one."""
    return max(1, int((last_at + PACE - now).total_seconds()) + 1) if last_at else int(PACE.total_seconds())
