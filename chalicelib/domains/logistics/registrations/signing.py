"""The driver signs what was received; who signs a second time is shown the first signature."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core import runtime
from chalicelib.core.errors import Conflict, InvalidInput, Unavailable
from chalicelib.core.quantities import to_tonnes
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.logistics.archive import photos
from chalicelib.domains.logistics.archive.model import Photo
from chalicelib.domains.logistics.registrations import model
from chalicelib.domains.logistics.registrations.model import Reason, RegistrationProblem
from chalicelib.domains.logistics.registrations.ownership import own
from chalicelib.domains.logistics.registrations.registration import Registration, Signature
from chalicelib.domains.logistics.registrations.steps import COMMIT_TRIES, add_step

SIGN_REASON_TEXT = "签收数量与净重相差超过允许范围，请填写差异原因"


def sign_off(
    owner: Principal, registration_id: str, quantity_kg: int, reason: str, photo_ids: tuple[str, ...], now: datetime
) -> Registration:
    """Sign. The same signature sent again (double tap, lost answer) changes nothing; another one is refused with the first."""
    for _ in range(COMMIT_TRIES):
        seen = own(owner, registration_id)
        if seen.signature is not None:
            return _first(seen, seen.signature, quantity_kg, reason, photo_ids)
        taken = photos.require_usable(owner.owner_ids, photo_ids)
        try:
            _commit(seen, _signed(seen, quantity_kg, reason, taken, owner, now), taken, now)
        except RaceLost as race:
            photos.refuse_gone(race)
        except Contention:
            continue
        else:
            return own(owner, registration_id)
    raise Unavailable


def _signed(
    seen: Registration, quantity_kg: int, reason: str, taken: tuple[Photo, ...], owner: Principal, now: datetime
) -> Registration:
    ids = tuple(photo.id for photo in taken)
    try:
        return model.sign(seen, quantity_kg, reason, ids, runtime.settings().sign_off_tolerance, owner.user_id, now)
    except RegistrationProblem as problem:
        if problem.reason is Reason.DIFFERENCE_REASON:
            raise InvalidInput.of_field("reason", SIGN_REASON_TEXT, code=problem.reason.value) from None
        raise Conflict(problem.reason.value) from None


def _commit(seen: Registration, signed: Registration, taken: tuple[Photo, ...], now: datetime) -> None:
    transaction = Transaction()
    add_step(transaction, seen, signed, now)
    for photo in taken:
        photos.add_hold(transaction, photo, f"registration:{seen.id}")
    transaction.commit()


def _first(
    seen: Registration, first: Signature, quantity_kg: int, reason: str, photo_ids: tuple[str, ...]
) -> Registration:
    if (first.quantity_kg, first.reason, first.photos) == (quantity_kg, reason, tuple(dict.fromkeys(photo_ids))):
        return seen
    detail = {
        "quantity": to_tonnes(first.quantity_kg),
        "reason": first.reason,
        "signed_at": first.signed_at.isoformat(),
    }
    raise Conflict(Reason.ALREADY_SIGNED.value, detail=detail, quantity=to_tonnes(first.quantity_kg))
