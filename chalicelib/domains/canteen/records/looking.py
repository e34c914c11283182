"""Whose records a phone shows, and how far they are copied: one reading."""

from __future__ import annotations

from typing import Any

from chalicelib.core.session import Principal
from chalicelib.core.table import Item, Key, find_many
from chalicelib.domains.canteen.bindings.binding import Binding
from chalicelib.domains.canteen.bindings.store import BindingItem, binding_key, first_of
from chalicelib.domains.canteen.records.progress import Progress
from chalicelib.domains.canteen.records.shelf import PROGRESS_KEY, ProgressItem, to_progress


def find_own(owner: Principal) -> tuple[Binding | None, Progress]:
    """The user's binding, under whichever of their ids, and the progress."""
    wanted: dict[Key, type[Item]] = {binding_key(owner_id): BindingItem for owner_id in owner.owner_ids}
    wanted[PROGRESS_KEY] = ProgressItem
    found: dict[Key, Any] = dict(find_many(wanted))
    return first_of(owner, found), to_progress(found.get(PROGRESS_KEY))
