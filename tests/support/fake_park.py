"""A park's platform in memory behind the park port: one visit a number, first answers kept by key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.integrations.errors import Refused, Retryable
from chalicelib.integrations.park.port import Decision, Declined, ParkAnswer, ParkVisit


@dataclass
class Held:
    """What the platform holds of a visit."""

    visit: ParkVisit
    answer: ParkAnswer


@dataclass
class FakePark:
    """``trouble`` is called with (operation, "before" | "after") and may raise: the fault wrapper's hook."""

    clock: Callable[[], datetime]
    decides: Decision = "accepted"
    held: dict[str, Held] = field(default_factory=dict)
    first_answers: dict[tuple[str, str], ParkAnswer] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    down: bool = False
    declines_with: str | None = None
    refuses_with: str | None = None
    trouble: Callable[[str, str], None] = lambda operation, moment: None

    def register(self, visit: ParkVisit, key: str) -> ParkAnswer:
        """The same key and content get the first answer; another content for the same number is already held."""
        self._enter("register")
        asked = (key, repr(visit))
        if asked not in self.first_answers:
            if visit.visit_no not in self.held:
                self.held[visit.visit_no] = Held(visit, self._answer(f"P{len(self.held)}"))
            self.first_answers[asked] = self.held[visit.visit_no].answer
        self.trouble("register", "after")
        return self.first_answers[asked]

    def change(self, visit: ParkVisit) -> ParkAnswer:
        """Decided anew."""
        self._enter("change")
        known = self.held.get(visit.visit_no)
        if known is None:
            raise Refused("park_visit_unknown", "none", "park")
        self.held[visit.visit_no] = Held(visit, self._answer(known.answer.park_visit_no))
        self.trouble("change", "after")
        return self.held[visit.visit_no].answer

    def cancel(self, visit_no: str, key: str) -> None:
        """Safe to repeat."""
        self._enter("cancel")
        self.decide(visit_no, "cancelled")
        self.trouble("cancel", "after")

    def find(self, visit_no: str) -> ParkAnswer | None:
        """What it holds."""
        self._enter("find")
        self.trouble("find", "after")
        known = self.held.get(visit_no)
        return known.answer if known else None

    def decide(self, visit_no: str, decision: Decision, reason: str = "") -> None:
        """The committee decides, or the enterprise cancelled."""
        known = self.held.get(visit_no)
        if known is not None:
            answer = replace(known.answer, decision=decision, reason=reason, at=self.clock())
            self.held[visit_no] = Held(known.visit, answer)

    def lets_in(self, visit_no: str) -> bool:
        """Whether the visitor would get through the park's gate."""
        known = self.held.get(visit_no)
        return known is not None and known.answer.decision == "accepted"

    def _answer(self, number: str) -> ParkAnswer:
        return ParkAnswer(number, self.decides, self.clock())

    def _enter(self, operation: str) -> None:
        self.calls.append(operation)
        if self.down:
            raise Retryable("park_down", "connection refused", "park", sent=False)
        self.trouble(operation, "before")
        if self.declines_with:
            raise Declined("park_declined", "declined", "park", self.declines_with)
        if self.refuses_with:
            raise Refused(self.refuses_with, "refused", "park")
