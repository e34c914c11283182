"""What waits for the canteen and for WeChat Pay, and what they refused: counted among what is unfinished only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import State
from chalicelib.domains.canteen.topups.consequences import Push

COUNTED = 100
"""Entries counted of a peer and state; a board that says “100” says enough."""
CANTEEN, PAY = "canteen", "pay"
LOSSES = "card."
"""How the kinds of pushes about cards begin."""


@dataclass(frozen=True, slots=True)
class Count:
    """Pushes of one sort."""

    pending: int
    failed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Each among the first :data:`COUNTED` of its peer and state."""

    credits: Count
    losses: Count
    refunds: Count


def read() -> Standing:
    """Four queries of what is unfinished."""
    pending, failed = _kinds(CANTEEN, State.PENDING), _kinds(CANTEEN, State.FAILED)
    refunds = [_kinds(PAY, state).total() for state in (State.PENDING, State.FAILED)]
    return Standing(
        credits=Count(pending[Push.CREDIT.value], failed[Push.CREDIT.value]),
        losses=Count(_losses(pending), _losses(failed)),
        refunds=Count(*refunds),
    )


def _kinds(peer: str, state: State) -> Counter[str]:
    return Counter(entry.kind for entry in outbox.page_by_state(peer, state, None, COUNTED).items)


def _losses(kinds: Counter[str]) -> int:
    return sum(count for kind, count in kinds.items() if kind.startswith(LOSSES))
