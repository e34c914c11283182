"""Telling the park: register an approved visit, change it, cancel it; ask again for one it has not decided.

Every call may be repeated (the adapter's keys see to that), so an attempt whose answer was lost is simply made again. The
park's answer and what it means for the visit are recorded in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import Entry, PushError
from chalicelib.core.outbox.worker import Done, Effect, Failed, Handler, Later, Outcome
from chalicelib.core.table import Transaction
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.notices import add_visit_notice
from chalicelib.domains.visitor.park import model
from chalicelib.domains.visitor.park.entries import reading_entry
from chalicelib.domains.visitor.park.model import ParkPush, Report
from chalicelib.domains.visitor.privacy.store import may_be_told_to_park
from chalicelib.domains.visitor.visit import ParkStatus, Status, Visit
from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.park.port import Declined, ParkAnswer, ParkPort, ParkVisit

Decide = Callable[[Visit, datetime], Visit | None]
_STATUSES = {"pending": ParkStatus.WAITING, "accepted": ParkStatus.ACCEPTED, "rejected": ParkStatus.REJECTED}


class ParkPusher:
    """The handlers of the park's queue; without a park (switched off) they let go of what still waits for it."""

    def __init__(self, park: ParkPort | None, reading_interval: timedelta, clock: Callable[[], datetime]) -> None:
        self._port = park
        self._interval = reading_interval
        self._clock = clock

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Kind of entry → handler."""
        return {
            ParkPush.REGISTER.value: self._guarded(self._register),
            ParkPush.CHANGE.value: self._guarded(self._change),
            ParkPush.CANCEL.value: self._guarded(self._cancel),
            ParkPush.READ.value: self._guarded(self._read),
        }

    def _guarded(self, handler: Callable[[ParkPort, Entry, Visit], Outcome]) -> Handler:
        """Sort the adapter's errors once, for all handlers."""

        def handle(entry: Entry) -> Outcome:
            visit = store.find_visit(entry.payload["visit_id"])
            if visit is None:
                return Failed(PushError("visit_missing", "the visit of this push does not exist"))
            if self._port is None:
                return Done(self._effect(visit.id, lambda found, _: model.switched_off(found)))
            try:
                return handler(self._port, entry, visit)
            except Refused as refusal:
                return self._refused(visit, refusal)
            except Retryable as trouble:
                return Later(_error(trouble), sent=entry.maybe_sent or trouble.sent)

        return handle

    def _register(self, park: ParkPort, entry: Entry, visit: Visit) -> Outcome:
        """A visit that is no longer wanted is not told; the cancellation behind finds what an earlier attempt left."""
        if visit.status is not Status.APPROVED or self._clock() >= visit.window.ends_at:
            return Done()
        if not may_be_told_to_park(visit.owner_id):
            return Done(self._effect(visit.id, lambda found, _: model.switched_off(found)))
        return self._answered(visit, park.register(park_visit(visit), _key(entry)))

    def _change(self, park: ParkPort, entry: Entry, visit: Visit) -> Outcome:
        """A visit that the park does not hold (it refused the first version) is registered instead."""
        if visit.status is not Status.APPROVED or self._clock() >= visit.window.ends_at:
            return Done()
        try:
            return self._answered(visit, park.change(park_visit(visit)))
        except Refused as refusal:
            if refusal.code != "park_visit_unknown":
                raise
            return self._register(park, entry, visit)

    def _cancel(self, park: ParkPort, entry: Entry, visit: Visit) -> Outcome:
        park.cancel(visit.id, _key(entry))
        return Done(self._effect(visit.id, model.cancelled))

    def _read(self, park: ParkPort, _entry: Entry, visit: Visit) -> Outcome:
        """Repairs lost events: asks until the park has decided or the visit is over."""
        is_over = visit.status is not Status.APPROVED or self._clock() >= visit.window.ends_at
        if is_over or visit.park.status is not ParkStatus.WAITING:
            return Done()
        found = park.find(visit.id)
        if found is None:
            error = PushError("park_visit_unknown", "the park has lost the visit")
            return Failed(error, self._effect(visit.id, lambda seen, now: model.failed(seen, error.code, None, now)))
        if found.decision == "pending":
            return Later(None, sent=False, after=self._interval)
        return self._answered(visit, found)

    def _answered(self, visit: Visit, answer: ParkAnswer) -> Outcome:
        """Record the park's word; while it has not decided, plan to ask again."""
        if answer.decision == "cancelled":
            error = PushError("park_state_conflict", "the park has cancelled the visit")
            return Failed(error, self._effect(visit.id, lambda seen, now: model.failed(seen, error.code, None, now)))
        report = Report(_STATUSES[answer.decision], answer.at, answer.park_visit_no, answer.reason or None)

        def effect(transaction: Transaction) -> None:
            changed = self._add(transaction, visit.id, lambda seen, now: model.reported(seen, report, now))
            if changed is not None and changed.park.status is ParkStatus.WAITING:
                now = self._clock()
                outbox.add(transaction, reading_entry(changed, now, now + self._interval))

        return Done(effect)

    def _refused(self, visit: Visit, refusal: Refused) -> Outcome:
        reason = refusal.reason if isinstance(refusal, Declined) else None
        effect = self._effect(visit.id, lambda seen, now: model.failed(seen, refusal.code, reason, now))
        return Failed(_error(refusal), effect)

    def _effect(self, visit_id: str, decide: Decide) -> Effect:
        """What a result means for the visit as it is when the result is recorded."""
        return lambda transaction: void(self._add(transaction, visit_id, decide))

    def _add(self, transaction: Transaction, visit_id: str, decide: Decide) -> Visit | None:
        return add_decision(transaction, visit_id, decide, self._clock())


def add_decision(transaction: Transaction, visit_id: str, decide: Decide, now: datetime) -> Visit | None:
    """The visit as it will be, with the notice it is worth; ``None`` when nothing changes."""
    visit = store.find_visit(visit_id)
    changed = decide(visit, now) if visit else None
    if visit is not None and changed is not None:
        store.add_visit_change(transaction, visit, changed)
        add_visit_notice(transaction, visit, changed, now)
    return changed


def park_visit(visit: Visit) -> ParkVisit:
    """What the park is told: the minimum, with nobody's face or ID number."""
    return ParkVisit(
        visit_no=visit.id,
        visitor_name=visit.visitor.name,
        phone=visit.visitor.phone,
        plate_number=visit.visitor.plate_number or "",
        host_name=visit.host.name,
        host_phone=visit.host.phone,
        purpose=visit.purpose,
        starts_at=visit.window.starts_at,
        ends_at=visit.window.ends_at,
        approved_at=visit.decided_at or visit.submitted_at,
        approved_by=visit.decided_by_name or "",
    )


def void(_: object) -> None:
    """An effect answers nothing."""


def _key(entry: Entry) -> str:
    return f"{entry.object_key}~{entry.sequence}"


def _error(cause: PeerError) -> PushError:
    return PushError(cause.code, cause.message)
