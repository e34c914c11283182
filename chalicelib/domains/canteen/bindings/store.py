"""Bindings in DynamoDB; every condition stands here with the race it closes."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.session import Principal
from chalicelib.core.table import Key, find_many
from chalicelib.domains.canteen.bindings.binding import Binding
from chalicelib.domains.canteen.table import CanteenItem

KIND = "binding"


class BindingItem(CanteenItem):
    """Stored form of a binding: ``USER#<id>`` / ``BINDING``; deleted when it ends, the history is in the audit log."""

    user_id = UnicodeAttribute()
    account_no = UnicodeAttribute()
    staff_no = UnicodeAttribute()
    name_masked = UnicodeAttribute()
    phone = UnicodeAttribute()
    version = NumberAttribute()


def binding_key(user_id: str) -> Key:
    """Key of a user's binding."""
    return f"USER#{user_id}", "BINDING"


def find_binding(owner: Principal) -> Binding | None:
    """The user's binding, under whichever of their ids: one consistent read."""
    found = find_many({binding_key(owner_id): BindingItem for owner_id in owner.owner_ids})
    return first_of(owner, found)


def first_of(owner: Principal, found: dict[Key, Any]) -> Binding | None:
    """The binding among what was read, the user's own id first."""
    items = (found.get(binding_key(owner_id)) for owner_id in owner.owner_ids)
    return next((to_binding(item) for item in items if item), None)


def to_item(binding: Binding) -> BindingItem:
    """The stored form, with the indexes it belongs into."""
    pk, sk = binding_key(binding.user_id)
    return BindingItem(
        pk,
        sk,
        user_id=binding.user_id,
        account_no=binding.account_no,
        staff_no=binding.staff_no,
        name_masked=binding.name_masked,
        phone=binding.phone,
        version=binding.version,
        created_at=to_text(binding.bound_at),
        kind_key=KIND,
        account_key=f"{KIND}#{binding.account_no}",
    )


def to_binding(item: Any) -> Binding:
    """The domain's form."""
    return Binding(
        user_id=item.user_id,
        account_no=item.account_no,
        staff_no=item.staff_no,
        name_masked=item.name_masked,
        phone=item.phone,
        bound_at=from_text(item.created_at),
        version=int(item.version),
    )
