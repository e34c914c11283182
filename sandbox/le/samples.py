"""What LE knows on its first day: customers with orders, lanes, cards."""

from datetime import date, timedelta

from sandbox.kit.store import Document

DRIVER_PHONE, OTHER_DRIVER_PHONE = "13700005555", "13700006666"
CUSTOMERS = {
    "C1001": "福建闽清化工有限公司",
    "C1002": "长乐印染有限公司",
    "C1003": "福清水务处理有限公司",
    "C2001": "莆田盐业有限公司",
}
CARD_COUNT = 40
BOTH = [DRIVER_PHONE, OTHER_DRIVER_PHONE]


def order(
    number: str, customer: str, lines: list[tuple[str, str]], phones: list[str], days: tuple[str, str]
) -> Document:
    """An order for goods that customers fetch; `lines` are product and tonnes, `days` its first and last."""
    return {
        "orderNo": number,
        "type": "pickup",
        "customer": {"no": customer, "name": CUSTOMERS[customer]},
        "state": "open",
        "validFrom": days[0],
        "validTo": days[1],
        "phones": phones,
        "plates": [],
        "lines": [
            {"lineNo": str(10 * place), "productCode": product, "orderedQty": quantity, "issuedBefore": "0.000"}
            for place, (product, quantity) in enumerate(lines, 1)
        ],
    }


def orders(today: date) -> list[Document]:
    """Orders of several customers, most of them for both sample drivers; one blocked, one closed, one for next month."""
    days = (today - timedelta(days=7)).isoformat(), (today + timedelta(days=90)).isoformat()
    later = (today + timedelta(days=30)).isoformat(), days[1]
    started = order("SO2026110002", "C1001", [("NAOH32", "60.000")], BOTH, days)
    started["lines"][0]["issuedBefore"] = "15.500"
    delivery = order("PO2026110001", "C2001", [("SALT", "200.000")], BOTH, days) | {"type": "delivery"}
    blocked = order("SO2026110006", "C1002", [("HCL31", "30.000")], [DRIVER_PHONE], days) | {"state": "blocked"}
    closed = order("SO2026110007", "C1003", [("NAOH32", "30.000")], [DRIVER_PHONE], days) | {"state": "closed"}
    return [
        order("SO2026110001", "C1001", [("NAOH32", "120.000"), ("NAOH48", "60.000")], BOTH, days),
        started,
        order("SO2026110003", "C1002", [("HCL31", "90.000")], BOTH, days),
        order("SO2026110004", "C1003", [("CL2", "40.000")], [DRIVER_PHONE], days),
        order("SO2026110005", "C1003", [("NAOH32", "80.000"), ("HCL31", "30.000")], [OTHER_DRIVER_PHONE], days),
        blocked,
        closed,
        order("SO2026110008", "C1002", [("NAOH48", "50.000")], [DRIVER_PHONE], later),
        delivery,
    ]


def lanes() -> list[Document]:
    """Where trucks are loaded, and one where they are unloaded."""
    rows = [
        ("L1", "1 号鹤位（液碱）", ["NAOH32", "NAOH48"], 2),
        ("L2", "2 号鹤位（液碱）", ["NAOH32"], 2),
        ("L3", "3 号鹤位（盐酸）", ["HCL31"], 2),
        ("L4", "4 号鹤位（液氯）", ["CL2"], 1),
        ("U1", "卸货台（工业盐）", ["SALT"], 3),
    ]
    return [
        {"laneCode": code, "name": name, "productCodes": products, "maxQueue": room, "state": "open"}
        for code, name, products, room in rows
    ]


def cards() -> list[Document]:
    """A pool of numbered cards, all free."""
    numbers = (f"C{place:04d}" for place in range(1, CARD_COUNT + 1))
    return [{"cardNo": number, "state": "free", "registrationNo": None} for number in numbers]
