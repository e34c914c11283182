"""The board's snapshot, and what lanes loaded a day; the conditions stand here with the races they close."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.table import Item, TableMeta, condition_failed, find_many
from chalicelib.domains.logistics.lanes.model import Board, Lane, Place, Truck
from chalicelib.domains.logistics.registrations.store import RegistrationItem, registration_key, to_registration

KEY = ("LANES", "BOARD")


class BoardItem(Item):
    """``LANES`` / ``BOARD``; ``content`` is deflated JSON: a full yard is 30 kB, and is read all the time."""

    class Meta(TableMeta):
        domain = "logistics"

    as_of = UnicodeAttribute()
    content = BinaryAttribute(legacy_encoding=False)


def find_board() -> Board | None:
    """The last snapshot; half the price of a consistent reading, which nobody needs here."""
    try:
        return _to_board(BoardItem.get(*KEY, consistent_read=False))
    except BoardItem.DoesNotExist:
        return None


def keep_board(board: Board) -> bool:
    """*Closes*: a slow reading replacing one that began later. ``False``: there is a newer one."""
    content = {"lanes": [asdict(lane) for lane in board.lanes], "trucks": _trucks_text(board.trucks)}
    packed = zlib.compress(json.dumps(content, default=to_text, ensure_ascii=False).encode())
    item = BoardItem(*KEY, as_of=to_text(board.as_of), content=packed)
    try:
        item.save(BoardItem.pk.does_not_exist() | (BoardItem.as_of < to_text(board.as_of)))
    except PutError as error:
        if condition_failed(error):
            return False
        raise
    return True


def trucks_of(registration_ids: Mapping[str, str]) -> dict[str, Truck | None]:
    """LE's number → whose the registration with our id is, in one call; ``None`` when it is not ours."""
    keys = {registration_key(ours): RegistrationItem for ours in registration_ids.values()}
    found = find_many(keys) if keys else {}
    return {number: _to_truck(found.get(registration_key(ours))) for number, ours in registration_ids.items()}


def _to_truck(item: RegistrationItem | None) -> Truck | None:
    if item is None:
        return None
    registration = to_registration(item)
    return Truck(registration.id, registration.owner_id, registration.truck.plate_number)


def _trucks_text(trucks: Mapping[str, Truck | None]) -> dict[str, Any]:
    return {number: asdict(truck) if truck else None for number, truck in trucks.items()}


def _to_board(item: BoardItem) -> Board:
    content: dict[str, Any] = json.loads(zlib.decompress(item.content))
    trucks = {number: Truck(**facts) if facts else None for number, facts in content["trucks"].items()}
    return Board(from_text(item.as_of), tuple(map(_to_lane, content["lanes"])), trucks)


def _to_lane(facts: dict[str, Any]) -> Lane:
    queue = tuple(Place(**{**place, "joined_at": _instant(place["joined_at"])}) for place in facts["queue"])
    return Lane(**{**facts, "product_codes": tuple(facts["product_codes"]), "queue": queue})


def _instant(text: str) -> datetime:
    return from_text(text)
