"""Use cases of a party: everybody in one transaction, or nobody. One person alone is decided like any other visit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.session import Principal
from chalicelib.domains.visitor import model, store
from chalicelib.domains.visitor.deciding import Decide, approval, decide_together, refusal
from chalicelib.domains.visitor.model import Change, Reason
from chalicelib.domains.visitor.ownership import owns
from chalicelib.domains.visitor.party.store import find_party
from chalicelib.domains.visitor.visit import Status, Visit


def own_party(owner: Principal, party_id: str) -> list[Visit]:
    """One of the user's own parties; anybody else's does not exist."""
    return [visit for visit in any_party(party_id) if owns(owner, visit)] or _not_found()


def any_party(party_id: str) -> list[Visit]:
    """A party for staff."""
    return find_party(party_id) or _not_found()


def cancel_party(owner: Principal, party_id: str, now: datetime) -> list[Visit]:
    """Take back what is still open of a party; cancelling again changes nothing."""

    def decide(visit: Visit) -> Change | None:
        return model.cancel(visit, now) if model.can_cancel(visit, now) else None

    visits = decide_together(
        lambda: own_party(owner, party_id), decide, actor=owner.user_id, action="visit_cancelled", now=now
    )
    if all(visit.status is not Status.CANCELLED or visit.replaced_by for visit in visits):
        raise Conflict(Reason.NOT_CANCELLABLE.value)
    return visits


def approve_people(approver: Principal, party_id: str, seen: Mapping[str, int], now: datetime) -> list[Visit]:
    """Let people of a party in at once. ``seen``: visit id → the version the approver saw; one that changed stops all."""
    decide = approval(approver, lambda visit: seen[visit.id], now)
    return _decide(party_id, seen, decide, approver, "visit_approved", now)


def refuse_people(
    approver: Principal, party_id: str, seen: Mapping[str, int], reason: str, now: datetime
) -> list[Visit]:
    """Turn people of a party down at once, with one reason."""
    decide = refusal(approver, lambda visit: seen[visit.id], reason, now)
    return _decide(party_id, seen, decide, approver, "visit_refused", now)


def _decide(
    party_id: str, seen: Mapping[str, int], decide: Decide, approver: Principal, action: str, now: datetime
) -> list[Visit]:
    """Only the visits that were seen are loaded; one of another party does not exist here."""

    def load() -> list[Visit]:
        visits = store.find_visits(list(seen))
        if len(visits) != len(seen) or any(visit.party is None or visit.party.id != party_id for visit in visits):
            raise NotFound
        return visits

    return decide_together(load, decide, actor=approver.user_id, action=action, now=now)


def _not_found() -> list[Visit]:
    raise NotFound
