"""What the product does with registrations: make, change, cancel, return the card, sign off."""

from decimal import Decimal
from typing import Any

from sandbox.house.errors import HouseError
from sandbox.house.members import NUMBER, matching, one_of, text, tonnes
from sandbox.kit.store import Document
from sandbox.le import rules
from sandbox.le.admission import Admission
from sandbox.le.archives import check_site, declined
from sandbox.le.cards import Cards
from sandbox.le.memory import Memory
from sandbox.le.registrations import Registrations, shown
from sandbox.le.states import CARD_DUE, CHANGEABLE, WORDS, may


class Desk:
    """Each call checks everything before it writes anything. Raises HouseError."""

    def __init__(self, memory: Memory, registrations: Registrations, cards: Cards, admission: Admission) -> None:
        self._memory = memory
        self._registrations = registrations
        self._cards = cards
        self._admission = admission

    def register(self, body: dict[str, Any]) -> Document:
        """POST /registrations."""
        facts = rules.registration_facts(body)
        check_site(body)
        held = self._registrations.all()
        _refuse_second(facts["externalNo"], held)
        closed = str(self._memory.knobs.get("closed_reason"))
        if closed:
            raise declined("SITE_CLOSED", closed)
        self._admission.check_goods(facts)
        self._admission.check_truck(facts, held)
        return shown(self._with_card(self._registrations.add(facts)))

    def change(self, number: str, body: dict[str, Any]) -> Document:
        """POST …/change."""
        registration = self._expected(number, body)
        planned = rules.planned(body, registration)
        if registration["status"] not in CHANGEABLE:
            raise conflict(registration)
        self._admission.check_goods({**registration, **planned}, without=number)
        return shown(self._registrations.change(registration, **planned))

    def cancel(self, number: str, body: dict[str, Any]) -> Document:
        """POST …/cancel."""
        registration = self._expected(number, body)
        reason = text(body, "reason", 200)
        if not may(registration, "cancel"):
            raise conflict(registration)
        return shown(self._registrations.move(registration, "cancelled", reason=reason))

    def return_card(self, number: str, body: dict[str, Any]) -> Document:
        """POST …/return-card; the second time changes nothing."""
        registration = self._registrations.find(number)
        card_no = matching(body, "cardNo", NUMBER)
        reason = one_of(body, "reason", rules.RETURN_REASONS)
        if registration["cardNo"] != card_no:
            raise HouseError("CARD_MISMATCH", "not this registration's card", registration["cardNo"])
        if registration["status"] not in CARD_DUE:
            raise conflict(registration)
        return shown(self.take_card(registration, reason == "damaged"))

    def take_card(self, registration: Document, damaged: bool) -> Document:
        """The card is back, once."""
        if registration["cardReturned"]:
            return registration
        self._cards.take_back(registration["cardNo"], damaged)
        return self._registrations.change(registration, cardReturned=True)

    def sign_off(self, number: str, body: dict[str, Any]) -> Document:
        """POST …/sign-off."""
        registration = self._registrations.find(number)
        facts = rules.sign_off_facts(body)
        if registration["status"] == "signed":
            raise HouseError("ALREADY_SIGNED", "signed before", data=_result(registration))
        if not may(registration, "sign-off"):
            raise conflict(registration)
        difference = Decimal(facts["signedQty"]) - Decimal(registration["netWeight"])
        if abs(difference) > self._tolerance(registration) and facts["differenceReason"] is None:
            raise declined("DIFFERENCE_REASON_REQUIRED", f"签收数量与净重相差 {tonnes(abs(difference))} 吨，请说明原因")
        facts |= {"difference": tonnes(difference), "erpDocumentNo": f"49{self._memory.count('erp'):08d}"}
        return _result(self._registrations.move(registration, "signed", signedQty=facts["signedQty"], signOff=facts))

    def issue_card(self, registration: Document) -> Document | None:
        """Card and queue number; None when every card is out."""
        card_no = self._cards.issue(registration["registrationNo"])
        if card_no is None:
            return None
        queue_no = f"A{self._memory.count('queue' + self._memory.today()):03d}"
        return self._registrations.move(registration, "card_issued", cardNo=card_no, queueNo=queue_no)

    def _with_card(self, registration: Document) -> Document:
        automatic = self._memory.knobs.get("auto_card")
        return (self.issue_card(registration) if automatic else None) or registration

    def _expected(self, number: str, body: dict[str, Any]) -> Document:
        registration = self._registrations.find(number)
        if rules.expected_status(body) != registration["status"]:
            raise conflict(registration)
        return registration

    def _tolerance(self, registration: Document) -> Decimal:
        percent = Decimal(str(self._memory.knobs.get("tolerance_percent")))
        return Decimal(registration["netWeight"]) * percent / 100


def conflict(registration: Document) -> HouseError:
    """STATE_CONFLICT that names the present state."""
    status = registration["status"]
    return HouseError("STATE_CONFLICT", f"登记现在是「{WORDS[status]}」", status)


def _refuse_second(external_no: str, held: list[Document]) -> None:
    for other in held:
        if other["externalNo"] == external_no:
            raise HouseError("STATE_CONFLICT", "LE holds a registration of this externalNo", other["registrationNo"])


def _result(registration: Document) -> Document:
    signed = registration["signOff"]
    return {
        "registrationNo": registration["registrationNo"],
        "status": "signed",
        "signedQty": signed["signedQty"],
        "deliveredQty": registration["netWeight"],
        "difference": signed["difference"],
        "erpDocumentNo": signed["erpDocumentNo"],
        "signedAt": signed["signedAt"],
        "seq": registration["seq"],
    }
