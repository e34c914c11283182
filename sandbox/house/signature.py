"""The request signature, checked on received bytes: who calls, when, and not a second time."""

import hashlib
import hmac
import re

from sandbox.house.errors import HouseError
from sandbox.kit.clock import Clock
from sandbox.kit.http import Call
from sandbox.kit.store import Store

WINDOW = 300
NONCE_MEMORY = 600
_NONCE = re.compile(r"[0-9A-Za-z_-]{8,64}")


def sign(secret: str, method: str, target: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Lower-case hex HMAC-SHA256 over method, target, time, nonce and the body's SHA-256, one a line."""
    text = f"{method}\n{target}\n{timestamp}\n{nonce}\n{hashlib.sha256(body).hexdigest()}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


class Door:
    """Lets genuine calls of one client through, once each; `system` is whose door it is."""

    def __init__(self, system: str, store: Store, clock: Clock, client_id: str, secret: str) -> None:
        self._kind = f"{system}.nonce"
        self._store = store
        self._clock = clock
        self._client_id = client_id
        self._secret = secret

    def admit(self, call: Call) -> None:
        """UNAUTHENTICATED unless client, time, signature and nonce are right."""
        timestamp, nonce = call.header("x-timestamp") or "", call.header("x-nonce") or ""
        now = self._clock()
        if call.header("x-client-id") != self._client_id:
            raise HouseError("UNAUTHENTICATED", "unknown client")
        if not timestamp.isdigit() or abs(now - int(timestamp)) > WINDOW:
            raise HouseError("UNAUTHENTICATED", "timestamp outside the window")
        if not _NONCE.fullmatch(nonce):
            raise HouseError("UNAUTHENTICATED", "nonce missing or malformed")
        expected = sign(self._secret, call.method, call.target, timestamp, nonce, call.body)
        if not hmac.compare_digest(expected.encode(), (call.header("x-sign") or "").encode()):
            raise HouseError("UNAUTHENTICATED", "signature wrong")
        self._remember(nonce, now)

    def _remember(self, nonce: str, now: float) -> None:
        seen = self._store.get(self._kind, nonce)
        if seen is not None and now - seen["at"] <= NONCE_MEMORY:
            raise HouseError("UNAUTHENTICATED", "nonce used before")
        self._store.put(self._kind, nonce, {"at": now})
