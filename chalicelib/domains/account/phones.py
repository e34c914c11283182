"""Work phones (工作手机): which user a number belongs to, one item a number, so that two users never share one.

An administrator enters them; nobody proves them by SMS, so a phone finds a colleague and opens nothing. Numbers are stored
as they are, as visits store theirs (the table is encrypted at rest, a look-up needs the number itself); lists and the audit
log hold them masked, an administrator who opens a user sees the whole number, addresses and logs never hold one.
"""

from __future__ import annotations

from dataclasses import replace

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.account.model import User, UserStatus


class PhoneItem(Item):
    """Whose number this is: ``PHONE#<11 digits>`` / ``PHONE``. ``status`` is the user's, written together with it, so that
    finding somebody who may still be asked is one read."""

    class Meta(TableMeta):
        domain = "account"

    user_id = UnicodeAttribute()
    status = UnicodeAttribute()


def find_user_by_phone(phone: str) -> str | None:
    """Id of the active user with this work phone (11 digits), in one consistent read."""
    item = PhoneItem.find(_key(phone), "PHONE")
    return item.user_id if item and item.status == UserStatus.ACTIVE.value else None


def find_holder(phone: str) -> str | None:
    """Id of the user with this work phone, whatever their status."""
    item = PhoneItem.find(_key(phone), "PHONE")
    return item.user_id if item else None


def add_phone_change(transaction: Transaction, seen: User, changed: User) -> None:
    """Keep the number's item in step with its user, in the user's own transaction.

    *Closes*: two administrators giving one number to two users at once (the later ``phone`` fails), and a number taken away
    from whoever got it meanwhile. Both conditions are on the number's item, which is the only place that says whose it is.
    """
    if (seen.phone, seen.status) == (changed.phone, changed.status):
        return
    if seen.phone and seen.phone != changed.phone:
        transaction.delete("old_phone", _to_item(seen.phone, seen), PhoneItem.user_id == seen.id)
    if changed.phone:
        free = PhoneItem.pk.does_not_exist() | (PhoneItem.user_id == changed.id)
        transaction.put("phone", _to_item(changed.phone, changed), free)


def add_phones_joined(transaction: Transaction, survivor: User, absorbed: User, merged: User) -> None:
    """Two users became one, who keeps one number: the survivor's, or else the other's, whose item is handed over. A number
    too many is free again. *Closes*: a number that went to somebody else while the two were read."""
    add_phone_change(transaction, survivor, replace(merged, phone=survivor.phone))
    if absorbed.phone and absorbed.phone == merged.phone:
        transaction.put("phone", _to_item(absorbed.phone, merged), PhoneItem.user_id == absorbed.id)
    elif absorbed.phone:
        transaction.delete("old_phone", _to_item(absorbed.phone, absorbed), PhoneItem.user_id == absorbed.id)


def _key(phone: str) -> str:
    return f"PHONE#{phone}"


def _to_item(phone: str, user: User) -> PhoneItem:
    return PhoneItem(_key(phone), "PHONE", user_id=user.id, status=user.status.value)
