"""The canteen's accounts on its first day: the plant's staff, as the person register knows them."""

from collections.abc import Iterator

from sandbox.kit.store import Document
from sandbox.people import STAFF

FROZEN, CLOSED = "李娜", "赵已离"
REPLACED_CARD = "A1002"
"""Has had a card before, which is cancelled."""
BALANCES = {
    "A1001": (3_250, 0),
    "A1002": (12_600, 3_000),
    "A1003": (5_000, 0),
    "A1004": (2_000, 0),
    "A1005": (820, 1_500),
    "A1008": (8_800, 6_000),
    "A1009": (1_500, 0),
}
"""Own money and subsidy in fen, by job number."""
USUAL = (5_000, 2_000)


def accounts() -> Iterator[Document]:
    """Account and card numbers end in the digits of the job number."""
    for staff in STAFF:
        digits = staff.job_number[1:]
        cash, subsidy = (0, 0) if staff.name == CLOSED else BALANCES.get(staff.job_number, USUAL)
        cards = [{"cardNo": f"8801{digits}", "status": "cancelled" if staff.name == CLOSED else "normal"}]
        if staff.job_number == REPLACED_CARD:
            cards.append({"cardNo": "88000917", "status": "cancelled"})
        yield {
            "accountNo": f"6001{digits}",
            "staffNo": staff.job_number,
            "name": staff.name,
            "phone": staff.phone,
            "personId": staff.person_id,
            "status": {FROZEN: "frozen", CLOSED: "closed"}.get(staff.name, "normal"),
            "cards": cards,
            "purses": {"cash": cash, "subsidy": subsidy},
        }
