"""The plant's gates: devices, what they can read, and the visitor privilege groups that contain them."""

from dataclasses import dataclass

CREDENTIALS = ("qr", "face", "plate", "card")
DEFAULT_GROUP = "visitor-gate-main"


@dataclass(frozen=True)
class Device:
    """A gate. kind: contract's device numbers (1 door, 4 car park, 5 face device); reads: credentials it can read."""

    code: str
    name: str
    place: str
    kind: int
    reads: tuple[str, ...]


@dataclass(frozen=True)
class PrivilegeGroup:
    """A visitor privilege group of the platform."""

    id: str
    name: str
    devices: tuple[str, ...]


DEVICES = (
    Device("east-turnstile-1", "东门人行通道 1", "东门", 5, ("face", "qr", "card")),
    Device("east-turnstile-2", "东门人行通道 2", "东门", 5, ("face", "qr", "card")),
    Device("east-barrier", "东门车行道闸", "东门", 4, ("plate", "qr")),
    Device("east-exit-turnstile", "东门出口人行通道", "东门", 5, ("face", "qr", "card")),
    Device("east-exit-barrier", "东门出口车行道闸", "东门", 4, ("plate", "qr")),
    Device("office-door", "综合楼门禁", "综合楼", 1, ("face", "qr", "card")),
    Device("production-turnstile", "氯碱生产区通道", "生产区", 5, ("face", "card")),
)
GROUPS = (
    PrivilegeGroup(
        "visitor-gate-main",
        "访客·厂区大门",
        (
            "east-turnstile-1",
            "east-turnstile-2",
            "east-barrier",
            "east-exit-turnstile",
            "east-exit-barrier",
            "office-door",
        ),
    ),
    PrivilegeGroup("visitor-production", "访客·生产区", ("production-turnstile",)),
)


def device(code: str) -> Device | None:
    """The device of that code."""
    return next((item for item in DEVICES if item.code == code), None)


def group(group_id: str) -> PrivilegeGroup | None:
    """The privilege group of that id."""
    return next((item for item in GROUPS if item.id == group_id), None)
