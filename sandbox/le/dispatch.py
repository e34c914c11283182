"""What the dispatcher and the stations do: one action is one step of one registration, and the product is told."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Protocol

from sandbox.house import members
from sandbox.house.errors import HouseError
from sandbox.house.members import tonnes
from sandbox.kit.store import Document
from sandbox.le.memory import Memory
from sandbox.le.registering import Desk
from sandbox.le.registrations import Registrations
from sandbox.le.states import CARD_DUE, DISPATCHERS, STEPS, WORDS, may
from sandbox.le.yard import Yard

USUAL_TARE = Decimal("15.000")
HEAVIEST = Decimal("100")
ACTION_WORDS = {
    "issue-card": "发卡",
    "report-in": "报到",
    "call": "叫号",
    "requeue": "重新排队",
    "enter": "进厂",
    "tare": "一次过磅",
    "load": "开始装卸",
    "weigh": "二次过磅",
    "exit": "出厂",
    "empty-out": "空车出厂",
    "reject": "拒绝",
    "take-card": "收卡",
}


class NotNow(Exception):
    """An action that the present state does not allow; the text is for the dispatcher."""


class Stock(Protocol):
    """The tank farm, as far as trucks change it."""

    def loading(self, registration: Document) -> None:
        """A truck begins to load or unload."""

    def weighed(self, registration: Document) -> None:
        """The net weight is known."""

    def emptied(self, registration: Document) -> None:
        """A truck leaves with what it came with."""


class Dispatcher:
    """Raises HouseError for an unknown registration, NotNow for an action out of turn."""

    def __init__(self, memory: Memory, registrations: Registrations, desk: Desk, yard: Yard, stock: Stock) -> None:
        self._memory = memory
        self._registrations = registrations
        self._desk = desk
        self._yard = yard
        self._stock = stock
        self._work: dict[str, Callable[[Document, dict[str, Any]], Document]] = {
            "issue-card": self._issue_card,
            "report-in": self._queue,
            "requeue": self._queue,
            "call": self._call,
            "tare": self._tare,
            "load": self._load,
            "weigh": self._weigh,
            "empty-out": self._empty_out,
            "reject": self._reject,
        }

    def actions(self, registration: Document) -> list[str]:
        """What can be done now."""
        possible = [action for action in DISPATCHERS if may(registration, action)]
        return [*possible, "take-card"] if _card_is_due(registration) else possible

    def act(self, number: str, action: str, body: dict[str, Any]) -> Document:
        """One step."""
        registration = self._registrations.find(number)
        if action not in self.actions(registration):
            raise NotNow(f"这条登记现在是「{WORDS[registration['status']]}」，不能{ACTION_WORDS[action]}")
        if action == "take-card":
            return self._desk.take_card(registration, body.get("damaged") is True)
        if action in self._work:
            return self._work[action](registration, body)
        return self._registrations.move(registration, STEPS[action][1])

    def _issue_card(self, registration: Document, _: dict[str, Any]) -> Document:
        issued = self._desk.issue_card(registration)
        if issued is None:
            raise NotNow("没有空闲的卡")
        return issued

    def _queue(self, registration: Document, _: dict[str, Any]) -> Document:
        place = {"queuePlace": self._memory.count("queue-place"), "joinedAt": self._memory.now()}
        return self._registrations.move(registration, "queued", laneCode=None, **place)

    def _call(self, registration: Document, body: dict[str, Any]) -> Document:
        code = body.get("laneCode") or next(iter(self._yard.lanes_for(registration)), None)
        lane = self._yard.find(str(code))
        if lane is None:
            raise NotNow("没有这条通道" if code else "现在没有可以叫号的通道")
        if reason := self._yard.why_not(lane, registration):
            raise NotNow(reason)
        now = self._memory.now()
        return self._registrations.move(registration, "called", laneCode=lane["laneCode"], calledAt=now)

    def _tare(self, registration: Document, body: dict[str, Any]) -> Document:
        """The first weighing: empty for a pickup, full for a delivery."""
        delivers = registration["type"] == "delivery"
        usual = USUAL_TARE + Decimal(registration["plannedQty"]) if delivers else USUAL_TARE
        weight = _weight(body, "weight", usual)
        return self._registrations.move(registration, "tared", **{"grossWeight" if delivers else "tareWeight": weight})

    def _load(self, registration: Document, _: dict[str, Any]) -> Document:
        changed = self._registrations.move(registration, "loading")
        self._stock.loading(changed)
        return changed

    def _weigh(self, registration: Document, body: dict[str, Any]) -> Document:
        """The second weighing; `netWeight` is what was planned unless it is given."""
        net = _weight(body, "netWeight", Decimal(registration["plannedQty"]))
        weights = _other_weight(registration, Decimal(net))
        issue_no = self._memory.dated_number("I")
        changed = self._registrations.move(registration, "weighed", netWeight=net, issueNo=issue_no, **weights)
        self._stock.weighed(changed)
        return changed

    def _empty_out(self, registration: Document, _: dict[str, Any]) -> Document:
        changed = self._registrations.move(registration, "empty_out")
        self._stock.emptied(changed)
        return changed

    def _reject(self, registration: Document, body: dict[str, Any]) -> Document:
        reason = str(body.get("reason") or "").strip()
        if not reason:
            raise NotNow("请写明拒绝的原因")
        return self._registrations.move(registration, "rejected", reason=reason[:100])


def _card_is_due(registration: Document) -> bool:
    return (
        registration["status"] in CARD_DUE and registration["cardNo"] is not None and not registration["cardReturned"]
    )


def _weight(body: dict[str, Any], member: str, usual: Decimal) -> str:
    """Tonnes given by hand, or the usual. NotNow when they are no weight."""
    if body.get(member) in (None, ""):
        return tonnes(usual)
    try:
        given = members.quantity(body, member)
    except HouseError:
        raise NotNow("重量是吨数，最多三位小数") from None
    if given > HEAVIEST:
        raise NotNow(f"重量不能超过 {HEAVIEST} 吨")
    return tonnes(given)


def _other_weight(registration: Document, net: Decimal) -> dict[str, str]:
    """Gross of a pickup from tare, tare of a delivery from gross. NotNow when a delivery weighs more than the truck."""
    if registration["type"] == "pickup":
        return {"grossWeight": tonnes(Decimal(registration["tareWeight"]) + net)}
    tare = Decimal(registration["grossWeight"]) - net
    if tare <= 0:
        raise NotNow("净重不能超过毛重")
    return {"tareWeight": tonnes(tare)}
