"""Telling LE: a new registration, a change, that it is given up, what was signed.

What an entry says is fixed when it is written (its payload and what never changes in the registration), and its key at LE
follows from object and sequence, so every call may be repeated. LE's answer and what it means for the registration are
recorded in one transaction, decided afresh when the registration has changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chalicelib.core.outbox.model import Entry, PushError
from chalicelib.core.outbox.worker import Done, Effect, Failed, Handler, Later, Outcome
from chalicelib.core.table import Transaction
from chalicelib.domains.logistics.registrations import model, progress, store
from chalicelib.domains.logistics.registrations.consequences import Push
from chalicelib.domains.logistics.registrations.le_words import (
    agreed_by,
    change_of,
    registration_of,
    report_of,
    signature_of,
)
from chalicelib.domains.logistics.registrations.registration import (
    BEFORE_INSIDE,
    ENDED_BY_US,
    Agreed,
    Registration,
    Status,
)
from chalicelib.domains.logistics.registrations.registration import LeState as Le
from chalicelib.domains.logistics.registrations.steps import add_step
from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.le.port import LeDeclined, LePort, LeRegistration, LeState, LeStateConflict

ASK_AGAIN = timedelta(seconds=5)
"""LE has moved on between question and call: the next question tells where to."""
QUICK_ATTEMPTS = 5
NOT_FILED = ("le_vehicle_unknown", "le_driver_unknown")
PLATE_BUSY = "le_plate_busy"
LOOKED_BACK = 5
"""A truck's last registrations; more than one of them that LE still has to give back is rare."""

Decide = Callable[[Registration, datetime], Registration | None]
FileArchive = Callable[[LePort, Registration], None]
"""Makes LE hold vehicle and crew of a registration."""


class RegistrationPusher:
    """The handlers of registrations in LE's queue."""

    def __init__(self, le: LePort, file_archive: FileArchive, clock: Callable[[], datetime]) -> None:
        self._le = le
        self._file_archive = file_archive
        self._clock = clock

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Kind of entry → handler."""
        return {
            Push.REGISTER.value: self._guarded(self._register),
            Push.CHANGE.value: self._guarded(self._change),
            Push.GIVE_BACK.value: self._guarded(self._give_back),
            Push.SIGN_OFF.value: self._guarded(self._sign_off),
        }

    def _guarded(self, handler: Callable[[Entry, Registration], Outcome]) -> Handler:
        """Sort the adapter's errors once, for all handlers."""

        def handle(entry: Entry) -> Outcome:
            registration = store.find_registration(entry.payload["registration_id"])
            if registration is None:
                return Failed(PushError("registration_missing", "the registration of this push does not exist"))
            try:
                return handler(entry, registration)
            except LeStateConflict as conflict:
                return Later(_error(conflict), sent=entry.maybe_sent, after=_soon(entry))
            except Refused as refusal:
                return Failed(_error(refusal), self._effect(registration.id, _failed(_sentence(refusal))))
            except Retryable as trouble:
                return Later(_error(trouble), sent=entry.maybe_sent or trouble.sent)

        return handle

    def _register(self, entry: Entry, seen: Registration) -> Outcome:
        """What ended before LE heard of it is not told; if LE may have it, it must be, so that it can be taken back."""
        if not seen.is_under_way and not entry.maybe_sent:
            return Done()
        wanted = registration_of(seen, entry.payload)
        try:
            state = self._told(wanted, _key(entry), seen)
        except LeDeclined as no:
            if no.code == PLATE_BUSY and _is_being_freed(seen):
                return Later(_error(no), sent=entry.maybe_sent, after=_soon(entry))
            return Failed(_error(no), self._effect(seen.id, _declined(_sentence(no))))
        agreed = agreed_by(entry.payload)
        return Done(
            self._effect(seen.id, lambda found, now: progress.acknowledged(found, report_of(state), agreed, now))
        )

    def _told(self, wanted: LeRegistration, key: str, seen: Registration) -> LeState:
        """LE refuses who it does not know: the archive's own pushes may still be on their way."""
        try:
            return self._le.register(wanted, key)
        except LeDeclined as no:
            if no.code not in NOT_FILED:
                raise
        self._file_archive(self._le, seen)
        return self._le.register(wanted, key)

    def _change(self, entry: Entry, seen: Registration) -> Outcome:
        """A registration that LE does not have (it refused it) has nothing to change."""
        state = self._find(seen)
        if state is None or not seen.is_under_way:
            return Done()
        try:
            key = f"{_key(entry)}~{state.status}"
            state = self._le.change(state.registration_no, change_of(entry.payload, state.status), key)
        except (LeDeclined, LeStateConflict) as no:
            return self._not_changed(entry, seen, no)
        agreed, report = agreed_by(entry.payload), report_of(state)
        return Done(self._effect(seen.id, lambda found, now: progress.acknowledged(found, report, agreed, now)))

    def _not_changed(self, entry: Entry, seen: Registration, no: Refused) -> Outcome:
        """Back to what LE has, unless the driver has changed it again meanwhile: then that push decides."""
        wanted = agreed_by(entry.payload)

        def decide(found: Registration, now: datetime) -> Registration | None:
            is_latest = Agreed(found.goods.lines, found.arrival, found.waybill) == wanted
            return model.change_refused(found, _sentence(no), now) if is_latest else None

        return Failed(_error(no), self._effect(seen.id, decide))

    def _give_back(self, entry: Entry, seen: Registration) -> Outcome:
        """Cancel it and return the card - unless the truck is inside, which no decision of ours changes."""
        if seen.status not in ENDED_BY_US:
            return Done()
        state = self._find(seen)
        if state is not None and Status(state.status) in BEFORE_INSIDE:
            reason = seen.reason or seen.status.value
            state = self._le.cancel(state.registration_no, state.status, reason, f"{_key(entry)}~{state.status}")
        if state is not None and _has_card(state):
            card = str(state.card_no)
            state = self._le.return_card(state.registration_no, card, "cancelled", f"{_key(entry)}~card")
        report = report_of(state) if state else None
        return Done(self._effect(seen.id, lambda found, now: progress.acknowledged(found, report, None, now)))

    def _sign_off(self, entry: Entry, seen: Registration) -> Outcome:
        if seen.signature is None or seen.le.registration_no is None:
            return Failed(PushError("signature_missing", "there is nothing to sign off at LE"))
        signed = self._le.sign_off(seen.le.registration_no, signature_of(seen, seen.signature), _key(entry))
        return Done(self._effect(seen.id, lambda found, _: model.sign_off_taken(found, signed.document_no)))

    def _find(self, seen: Registration) -> LeState | None:
        """By our number when LE's answer to the registration was lost."""
        if seen.le.registration_no is None:
            return self._le.find_by_external_no(seen.id)
        return self._le.find(seen.le.registration_no)

    def _effect(self, registration_id: str, decide: Decide) -> Effect:
        """What a result means for the registration as it is when the result is recorded."""

        def effect(transaction: Transaction) -> None:
            found, now = store.find_registration(registration_id), self._clock()
            changed = decide(found, now) if found else None
            if found is not None and changed is not None:
                ends = found.is_under_way and not changed.is_under_way
                # a truck that LE had let in may have taken back by force what this registration would free
                foreign = store.taken_by_others(found) if ends else ()
                add_step(transaction, found, changed, now, foreign=foreign)

        return effect


def _declined(problem: str) -> Decide:
    """LE's no to a new registration ends it; one that has ended already only knows why LE never had it."""

    def decide(found: Registration, now: datetime) -> Registration | None:
        return model.refused(found, problem, now) if found.is_under_way else _failed(problem)(found, now)

    return decide


def _failed(problem: str) -> Decide:
    """LE does not take this push; the office sees it and may send it again."""
    return lambda found, _: model.push_failed(found, problem)


def _is_being_freed(seen: Registration) -> bool:
    """Whether LE refuses the truck for one of ours that has ended here: the pushes of two registrations may overtake."""
    others = store.last_of_plate(seen.truck.plate_number, LOOKED_BACK)
    return any(other.id != seen.id and other.status in ENDED_BY_US and other.le.state is Le.WAITING for other in others)


def _soon(entry: Entry) -> timedelta | None:
    """Some seconds at first, then the usual back-off."""
    return ASK_AGAIN if entry.attempts < QUICK_ATTEMPTS else None


def _has_card(state: LeState) -> bool:
    is_over = Status(state.status) in (Status.CANCELLED, Status.REJECTED)
    return is_over and state.card_no is not None and not state.card_returned


def _key(entry: Entry) -> str:
    return f"{entry.object_key}~{entry.sequence}"


def _sentence(refusal: Refused) -> str:
    return refusal.sentence if isinstance(refusal, LeDeclined) and refusal.sentence else refusal.code


def _error(cause: PeerError) -> PushError:
    return PushError(cause.code, cause.message)
