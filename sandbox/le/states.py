"""The life of a registration, as words and as allowed steps. Pure."""

from sandbox.kit.store import Document

WORDS = {
    "registered": "已登记",
    "card_issued": "已发卡",
    "queued": "排队中",
    "called": "已叫号",
    "entered": "已进厂",
    "tared": "已一次过磅",
    "loading": "装卸中",
    "weighed": "已过磅",
    "exited": "已出厂",
    "signed": "已签收",
    "cancelled": "已取消",
    "rejected": "已拒绝",
    "empty_out": "空车出厂",
}
BEFORE_ENTRY = ("registered", "card_issued", "queued", "called")
INSIDE_EMPTY = ("entered", "tared", "loading")
PLANNING = (*BEFORE_ENTRY, *INSIDE_EMPTY)
"""The planned quantity counts as promised."""
ISSUED = ("weighed", "exited", "signed")
"""The net weight counts as issued."""
BUSY = (*PLANNING, "weighed")
"""The plate is taken."""
CARD_DUE = ("cancelled", "rejected", "exited", "signed", "empty_out")
"""The card may come back."""
CHANGEABLE = ("registered", "card_issued", "queued")

# Action → (the states it starts from, the state it leads to). Each station checks the present state.
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "issue-card": (("registered",), "card_issued"),
    "report-in": (("card_issued",), "queued"),
    "call": (("queued",), "called"),
    "requeue": (("called",), "queued"),
    "enter": (("called",), "entered"),
    "tare": (("entered",), "tared"),
    "load": (("tared",), "loading"),
    "weigh": (("loading",), "weighed"),
    "exit": (("weighed",), "exited"),
    "empty-out": (INSIDE_EMPTY, "empty_out"),
    "reject": (BEFORE_ENTRY, "rejected"),
    "cancel": (BEFORE_ENTRY, "cancelled"),
    "sign-off": (("exited",), "signed"),
}
DISPATCHERS = tuple(action for action in STEPS if action not in ("cancel", "sign-off"))
"""What the product does itself is not the dispatcher's."""


def may(registration: Document, action: str) -> bool:
    """Whether the present state allows the action."""
    return registration["status"] in STEPS[action][0]
