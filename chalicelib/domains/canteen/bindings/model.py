"""Binding a card account: what a code is good for, which account is meant, who has it afterwards. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domains.canteen.bindings.binding import (
    Binding,
    Candidate,
    Code,
    Ending,
    Holding,
    HowEnded,
    Record,
)

CODE_DIGITS = 6
LIFETIME = timedelta(minutes=5)
TRIES = 5
"""Comparisons a code survives, those for the staff number included."""


class BindingProblem(Exception):
    """Why it cannot be done; ``code`` is the key of its text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Move:
    """What binding changes. ``seen`` is what stands there now, and what every write is conditioned on."""

    record: Record
    seen: Record | None
    holding: Holding
    seen_holding: Holding | None
    superseded: tuple[Record, ...]
    """Ended records of the person's other ids."""
    released: tuple[Record, ...]
    """As they were: records whose account, another one, nobody has any more."""
    displaced: str | None
    """Somebody else who had the account until now."""


def draw_code(random_below: Callable[[int], int]) -> str:
    """Six digits, each text equally likely; ``random_below(n)`` is a secure number from 0 to n - 1."""
    return str(random_below(10**CODE_DIGITS)).zfill(CODE_DIGITS)


def require_live(code: Code | None, phone: str, now: datetime) -> Code:
    """The code a try may be made against. A code of another phone is none: nothing was sent there."""
    if code is None or code.phone != phone or now >= code.sent_at + LIFETIME:
        raise BindingProblem("code_expired")
    if code.tries >= TRIES:
        raise BindingProblem("code_used_up")
    return code


def choose(candidates: Sequence[Candidate], staff_no: str) -> Candidate:
    """The account that is meant. Several on one phone are told apart by the staff number, never by their order."""
    if not candidates:
        raise BindingProblem("binding_account_gone")
    if staff_no:
        named = [candidate for candidate in candidates if candidate.staff_no.casefold() == staff_no.casefold()]
        if len(named) != 1:
            raise BindingProblem("staff_no_wrong")
        return named[0]
    if len(candidates) > 1:
        raise BindingProblem("staff_no_needed")
    return candidates[0]


def bind(
    user_id: str, owned: Sequence[Record], holding: Holding | None, candidate: Candidate, phone: str, now: datetime
) -> Move:
    """``user_id``, whose records under all ids are ``owned``, has proved the phone of ``candidate``."""
    seen = next((record for record in owned if record.binding.user_id == user_id), None)
    version = seen.binding.version + 1 if seen else 1
    facts = (candidate.account_no, candidate.staff_no, candidate.name_masked, phone, now, version)
    others = tuple(record for record in owned if record.is_bound and record.binding.user_id != user_id)
    return Move(
        record=Record(Binding(user_id, *facts)),
        seen=seen,
        holding=_taken(holding, candidate, user_id, version),
        seen_holding=holding,
        superseded=tuple(end(record, HowEnded.CHANGED, user_id, "", now) for record in others),
        released=tuple(record for record in owned if _leaves(record, candidate)),
        displaced=_displaced(holding, {user_id, *(record.binding.user_id for record in owned)}),
    )


def end(record: Record, how: HowEnded, by: str, reason: str, now: datetime) -> Record:
    """The binding holds no longer; who has ended it before stays so."""
    if record.ending is not None:
        raise BindingProblem("binding_ended_already")
    binding = replace(record.binding, version=record.binding.version + 1)
    return Record(binding, Ending(now, how, by, reason))


def _taken(holding: Holding | None, candidate: Candidate, user_id: str, version: int) -> Holding:
    following = holding.version + 1 if holding else 1
    return Holding(candidate.account_no, candidate.staff_no, user_id, True, version, following)


def _leaves(record: Record, candidate: Candidate) -> bool:
    return record.is_bound and record.binding.account_no != candidate.account_no


def _displaced(holding: Holding | None, own: set[str]) -> str | None:
    return holding.user_id if holding and holding.is_held and holding.user_id not in own else None
