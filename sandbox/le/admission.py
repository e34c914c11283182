"""Whether LE takes a registration, from what it knows of order, vehicle and people: every refusal has its reason."""

from collections.abc import Iterable
from decimal import Decimal

from sandbox.house.members import tonnes
from sandbox.kit.clock import day_of, parse_iso
from sandbox.kit.store import Document
from sandbox.le.archives import Archives, declined
from sandbox.le.ledger import Ledger
from sandbox.le.orders import Orders, status_of
from sandbox.le.states import BUSY, WORDS

REASONS = (
    "ORDER_UNKNOWN",
    "ORDER_CLOSED",
    "ORDER_BLOCKED",
    "ORDER_NOT_VALID",
    "QTY_EXCEEDS_OPEN",
    "PRODUCT_MISMATCH",
    "VEHICLE_UNKNOWN",
    "DRIVER_UNKNOWN",
    "VEHICLE_EXPIRED",
    "DRIVER_EXPIRED",
    "PLATE_BUSY",
    "TYPE_MISMATCH",
    "DIFFERENCE_REASON_REQUIRED",
    "SITE_CLOSED",
)


class Admission:
    """LE's checks of a new or changed registration. All raise DECLINED."""

    def __init__(self, orders: Orders, archives: Archives) -> None:
        self._orders = orders
        self._archives = archives

    def check_goods(self, facts: Document, without: str | None = None) -> None:
        """Orders, product and quantity; the quantity of the registration `without` counts as free."""
        ledger = self._orders.ledger(without)
        for line in facts["lines"]:
            self._check_line(line, facts, ledger)

    def check_truck(self, facts: Document, registrations: Iterable[Document]) -> None:
        """Vehicles and people are filed and valid on the day, and the truck is not here already."""
        self._archives.require_known(facts)
        day = day_of(parse_iso(facts["arriveTo"]))
        for plate in filter(None, (facts["plateNo"], facts["trailerPlateNo"])):
            vehicle = self._archives.vehicle(plate)
            if vehicle and (vehicle["suspended"] or _last_day(_vehicle_days(vehicle)) < day):
                raise declined("VEHICLE_EXPIRED", f"车辆 {plate} 已停用，或到厂当天证件已过期")
        for person in filter(None, (facts["driver"], facts["escort"])):
            driver = self._archives.driver(person["driverNo"])
            if driver and (driver["suspended"] or _last_day(_driver_days(driver)) < day):
                raise declined("DRIVER_EXPIRED", f"{person['name']} 已停用，或到厂当天证件已过期")
        _check_free(facts["plateNo"], registrations)

    def _check_line(self, line: Document, facts: Document, ledger: Ledger) -> None:
        order = self._orders.get(line["orderNo"])
        known = next((one for one in order["lines"] if one["lineNo"] == line["lineNo"]), None) if order else None
        if order is None or known is None:
            raise declined("ORDER_UNKNOWN", f"没有订单 {line['orderNo']} 第 {line['lineNo']} 行")
        if order["type"] != facts["type"]:
            raise declined("TYPE_MISMATCH", f"订单 {order['orderNo']} 不是{_TYPE_WORDS[facts['type']]}订单")
        _check_order(order, facts, ledger)
        if known["productCode"] != facts["productCode"]:
            raise declined("PRODUCT_MISMATCH", f"订单 {order['orderNo']} 第 {line['lineNo']} 行不是这种货物")
        left = ledger.open_quantity(order["orderNo"], known)
        if Decimal(line["plannedQty"]) > left:
            raise declined("QTY_EXCEEDS_OPEN", f"订单 {order['orderNo']} 只剩 {tonnes(left)} 吨可登记")


_TYPE_WORDS = {"pickup": "提货", "delivery": "送货"}


def _check_order(order: Document, facts: Document, ledger: Ledger) -> None:
    number, status = order["orderNo"], status_of(order, ledger)
    if status == "closed":
        raise declined("ORDER_CLOSED", f"订单 {number} 已关闭")
    if status == "blocked":
        raise declined("ORDER_BLOCKED", f"订单 {number} 已冻结，请联系销售")
    first, last = (day_of(parse_iso(facts[name])) for name in ("arriveFrom", "arriveTo"))
    if first < order["validFrom"] or last > order["validTo"]:
        raise declined("ORDER_NOT_VALID", f"订单 {number} 的有效期是 {order['validFrom']} 至 {order['validTo']}")


def _check_free(plate: str, registrations: Iterable[Document]) -> None:
    for other in registrations:
        if other["plateNo"] == plate and other["status"] in BUSY:
            word = WORDS[other["status"]]
            raise declined("PLATE_BUSY", f"{plate} 还有未完成的登记 {other['registrationNo']}（{word}）")


def _vehicle_days(vehicle: Document) -> Iterable[str | None]:
    tank = vehicle["tank"] or {}
    return vehicle["certExpiry"], vehicle["inspectionExpiry"], tank.get("inspectionExpiry")


def _driver_days(driver: Document) -> Iterable[str | None]:
    return driver["licenceExpiry"], driver["qualificationExpiry"]


def _last_day(days: Iterable[str | None]) -> str:
    """The last day, which still counts, on which all are valid."""
    return min(day for day in days if day is not None)
