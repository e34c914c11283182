"""The photo on its way to the gate: at most once, never holding anybody up, and always known whether the gate has it.

The platform refuses a whole registration because of a bad face. Registering without it is another call, and the answer of
either may be lost; what is found there afterwards does not say with which it was made. So that the photo is left out is
recorded in the outbox entry *before* the platform is called without it: an adopted order was made as the entry says.
"""

from __future__ import annotations

from datetime import timedelta

from chalicelib.core.logs import log_event
from chalicelib.core.outbox.model import Entry, PushError
from chalicelib.core.outbox.worker import Later
from chalicelib.core.pictures import PhotosUnreachable
from chalicelib.domains.visitor.privacy.faces import photos
from chalicelib.domains.visitor.privacy.faces.model import FaceState, kept_photo
from chalicelib.domains.visitor.privacy.faces.picture import problem_of
from chalicelib.domains.visitor.visit import Visit
from chalicelib.integrations.errors import Refused

WITHOUT = "without_face"
"""Progress: why the photo is left out, as the place in ``_REASONS``."""
TRIES = "face_tries"
MAX_TRIES = 3
SOON = timedelta(seconds=1)
RETRY = timedelta(seconds=3)
SUSPECTS = ("gate_request_invalid", "gate_refused")
"""Refusals a face can cause; if it was not the face, the call without it is refused as well."""
_REASONS = (FaceState.AT_GATE, FaceState.REFUSED, FaceState.MISSING)


def photo_for(entry: Entry, visit: Visit) -> bytes | Later:
    """The photo to send, empty without one; or what has to be recorded first."""
    photo_id = kept_photo(visit.visitor.face)
    if photo_id is None or entry.progress.get(WITHOUT):
        return b""
    try:
        photo = photos.read(visit.owner_id, photo_id)
    except PhotosUnreachable as trouble:
        return _try_again(entry, visit, str(trouble))
    problem = problem_of(photo)
    if problem is not None:
        log_event("face_left_out", visit_id=visit.id, reason=problem.value)
        return _leave_out(entry, FaceState.MISSING, None)
    return photo or b""


def without_face(entry: Entry, refusal: Refused) -> Later | None:
    """After a refused registration with a photo: leave it out and call again. ``None``: the face has nothing to do with it."""
    if refusal.code not in SUSPECTS:
        return None
    return _leave_out(entry, FaceState.REFUSED, PushError(refusal.code, refusal.message))


def outcome(entry: Entry) -> FaceState:
    """What became of a kept photo when the platform has the visit."""
    return _REASONS[entry.progress.get(WITHOUT, 0)]


def _try_again(entry: Entry, visit: Visit, trouble: str) -> Later:
    """A bucket that does not answer may cost a few seconds, not the visit."""
    tries = entry.progress.get(TRIES, 0) + 1
    if tries >= MAX_TRIES:
        log_event("face_left_out", visit_id=visit.id, reason=trouble)
        return _leave_out(entry, FaceState.MISSING, None)
    error = PushError("face_unreachable", "the photo could not be read")
    return Later(error, sent=entry.maybe_sent, after=RETRY, progress={**entry.progress, TRIES: tries})


def _leave_out(entry: Entry, reason: FaceState, error: PushError | None) -> Later:
    progress = {**entry.progress, WITHOUT: _REASONS.index(reason)}
    return Later(error, sent=entry.maybe_sent, after=SOON, progress=progress)
