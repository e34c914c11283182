"""A party's visits are found by their ids, which follow from its own: no index, and one call for all of them."""

from __future__ import annotations

from chalicelib.core.ids import derived_id
from chalicelib.domains.visitor.party.model import MAX_PEOPLE
from chalicelib.domains.visitor.store import find_visits
from chalicelib.domains.visitor.visit import Visit


def member_ids(party_id: str, size: int) -> list[str]:
    """Ids of the visits of a party. The first one's is the party's, so that one form never makes two first visits."""
    return [party_id, *(derived_id("visit", party_id, str(position)) for position in range(1, size))]


def find_party(party_id: str) -> list[Visit]:
    """The visits of a party by position; empty when there is no such party."""
    visits = find_visits(member_ids(party_id, MAX_PEOPLE))
    return [visit for visit in visits if visit.party is not None and visit.party.id == party_id]
