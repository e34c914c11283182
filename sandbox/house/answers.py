"""First answers by key: a repetition gets the first answer, nothing is carried out twice."""

import hashlib

from sandbox.house.errors import HouseError
from sandbox.kit.clock import Clock
from sandbox.kit.store import Document, Store

KEY_MEMORY = 30 * 86_400


class FirstAnswers:
    """The memory of one system."""

    def __init__(self, system: str, store: Store, clock: Clock) -> None:
        self._kind = f"{system}.key"
        self._store = store
        self._clock = clock

    def known(self, key: str, body: bytes) -> Document | None:
        """The first answer to this key; IDEMPOTENCY_CONFLICT with another body, IN_PROGRESS while it is being made."""
        known = self._store.get(self._kind, key)
        if known is None or self._clock() - known["at"] > KEY_MEMORY:
            return None
        if known["hash"] != hashlib.sha256(body).hexdigest():
            raise HouseError("IDEMPOTENCY_CONFLICT", "the requestId belongs to another request")
        if self._clock() < known["ready_at"]:
            raise HouseError("IN_PROGRESS", "the first request is still running")
        return known

    def keep(self, key: str, body: bytes, status: int, answer: Document, seconds: float) -> None:
        """Remember what was answered first; the answer is on its way for some seconds."""
        now = self._clock()
        kept = {"hash": hashlib.sha256(body).hexdigest(), "status": status, "body": answer, "at": now}
        self._store.put(self._kind, key, {**kept, "ready_at": now + seconds})
