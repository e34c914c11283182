"""Telling the gate: register an approved visit, wait for its rights, revoke a cancelled or ended one.

The platform has no idempotency key, and any call's answer can be lost or the process die behind it. So:

* an entry that may have reached the platform before (``maybe_sent``) asks for the record first; only after three readings
  that find nothing is the visit registered again (peers.md A7);
* the purpose sent to the platform ends with our number of the visit: by it a record is known as this visit's, and not as
  that of an earlier reservation of the same person for the same time;
* "already registered" is answered by the same query: our own record is adopted. Another one may be of a visit that is being
  revoked, so it is waited for; if it stays, it is a clash;
* an adopted order is claimed for one visit, so that two visits never share it;
* a visit cancelled or over while the platform was being called keeps its order id, and the revocation behind it uses it;
* a revocation without an order id looks for the record too, so that no right outlives its visit;
* a changed visit is registered only once the revocation of the version it replaces is done. Order sees to that unless the
  revocation failed for good: then the registration fails visibly, too, until somebody sends both again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import Entry, PushError, State, new_entry
from chalicelib.core.outbox.wake import enqueue
from chalicelib.core.outbox.worker import Done, Effect, Failed, Handler, Later, Outcome
from chalicelib.core.table import Transaction
from chalicelib.domains.visitor import model, store
from chalicelib.domains.visitor.model import Change, Push
from chalicelib.domains.visitor.notices import add_visit_notice
from chalicelib.domains.visitor.park.entries import park_entry
from chalicelib.domains.visitor.privacy import identity
from chalicelib.domains.visitor.privacy.faces import for_gate
from chalicelib.domains.visitor.visit import DeviceRight, Status, Visit
from chalicelib.integrations.errors import PeerError, Refused, Retryable, UnknownOutcome
from chalicelib.integrations.gate.port import (
    AlreadyRegistered,
    GatePort,
    GateVisit,
    Registration,
    RightsResult,
    Window,
)

PEER = "gate"
READINGS = 3
NUMBER_LENGTH = 8
RIGHTS_PATIENCE = timedelta(minutes=20)
"""A privilege group without devices would otherwise wait for ever, unseen."""
NOT_REVOKED = "predecessor_not_revoked"
NO_SUCH_HOST = ("host_unknown", "host_ambiguous")
QUICK_CHECKS = (timedelta(seconds=2), timedelta(seconds=3), timedelta(seconds=5))
"""Rights usually arrive within seconds; after these the ordinary reading interval applies."""


def push_entry(visit: Visit, push: Push, now: datetime) -> Entry:
    """The outbox entry of a change; its sequence is the version of the visit that caused it.

    A visit and what it is changed into share one key and go on counting: no registration overtakes a revocation.
    """
    return new_entry(
        peer=PEER,
        subject=f"visit:{visit.chain_id}",
        sequence=visit.version,
        kind=push.value,
        now=now,
        payload={"visit_id": visit.id, "subject": f"visit:{visit.id}"},
    )


def add_change(transaction: Transaction, seen: Visit, change: Change, now: datetime) -> None:
    """The changed visit and what follows from it, in one transaction."""
    store.add_visit_change(transaction, seen, change.visit)
    if change.push is not None:
        enqueue(transaction, push_entry(change.visit, change.push, now))
    if change.park_push is not None:
        enqueue(transaction, park_entry(change.visit, change.park_push, now))
    add_visit_notice(transaction, seen, change.visit, now)


class GatePush:
    """The handlers of the gate queue."""

    def __init__(self, gate: GatePort, reading_interval: timedelta, clock: Callable[[], datetime]) -> None:
        self._gate = gate
        self._interval = reading_interval
        self._clock = clock

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Kind of entry → handler."""
        return {
            Push.REGISTER.value: self._guarded(self.register),
            Push.RIGHTS.value: self._guarded(self.read_rights),
            Push.DOWNLOAD_AGAIN.value: self._guarded(self.send_rights_again),
            Push.REVOKE.value: self._guarded(self.revoke),
        }

    def _guarded(self, handler: Callable[[Entry, Visit], Outcome]) -> Handler:
        """Sort the adapter's errors once, for all handlers."""

        def handle(entry: Entry) -> Outcome:
            visit = store.find_visit(entry.payload["visit_id"])
            if visit is None:
                return Failed(PushError("visit_missing", "the visit of this push does not exist"))
            try:
                return handler(entry, visit)
            except Refused as refusal:
                return self._failed(visit, refusal.code, refusal)
            except UnknownOutcome as unknown:
                progress = {**entry.progress, "readings": 0}
                return Later(_error(unknown), sent=True, after=self._interval, progress=progress)
            except Retryable as trouble:
                return Later(_error(trouble), sent=entry.maybe_sent, progress=entry.progress)

        return handle

    def register(self, entry: Entry, visit: Visit) -> Outcome:
        """Make the platform hold exactly one registration of an approved visit."""
        if unrevoked := self._unrevoked(entry, visit):
            return unrevoked
        wanted = visit.status is Status.APPROVED
        if entry.maybe_sent:
            found = self._find(visit)
            if found is not None:
                return self._adopt(entry, visit, found)
            readings = entry.progress.get("readings", 0) + 1
            if readings < READINGS:
                progress = {**entry.progress, "readings": readings}
                return Later(entry.last_error, sent=True, after=self._interval, progress=progress)
        if not wanted:
            return Done()
        if self._clock() >= visit.window.ends_at:
            return self._failed(visit, "window_over", None)
        host = self._gate.find_host(phone=visit.host.phone, job_number=visit.host.job_number or "")
        photo = for_gate.photo_for(entry, visit)
        if isinstance(photo, Later):
            return photo
        try:
            order_id = self._gate.register(_gate_visit(visit, host.person_id, photo))
        except AlreadyRegistered as clash:
            found = self._find(visit)
            return self._adopt(entry, visit, found) if found else self._clashing(entry, visit, clash)
        except Refused as refusal:
            again = for_gate.without_face(entry, refusal) if photo else None
            if again is None:
                raise
            return again
        return self._registered(entry, visit, order_id)

    def _clashing(self, entry: Entry, visit: Visit, clash: PeerError) -> Outcome:
        """Somebody else's record stands there; one of ours that is being revoked is gone after a few readings."""
        clashes = entry.progress.get("clashes", 0) + 1
        if clashes >= READINGS:
            return self._failed(visit, "gate_clash", clash)
        progress = {**entry.progress, "clashes": clashes}
        return Later(_error(clash), sent=entry.maybe_sent, after=self._interval, progress=progress)

    def _unrevoked(self, entry: Entry, visit: Visit) -> Outcome | None:
        """Not before every earlier version of the visit has lost its right."""
        if visit.replaces is None or visit.status is not Status.APPROVED:
            return None
        earlier = [older for older in outbox.entries_of(entry.object_key) if older.sequence < entry.sequence]
        states = {older.state for older in earlier if older.kind == Push.REVOKE.value}
        if State.FAILED in states:
            return self._failed(visit, NOT_REVOKED, None)
        if State.PENDING in states:
            return Later(PushError(NOT_REVOKED, NOT_REVOKED), sent=entry.maybe_sent, after=self._interval)
        return None

    def read_rights(self, entry: Entry, visit: Visit) -> Outcome:
        """Wait until every device has the right; then the pass is usable."""
        if visit.status is not Status.APPROVED or visit.gate.order_id is None:
            return Done()
        if self._clock() >= visit.window.ends_at:
            return self._failed(visit, "window_over", None)
        rights = self._gate.rights(visit.gate.order_id)
        if rights.state == "pending":
            checks = entry.progress.get("checks", 0)
            if self._clock() - entry.created_at >= RIGHTS_PATIENCE:
                return self._not_taken(visit, PushError("rights_late", "devices have not answered"), rights)
            pause = QUICK_CHECKS[checks] if checks < len(QUICK_CHECKS) else self._interval
            return Later(None, sent=False, after=pause, progress={**entry.progress, "checks": checks + 1})
        if rights.state == "failed":
            error = PushError("rights_failed", f"{len(rights.failed_devices)} devices refused the right")
            return self._not_taken(visit, error, rights)
        qr_content, devices = self._gate.qr_content(visit.gate.order_id) or None, _devices(rights)
        return Done(
            self._effect(
                visit.id, lambda seen, now: model.gate_ready(model.with_devices(seen, devices), qr_content, now)
            )
        )

    def send_rights_again(self, entry: Entry, visit: Visit) -> Outcome:
        """Have the missing rights sent once more, then wait for all of them as after the registration."""
        if visit.status is not Status.APPROVED or visit.gate.order_id is None:
            return Done()
        if "asked" in entry.progress:
            return self.read_rights(entry, visit)
        self._gate.send_rights_again(visit.gate.order_id)
        return Later(None, sent=False, after=QUICK_CHECKS[0], progress={"asked": 1})

    def _not_taken(self, visit: Visit, error: PushError, rights: RightsResult) -> Outcome:
        """Some device has no right: which ones, the office and the visitor can see."""
        devices = _devices(rights)
        return Failed(
            error,
            self._effect(
                visit.id, lambda seen, now: model.gate_failed(model.with_devices(seen, devices), error.code, now)
            ),
        )

    def revoke(self, _entry: Entry, visit: Visit) -> Outcome:
        """Make sure that the platform holds no right of a cancelled or ended visit."""
        order_id = visit.gate.order_id or self._unclaimed_order(visit)
        if order_id is not None:
            self._gate.revoke(order_id)
        return Done(self._effect(visit.id, model.gate_revoked))

    def _unclaimed_order(self, visit: Visit) -> str | None:
        try:
            found = self._find(visit)
        except Refused as refusal:
            if refusal.code in NO_SUCH_HOST:  # nobody can have been registered for a host the platform does not know
                return None
            raise
        return found.order_id if found and self._is_ours(visit, found.order_id) else None

    def _find(self, visit: Visit) -> Registration | None:
        host = self._gate.find_host(phone=visit.host.phone, job_number=visit.host.job_number or "")
        window = Window(visit.window.starts_at, visit.window.ends_at)
        found = self._gate.find_registration(phone=visit.visitor.phone, host_id=host.person_id, window=window)
        return found if found and found.purpose.endswith(_number(visit)) else None

    def _is_ours(self, visit: Visit, order_id: str) -> bool:
        return store.find_order_owner(order_id) in (None, visit.id)

    def _adopt(self, entry: Entry, visit: Visit, found: Registration) -> Outcome:
        if not self._is_ours(visit, found.order_id):
            return self._failed(visit, "gate_clash", None)
        return self._registered(entry, visit, found.order_id)

    def _registered(self, entry: Entry, visit: Visit, order_id: str) -> Outcome:
        face = for_gate.outcome(entry)
        record = self._effect(visit.id, lambda now_visit, now: model.gate_registered(now_visit, order_id, now, face))

        def effect(transaction: Transaction) -> None:
            record(transaction)
            store.add_order_claim(transaction, order_id, visit.id)

        return Done(effect)

    def _failed(self, visit: Visit, code: str, cause: PeerError | None) -> Outcome:
        error = _error(cause) if cause else PushError(code, code)
        return Failed(error, self._effect(visit.id, lambda now_visit, now: model.gate_failed(now_visit, code, now)))

    def _effect(self, visit_id: str, decide: Callable[[Visit, datetime], Change | None]) -> Effect:
        """What a result means for the visit as it is when the result is recorded."""

        def effect(transaction: Transaction) -> None:
            now, visit = self._clock(), store.find_visit(visit_id)
            change = decide(visit, now) if visit else None
            if visit is not None and change is not None:
                store.add_visit_change(transaction, visit, change.visit)
                if change.push is not None:  # not woken: the worker that records this drains it next
                    outbox.add(transaction, push_entry(change.visit, change.push, now))
                add_visit_notice(transaction, visit, change.visit, now)

        return effect


def _gate_visit(visit: Visit, host_id: str, photo: bytes) -> GateVisit:
    return GateVisit(
        visitor_name=visit.visitor.name,
        gender="male" if visit.visitor.gender == "male" else "female",
        phone=visit.visitor.phone,
        host_id=host_id,
        window=Window(visit.window.starts_at, visit.window.ends_at),
        purpose=f"{visit.purpose} {_number(visit)}",
        plate_number=visit.visitor.plate_number or "",
        id_number=identity.number_for_gate(visit),
        photo=photo,
    )


def _number(visit: Visit) -> str:
    """The visit's number in few characters; the platform has no field of its own for it."""
    return f"#{visit.id[-NUMBER_LENGTH:]}"


def _devices(rights: RightsResult) -> tuple[DeviceRight, ...]:
    return tuple(DeviceRight(device.device_name, device.state) for device in rights.devices)


def _error(cause: PeerError) -> PushError:
    return PushError(cause.code, cause.message)
