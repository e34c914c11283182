"""Bindings in DynamoDB; every condition stands here with the race it closes.

An account is one user's because ``ACCOUNT#<no>`` / ``BINDING`` is one item, changed in the transaction that changes its holder's
record. A record stays when a binding ends, for the office, until the retention limit has passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.core import runtime
from chalicelib.core.clock import from_text, to_epoch, to_text
from chalicelib.core.session import Principal
from chalicelib.core.table import Item, Key, Transaction, find_many
from chalicelib.domains.canteen.bindings.binding import Binding, Ending, Holding, HowEnded, Record
from chalicelib.domains.canteen.bindings.model import Move
from chalicelib.domains.canteen.table import CanteenItem

KIND = "binding"
BOUND, ENDED = "bound", "ended"


class BindingItem(CanteenItem):
    """Stored form of a record: ``USER#<id>`` / ``BINDING``; ``created_at`` is its last change."""

    user_id = UnicodeAttribute()
    account_no = UnicodeAttribute()
    staff_no = UnicodeAttribute()
    name_masked = UnicodeAttribute()
    phone = UnicodeAttribute()
    bound_at = UnicodeAttribute()
    ended_at = UnicodeAttribute(null=True)
    how_ended = UnicodeAttribute(null=True)
    ended_by = UnicodeAttribute(null=True)
    end_reason = UnicodeAttribute(null=True)
    version = NumberAttribute()


class HoldingItem(CanteenItem):
    """Who has an account, or had it last: ``ACCOUNT#<no>`` / ``BINDING``."""

    user_id = UnicodeAttribute()
    staff_no = UnicodeAttribute()
    is_held = BooleanAttribute()
    binding_version = NumberAttribute()
    version = NumberAttribute()


def binding_key(user_id: str) -> Key:
    """Key of a user's record."""
    return f"USER#{user_id}", "BINDING"


def record_keys(owner: Principal) -> dict[Key, type[Item]]:
    """What :func:`records_of` needs, to be read together with other things by ``find_many``."""
    return {binding_key(owner_id): BindingItem for owner_id in owner.owner_ids}


def find_binding(owner: Principal) -> Binding | None:
    """The user's binding, under whichever of their ids: one consistent read."""
    return first_of(owner, find_many(record_keys(owner)))


def find_record(user_id: str) -> Record | None:
    """A user's record, consistently read."""
    item = BindingItem.find(*binding_key(user_id))
    return to_record(item) if item else None


def holding_of(account_no: str, found: Mapping[Key, Any]) -> Holding | None:
    """Who has an account, among what was read."""
    item = found.get(holding_key(account_no))
    return _to_holding(account_no, item) if item else None


def records_of(owner: Principal, found: Mapping[Key, Any]) -> list[Record]:
    """A person's records among what was read, ended ones too, the user's own id first."""
    items = (found.get(binding_key(owner_id)) for owner_id in owner.owner_ids)
    return [to_record(item) for item in items if item]


def first_of(owner: Principal, found: Mapping[Key, Any]) -> Binding | None:
    """The binding that holds among what was read, the user's own id first."""
    return next((record.binding for record in records_of(owner, found) if record.is_bound), None)


def add_move(transaction: Transaction, move: Move) -> None:
    """Who has the account from now on, and everybody who has not any more.

    *Closes*: two users binding one account at once (``holding``), one user binding two accounts at once (``record``), and a
    binding that ended or moved while this one was decided.
    """
    _add_record(transaction, move.seen, move.record)
    _add_holding(transaction, move)
    for ended in move.superseded:
        add_end(transaction, ended)
    for left in move.released:
        add_release(transaction, left)
    if move.displaced and move.seen_holding:
        _add_displacing(transaction, move.displaced, move.seen_holding, move.record)


def add_end(transaction: Transaction, ended: Record) -> None:
    """*Closes*: ending a binding that has changed since it was looked at."""
    transaction.put("ended", to_item(ended), BindingItem.version == ended.binding.version - 1)


def add_release(transaction: Transaction, seen: Record) -> None:
    """Nobody has the account any more. *Closes*: taking it from somebody else who has just bound it."""
    item = HoldingItem(*holding_key(seen.binding.account_no))
    own = (HoldingItem.user_id == seen.binding.user_id) & (HoldingItem.is_held == True)  # noqa: E712 - an expression
    actions = [HoldingItem.is_held.set(False), HoldingItem.version.set(HoldingItem.version + 1)]
    transaction.update("release", item, actions, own)


def _add_record(transaction: Transaction, seen: Record | None, record: Record) -> None:
    unchanged = BindingItem.version == seen.binding.version if seen else BindingItem.pk.does_not_exist()
    transaction.put("record", to_item(record), unchanged)


def _add_holding(transaction: Transaction, move: Move) -> None:
    seen = move.seen_holding
    unchanged = HoldingItem.version == seen.version if seen else HoldingItem.pk.does_not_exist()
    transaction.put("holding", _holding_item(move.holding, move.record.binding.bound_at), unchanged)


def _add_displacing(transaction: Transaction, user_id: str, seen: Holding, by: Record) -> None:
    """End somebody else's record without having read it: the account's item knows its version."""
    now = by.binding.bound_at
    ended = Ending(now, HowEnded.MOVED, by.binding.user_id)
    actions = [
        BindingItem.ended_at.set(to_text(now)),
        BindingItem.how_ended.set(ended.how.value),
        BindingItem.ended_by.set(ended.by),
        BindingItem.version.set(seen.binding_version + 1),
        BindingItem.status_key.set(status_key(ENDED)),
        BindingItem.created_at.set(to_text(now)),
        BindingItem.expires_at.set(to_epoch(_forgotten_at(now))),
    ]
    same = (BindingItem.version == seen.binding_version) & (BindingItem.account_no == seen.account_no)
    transaction.update("displaced", BindingItem(*binding_key(user_id)), actions, same)


def to_item(record: Record) -> BindingItem:
    """The stored form, with the indexes it belongs into."""
    bound, ending = record.binding, record.ending
    pk, sk = binding_key(bound.user_id)
    return BindingItem(
        pk,
        sk,
        user_id=bound.user_id,
        account_no=bound.account_no,
        staff_no=bound.staff_no,
        name_masked=bound.name_masked,
        phone=bound.phone,
        bound_at=to_text(bound.bound_at),
        ended_at=to_text(ending.at) if ending else None,
        how_ended=ending.how.value if ending else None,
        ended_by=ending.by if ending else None,
        end_reason=ending.reason or None if ending else None,
        version=bound.version,
        created_at=to_text(changed_at(record)),
        kind_key=KIND,
        status_key=status_key(ENDED if ending else BOUND),
        account_key=known_as_key(bound.account_no),
        owner_key=phone_key(bound.phone),
        expires_at=to_epoch(_forgotten_at(ending.at)) if ending else None,
    )


def to_record(item: Any) -> Record:
    """The domain's form."""
    binding = Binding(
        user_id=item.user_id,
        account_no=item.account_no,
        staff_no=item.staff_no,
        name_masked=item.name_masked,
        phone=item.phone,
        bound_at=from_text(item.bound_at),
        version=int(item.version),
    )
    if not item.ended_at:
        return Record(binding)
    return Record(
        binding, Ending(from_text(item.ended_at), HowEnded(item.how_ended), item.ended_by, item.end_reason or "")
    )


def changed_at(record: Record) -> datetime:
    """When it was bound, or ended."""
    return record.ending.at if record.ending else record.binding.bound_at


def status_key(status: str) -> str:
    """Partition of those bound, or ended."""
    return f"{KIND}#{status}"


def known_as_key(number: str) -> str:
    """Partition of an account's records by its number, and of its holding by the staff number."""
    return f"{KIND}#{number}"


def phone_key(phone: str) -> str:
    """Partition of the records that were proved with a phone."""
    return f"{KIND}#{phone}"


def holding_key(account_no: str) -> Key:
    """Key of who has an account."""
    return f"ACCOUNT#{account_no}", "BINDING"


def _holding_item(holding: Holding, changed_at: datetime) -> HoldingItem:
    pk, sk = holding_key(holding.account_no)
    return HoldingItem(
        pk,
        sk,
        user_id=holding.user_id,
        staff_no=holding.staff_no,
        is_held=holding.is_held,
        binding_version=holding.binding_version,
        version=holding.version,
        account_key=known_as_key(holding.staff_no),
        created_at=to_text(changed_at),
    )


def _to_holding(account_no: str, item: HoldingItem) -> Holding:
    return Holding(account_no, item.staff_no, item.user_id, item.is_held, int(item.binding_version), int(item.version))


def _forgotten_at(ended_at: datetime) -> datetime:
    """When an ended record may go."""
    return ended_at + timedelta(days=runtime.settings().personal_data_days)
