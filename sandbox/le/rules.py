"""What a registration, its change and its sign-off must look like; no look at what LE knows."""

from decimal import Decimal
from typing import Any

from sandbox.house import members
from sandbox.house.members import matching, moment, one_of, quantity, text, tonnes, wrong
from sandbox.kit.store import Document
from sandbox.le.archives import optional_plate, person_of
from sandbox.le.states import WORDS

UNIT = "t"
SIGN_TYPES = ("normal", "abnormal")
RETURN_REASONS = ("cancelled", "finished", "damaged")


def registration_facts(body: dict[str, Any]) -> Document:
    """Everything of a new registration."""
    goods = {
        "orderNo": matching(body, "orderNo", members.NUMBER),
        "lineNo": matching(body, "lineNo", members.NUMBER),
        "productCode": text(body, "productCode", 32),
    }
    return {
        "externalNo": matching(body, "externalNo", members.NUMBER),
        "type": one_of(body, "type", ("pickup", "delivery")),
        **goods,
        "unit": one_of(body, "unit", (UNIT,)),
        **planned(body, goods),
        "plateNo": matching(body, "plateNo", members.PLATE),
        "trailerPlateNo": optional_plate(body, "trailerPlateNo"),
        "driver": person_of(body, "driver", _qualification),
        "escort": None if body.get("escort") is None else person_of(body, "escort", _qualification),
        "waybillNo": None if body.get("waybillNo") is None else text(body, "waybillNo"),
    }


def planned(body: dict[str, Any], goods: Document) -> Document:
    """Quantity, lines and window: what a change may change. `goods` names the first order line."""
    total = quantity(body, "plannedQty")
    alone = [{"orderNo": goods["orderNo"], "lineNo": goods["lineNo"], "plannedQty": tonnes(total)}]
    lines = alone if body.get("lines") is None else _lines(body["lines"])
    _check_lines(lines, goods, total)
    if moment(body, "arriveTo") <= moment(body, "arriveFrom"):
        raise wrong("arriveTo")
    window = {name: body[name] for name in ("arriveFrom", "arriveTo")}
    return {"plannedQty": tonnes(total), "lines": lines, **window}


def expected_status(body: dict[str, Any]) -> str:
    """The state the caller believes in."""
    return one_of(body, "expectedStatus", WORDS)


def sign_off_facts(body: dict[str, Any]) -> Document:
    """Everything of a sign-off."""
    moment(body, "signedAt")
    one_of(body, "unit", (UNIT,))
    if body.get("netWeight") is not None:
        quantity(body, "netWeight")
    return {
        "signType": one_of(body, "signType", SIGN_TYPES),
        "signedQty": tonnes(quantity(body, "signedQty", Decimal(0))),
        "differenceReason": None if body.get("differenceReason") is None else text(body, "differenceReason", 200),
        "signer": text(body, "signer", 32),
        "signedAt": body["signedAt"],
        "photos": members.texts(body, "photos"),
    }


def _qualification(person: dict[str, Any]) -> Document:
    return {
        "qualificationNo": text(person, "qualificationNo"),
        "qualificationExpiry": members.day(person, "qualificationExpiry"),
    }


def _lines(lines: Any) -> list[Document]:
    if not isinstance(lines, list) or not lines:
        raise wrong("lines")
    return [
        {
            "orderNo": matching(line, "orderNo", members.NUMBER),
            "lineNo": matching(line, "lineNo", members.NUMBER),
            "plannedQty": tonnes(quantity(line, "plannedQty")),
        }
        for line in lines
    ]


def _check_lines(lines: list[Document], goods: Document, total: Decimal) -> None:
    """The first line is the registration's, none comes twice, together they are the planned quantity."""
    keys = [(line["orderNo"], line["lineNo"]) for line in lines]
    if keys[0] != (goods["orderNo"], goods["lineNo"]) or len(set(keys)) != len(keys):
        raise wrong("lines")
    if sum(Decimal(line["plannedQty"]) for line in lines) != total:
        raise wrong("plannedQty: not the sum of lines")
