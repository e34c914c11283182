"""Use case: ask for a code.

Counting, and storing the code, is one transaction and comes first; then the canteen is asked whose phone it is, and the code
goes to the number on file. Whatever dies in between leaves a code nobody knows, and a count too many, never a message that was
not counted.

Known and unknown phones are answered alike: the same writes, the same words, and, because a message takes its time, not before
:data:`EVENLY_SECONDS` have passed. What concerns one number only (opted out, too many by the carrier's count) is answered like
an unknown one, too; a sender that is out of order for everybody is told.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core import logs, runtime
from chalicelib.core.errors import RateLimited, Unavailable
from chalicelib.core.ids import new_id
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.canteen.bindings import accounts, codes, limits, model
from chalicelib.domains.canteen.bindings.binding import Code
from chalicelib.integrations.canteen.port import CanteenPort
from chalicelib.integrations.errors import PeerError, Refused, UnknownOutcome
from chalicelib.integrations.sms.port import SmsPort

COMMIT_TRIES = 4
EVENLY_SECONDS = 1.5
"""What an answer takes at least: longer than the canteen and the sender usually need."""
OF_ONE_NUMBER = frozenset({"sms_limited", "sms_blocked", "sms_phone_invalid"})
_LIMITS = {"phone_day": "code_phone_limit", "user_day": "code_user_limit", "address_hour": "code_address_limit"}
"""Counter → what is told."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What asking needs besides the request."""

    canteen: CanteenPort
    sms: SmsPort
    random_below: Callable[[int], int] = secrets.randbelow
    passed: Callable[[], float] = time.monotonic
    rest: Callable[[float], None] = time.sleep

    def ask(self, user: Principal, phone: str, address: str, now: datetime) -> None:
        """Send a code if the phone is on file. Raises ``RateLimited`` with which wait, ``Unavailable`` with what to do."""
        text = model.draw_code(self.random_below)
        code = _new_code(user.user_id, phone, text, now)
        _commit(code, address)
        began = self.passed()
        try:
            self._send(code, text)
        finally:
            self.rest(max(0.0, EVENLY_SECONDS - (self.passed() - began)))

    def _send(self, code: Code, text: str) -> None:
        if not accounts.candidates(self.canteen, code.phone):
            return
        try:
            self.sms.send_code(code.phone, text, int(model.LIFETIME.total_seconds()) // 60)
        except PeerError as error:
            logs.log_event("binding_code_not_sent", code=error.code, peer_code=error.peer_code, error=error.message)
            _tell(code, error)


def _tell(code: Code, error: PeerError) -> None:
    """A code that may have arrived stays good; one that certainly did not is taken back."""
    if isinstance(error, UnknownOutcome):
        raise Unavailable("code_maybe_sent") from None
    codes.forget(code)
    if isinstance(error, Refused) and error.code in OF_ONE_NUMBER:
        return
    raise Unavailable("code_not_sent", contact=runtime.settings().canteen_contact) from None


def _new_code(user_id: str, phone: str, text: str, now: datetime) -> Code:
    code_id = new_id(now)
    return Code(code_id, user_id, phone, codes.digest_of(user_id, phone, code_id, text), now)


def _commit(code: Code, address: str) -> None:
    """Count and store, or say which limit stands in the way."""
    for _ in range(COMMIT_TRIES):
        transaction = Transaction()
        codes.add_code(transaction, code, address)
        try:
            transaction.commit()
            return
        except RaceLost as lost:
            raise _limited(lost, code) from None
        except Contention:  # another request for this phone, user or address at this moment
            continue
    raise Unavailable


def _limited(lost: RaceLost, code: Code) -> RateLimited:
    """The limit that lasts longest is told; the code that was sent before is untouched."""
    allowed = codes.allowed()
    most = {"phone_day": allowed.phone, "user_day": allowed.user, "address_hour": allowed.address}
    for name, problem in _LIMITS.items():
        if name in lost.names:
            return RateLimited(problem, limit=most[name])
    return RateLimited("code_too_soon", seconds=limits.seconds_to_wait(codes.last_sent(code.phone), code.sent_at))
