"""LE's refusals as errors of the port."""

from __future__ import annotations

from chalicelib.integrations.errors import Refused
from chalicelib.integrations.house.client import Refusal
from chalicelib.integrations.house.members import Unreadable
from chalicelib.integrations.le import answers
from chalicelib.integrations.le.port import LeDeclined, LeSigned, LeStateConflict

DECLINED = {
    "ORDER_UNKNOWN": "le_order_unknown",
    "ORDER_CLOSED": "le_order_closed",
    "ORDER_BLOCKED": "le_order_blocked",
    "ORDER_NOT_VALID": "le_order_not_valid",
    "QTY_EXCEEDS_OPEN": "le_quantity_exceeds_open",
    "PRODUCT_MISMATCH": "le_product_mismatch",
    "TYPE_MISMATCH": "le_type_mismatch",
    "VEHICLE_UNKNOWN": "le_vehicle_unknown",
    "VEHICLE_EXPIRED": "le_vehicle_expired",
    "DRIVER_UNKNOWN": "le_driver_unknown",
    "DRIVER_EXPIRED": "le_driver_expired",
    "PLATE_BUSY": "le_plate_busy",
    "DIFFERENCE_REASON_REQUIRED": "le_difference_reason_required",
}
"""The ``reason`` of a 422 → our code."""
_CODES = {
    "NOT_FOUND": "le_registration_unknown",
    "CARD_MISMATCH": "le_card_mismatch",
    "ALREADY_SIGNED": "le_signed_otherwise",
}


class AlreadySigned(Refused):
    """Signed before; ``first`` is the result then, ``None`` when LE's answer does not tell it."""

    def __init__(self, first: LeSigned | None) -> None:
        super().__init__("le_signed_otherwise", "signed before", "le", peer_code="ALREADY_SIGNED")
        self.first = first


def refused(said: Refusal) -> Refused:
    """The error of a final refusal."""
    if said.status == 422:
        reason = said.reason if said.reason in DECLINED else said.redacted(said.reason)
        code = DECLINED.get(said.reason, "le_declined")
        return LeDeclined(code, said.redacted(said.message), said.peer, reason, said.message)
    if said.code == "STATE_CONFLICT":
        return LeStateConflict(said.redacted(said.message), said.peer, said.reason)
    if said.code == "ALREADY_SIGNED":
        return AlreadySigned(_first(said))
    return said.plain(_CODES)


def _first(said: Refusal) -> LeSigned | None:
    try:
        return answers.signed(said.data)
    except Unreadable:
        return None
