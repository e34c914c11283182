"""Orders made and changed by hand."""

from datetime import date, timedelta
from typing import Any

from sandbox.house import members
from sandbox.house.errors import HouseError
from sandbox.house.plant import PRODUCTS
from sandbox.kit.store import Document
from sandbox.le.memory import ORDER, Memory
from sandbox.le.samples import CUSTOMERS, order

ORDER_STATES = {"block": "blocked", "close": "closed", "reopen": "open"}
USUAL_DAYS = 30
MEMBER_WORDS = {
    "phone": "手机号",
    "customerNo": "客户",
    "lines": "订单行",
    "productCode": "货物",
    "quantity": "数量（吨，最多三位小数）",
    "type": "类型",
    "validFrom": "有效期起",
    "validTo": "有效期止",
    "plateNo": "车牌",
}


class Unusable(ValueError):
    """The description of an order cannot be used; the text says what is wrong."""


def customers() -> list[Document]:
    """Whom an order can be for."""
    return [{"no": number, "name": name} for number, name in CUSTOMERS.items()]


def new_order(memory: Memory, body: dict[str, Any]) -> Document:
    """{"phone", "lines": [{"productCode", "quantity"}], "customerNo"?, "type"?, "validFrom"?, "validTo"?, "plateNo"?}."""
    try:
        facts = _facts(body, date.fromisoformat(memory.today()))
    except HouseError as error:
        raise Unusable(f"{_member_word(error.message)}不对") from None
    memory.all(ORDER)  # The samples come first.
    letters = "SO" if facts["type"] == "pickup" else "PO"
    place = memory.count("order")
    number = f"{letters}{memory.today().replace('-', '')}{place:04d}"
    return memory.put(ORDER, number, {**facts, "orderNo": number, "place": place})


def set_order_state(memory: Memory, number: str, state: str) -> Document:
    """By hand. Raises HouseError NOT_FOUND."""
    known = memory.get(ORDER, number)
    if known is None:
        raise HouseError("NOT_FOUND", "no such order")
    return memory.put(ORDER, number, {**known, "state": state})


def _facts(body: dict[str, Any], today: date) -> Document:
    filled = {
        "customerNo": next(iter(CUSTOMERS)),
        "type": "pickup",
        "validFrom": today.isoformat(),
        "validTo": (today + timedelta(days=USUAL_DAYS)).isoformat(),
        **{name: value for name, value in body.items() if value not in (None, "")},
    }
    phone = members.matching(filled, "phone", members.PHONE)
    customer = members.one_of(filled, "customerNo", CUSTOMERS)
    days = members.day(filled, "validFrom"), members.day(filled, "validTo")
    if days[1] < days[0]:
        raise members.wrong("validTo")
    facts = order("", customer, _lines(filled.get("lines")), [phone], days)
    plates = [members.matching(filled, "plateNo", members.PLATE)] if "plateNo" in filled else []
    return {**facts, "type": members.one_of(filled, "type", ("pickup", "delivery")), "plates": plates}


def _lines(lines: Any) -> list[tuple[str, str]]:
    if not isinstance(lines, list) or not lines:
        raise members.wrong("lines")
    return [
        (members.one_of(line, "productCode", PRODUCTS), members.tonnes(members.quantity(line, "quantity")))
        for line in lines
    ]


def _member_word(message: str) -> str:
    name = message.removeprefix("wrong member: ")
    return MEMBER_WORDS.get(name, name)
