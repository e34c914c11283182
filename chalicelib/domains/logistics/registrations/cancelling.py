"""Use cases that end a registration: the driver gives it up, the office releases it.

One transaction frees stock, truck and crew and tells LE to take the card back. A truck that LE has let in meanwhile is
first: the loser is told so. Repeated after a lost answer, each answers as the first time.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.session import Principal
from chalicelib.domains.logistics.registrations import model, refusals
from chalicelib.domains.logistics.registrations.model import RegistrationProblem
from chalicelib.domains.logistics.registrations.ownership import any_registration, own
from chalicelib.domains.logistics.registrations.registration import Registration, Status
from chalicelib.domains.logistics.registrations.steps import By, commit_step


def cancel(owner: Principal, registration_id: str, now: datetime) -> Registration:
    """Give it up; one whose time is over expires instead. Raises ``Conflict`` with why not, ``NotFound``."""

    def decide(seen: Registration) -> Registration | None:
        if seen.status is Status.CANCELLED:
            return None
        return model.expire(seen, now) or model.cancel(seen, now)

    try:
        return commit_step(lambda: own(owner, registration_id), decide, now)
    except RegistrationProblem as problem:
        raise refusals.of_decision(problem, None) from None


def release(staff: Principal, registration_id: str, reason: str, version: int, now: datetime) -> Registration:
    """The office ends it, for a reason the driver reads; audited. Raises ``Conflict`` and ``NotFound``."""

    def decide(seen: Registration) -> Registration | None:
        is_repeated = seen.status is Status.RELEASED and seen.reason == reason
        return None if is_repeated else model.release(seen, reason, version, now)

    by = By(staff.user_id, "registration_released", reason)
    try:
        return commit_step(lambda: any_registration(registration_id), decide, now, by=by)
    except RegistrationProblem as problem:
        raise refusals.of_decision(problem, None) from None
