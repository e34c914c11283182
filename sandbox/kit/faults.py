"""Faults that are switched on for some calls: delay, lost answer, 5xx, refusal, garbage, down."""

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.kit.store import Store

KINDS = ("delay", "lost_answer", "http_502", "error_code", "not_json", "data_null", "down")


class BadFault(ValueError):
    """The description of a fault cannot be used."""


@dataclass(frozen=True)
class Fault:
    """One switched-on fault.

    path: prefix of the request path, `*` for all. seconds: for delay. code: for error_code. times: calls left, None
    for until removed. after_commit: the call is carried out first, then answered wrongly (http_502, error_code,
    not_json), or late (delay); lost_answer and data_null always commit, down and delay-then-nothing-else never interfere with it.
    """

    id: str
    path: str
    kind: str
    seconds: float = 0.0
    code: str | None = None
    times: int | None = None
    after_commit: bool = False

    def matches(self, path: str) -> bool:
        """True when this fault applies to the request path."""
        return self.path == "*" or path.startswith(self.path)


class FaultBook:
    """The faults of one system."""

    def __init__(self, store: Store, system: str) -> None:
        self._store = store
        self._kind = f"{system}.faults"

    def listed(self) -> list[Fault]:
        """Oldest first."""
        return [Fault(**doc) for doc in self._store.all(self._kind)]

    def add(self, body: dict[str, Any]) -> Fault:
        """Switch a fault on; BadFault when the description is incomplete."""
        fault = _fault_from(body)
        self._store.put(self._kind, fault.id, asdict(fault))
        return fault

    def remove(self, fault_id: str) -> bool:
        """Switch one off; False when it was not on."""
        return self._store.delete(self._kind, fault_id)

    def clear(self) -> None:
        """Switch all off."""
        self._store.clear(self._kind)

    def take(self, path: str) -> list[Fault]:
        """The faults this call meets; limited ones are used up by one."""
        met = [fault for fault in self.listed() if fault.matches(path)]
        for fault in met:
            self._use_up(fault)
        return met

    def _use_up(self, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times <= 1:
            self._store.delete(self._kind, fault.id)
        else:
            self._store.put(self._kind, fault.id, {**asdict(fault), "times": fault.times - 1})


def _fault_from(body: dict[str, Any]) -> Fault:
    path, kind = body.get("path", "*"), body.get("kind")
    if kind not in KINDS:
        raise BadFault(f"kind 必须是 {' | '.join(KINDS)}")
    if not isinstance(path, str) or not (path == "*" or path.startswith("/")):
        raise BadFault("path 必须是 * 或以 / 开头的前缀")
    seconds, times, code = body.get("seconds", 0), body.get("times"), body.get("code")
    if not isinstance(seconds, (int, float)) or not 0 <= seconds <= 600:
        raise BadFault("seconds 必须在 0 到 600 之间")
    if kind == "delay" and seconds == 0:
        raise BadFault("delay 需要 seconds")
    if times is not None and (not isinstance(times, int) or times < 1):
        raise BadFault("times 必须是正整数")
    if kind == "error_code" and code in (None, ""):
        raise BadFault("error_code 需要 code")
    after = body.get("after_commit", False)
    return Fault(secrets.token_hex(4), path, kind, float(seconds), _text(code), times, after is True)


def _text(code: Any) -> str | None:
    return None if code is None else str(code)
