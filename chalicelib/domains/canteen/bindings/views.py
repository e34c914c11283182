"""Bindings as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.core.china import masked_mobile
from chalicelib.domains.canteen.bindings.binding import Binding, Record
from chalicelib.domains.canteen.bindings.history import Event, History
from chalicelib.domains.canteen.bindings.schemas import BindingEventView, BoundUserDetailView, BoundUserView
from chalicelib.domains.canteen.cards.schemas import BoundView

NAMELESS = "微信用户"
"""Who has no nickname."""
Names = Mapping[str, str]
"""User id → nickname."""


def show_bound(binding: Binding) -> BoundView:
    """A diner's own."""
    return BoundView(
        account_no=binding.account_no,
        staff_no=binding.staff_no,
        name_masked=binding.name_masked,
        phone_masked=masked_mobile(binding.phone),
        bound_at=binding.bound_at,
    )


def show_user(record: Record, names: Names) -> BoundUserView:
    """A row of the office's list."""
    return BoundUserView(**_facts(record, names))


def show_detail(history: History, names: Names) -> BoundUserDetailView:
    """One user with what happened."""
    events = [_event(event, names) for event in history.events]
    return BoundUserDetailView(**_facts(history.record, names), phone=history.record.binding.phone, history=events)


def named_in(history: History) -> set[str]:
    """Whose nicknames a detail needs."""
    return {history.record.binding.user_id, *(event.by for event in history.events)}


def _facts(record: Record, names: Names) -> dict[str, Any]:
    bound, ending = record.binding, record.ending
    return {
        "user_id": bound.user_id,
        "nickname": names.get(bound.user_id) or NAMELESS,
        "account_no": bound.account_no,
        "staff_no": bound.staff_no,
        "name_masked": bound.name_masked,
        "phone_masked": masked_mobile(bound.phone),
        "status": "ended" if ending else "bound",
        "bound_at": bound.bound_at,
        "ended_at": ending.at if ending else None,
        "how_ended": ending.how.value if ending else None,
        "end_reason": ending.reason if ending else "",
        "version": bound.version,
    }


def _event(event: Event, names: Names) -> BindingEventView:
    facts: dict[str, Any] = {
        name: getattr(event, name) for name in ("at", "what", "account_no", "phone_masked", "reason")
    }
    return BindingEventView(**facts, by=names.get(event.by) or NAMELESS)
