"""Whose a top-up is: somebody else's answers the same as a missing one."""

from __future__ import annotations

from chalicelib.core.errors import NotFound
from chalicelib.core.session import Principal
from chalicelib.domains.canteen.topups import store
from chalicelib.domains.canteen.topups.top_up import TopUp


def own(owner: Principal, top_up_id: str) -> TopUp:
    """A top-up of the user's, under whichever of their ids. Raises ``NotFound``."""
    top_up = store.find_top_up(top_up_id)
    if top_up is None or top_up.owner_id not in owner.owner_ids:
        raise NotFound
    return top_up


def existing(top_up_id: str) -> TopUp:
    """A top-up somebody has seen: they are never deleted. Raises ``NotFound`` for an id that is none."""
    top_up = store.find_top_up(top_up_id)
    if top_up is None:
        raise NotFound
    return top_up
