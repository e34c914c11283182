"""Orders as LE answers them."""

from typing import Any

from sandbox.house.errors import HouseError
from sandbox.house.lists import page_of
from sandbox.house.members import tonnes, wrong
from sandbox.house.plant import PRODUCTS
from sandbox.kit.store import Document
from sandbox.le.ledger import Ledger, ledger_of
from sandbox.le.memory import ORDER, REGISTRATION, Memory

STATUSES = ("open", "partly", "closed", "blocked")
TYPES = ("pickup", "delivery")


class Orders:
    """By number."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def get(self, number: str) -> Document | None:
        """The order as kept."""
        return self._memory.get(ORDER, number)

    def ledger(self, without: str | None = None) -> Ledger:
        """What the registrations take of all orders."""
        return ledger_of(self._memory.all(REGISTRATION), without)

    def find(self, number: str) -> Document:
        """NOT_FOUND when LE does not have it."""
        order = self.get(number)
        if order is None:
            raise HouseError("NOT_FOUND", "no such order")
        return shown(order, self.ledger())

    def page(self, query: dict[str, str]) -> dict[str, Any]:
        """Those that fit the filters, in the order in which they came to LE."""
        _check(query)
        ledger = self.ledger()
        fitting = [order for order in self._memory.all(ORDER) if _fits(order, ledger, query)]
        page = page_of(fitting, lambda order: int(order["place"]), query)
        return {**page, "items": [shown(order, ledger) for order in page["items"]]}

    def everything(self) -> list[Document]:
        """All orders with whose they are, newest first: the console's."""
        ledger = self.ledger()
        more = ("phones", "plates", "state")
        orders = self._memory.all(ORDER)[::-1]
        return [{**shown(order, ledger), **{name: order[name] for name in more}} for order in orders]


def status_of(order: Document, ledger: Ledger) -> str:
    """Blocked and closed by hand, or closed because everything was issued."""
    if order["state"] != "open":
        return str(order["state"])
    number, lines = order["orderNo"], order["lines"]
    if all(ledger.outstanding(number, line) <= 0 for line in lines):
        return "closed"
    return "partly" if any(ledger.issued_of(number, line) > 0 for line in lines) else "open"


def shown(order: Document, ledger: Ledger) -> Document:
    """An order as the API answers it."""
    facts = {name: order[name] for name in ("orderNo", "type", "customer", "validFrom", "validTo")}
    lines = [_line(order["orderNo"], line, ledger) for line in order["lines"]]
    return {**facts, "status": status_of(order, ledger), "lines": lines}


def _line(order_no: str, line: Document, ledger: Ledger) -> Document:
    product = PRODUCTS[line["productCode"]]
    return {
        "lineNo": line["lineNo"],
        "productCode": product.code,
        "productName": product.name,
        "hazardous": bool(product.hazard_class),
        "hazardClass": product.hazard_class or None,
        "unNo": product.un_number or None,
        "orderedQty": line["orderedQty"],
        "openQty": tonnes(ledger.open_quantity(order_no, line)),
        "unit": "t",
    }


def _check(query: dict[str, str]) -> None:
    for name, words in (("status", STATUSES), ("type", TYPES)):
        if query.get(name) and query[name] not in words:
            raise wrong(name)


def _fits(order: Document, ledger: Ledger, query: dict[str, str]) -> bool:
    def wanted(name: str, is_so: bool) -> bool:
        return not query.get(name) or is_so

    return (
        wanted("driverPhone", query.get("driverPhone") in order["phones"])
        and wanted("plateNo", query.get("plateNo") in order["plates"])
        and wanted("customerNo", query.get("customerNo") == order["customer"]["no"])
        and wanted("type", query.get("type") == order["type"])
        and wanted("status", query.get("status") == status_of(order, ledger))
    )
