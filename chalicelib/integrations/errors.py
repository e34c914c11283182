"""How a call to an outside system can fail, sorted once, in its adapter.

::

    PeerError
    ├── Retryable          certainly not done, or harmless to repeat: repeat it later, unchanged
    ├── Refused            final: a business refusal, or our configuration is wrong; repeating changes nothing
    │   ├── AlreadyRegistered   (gate) the peer holds such a record already: query it, adopt it if it is ours
    │   └── Declined            (park) the peer's own no, with a sentence for people
    └── UnknownOutcome     it may have been done: ask the peer by key before doing it again

Nothing else leaves an adapter, programming errors aside. An error never carries keys, signatures, strings to sign,
tokens or personal data: what the peer said goes through :mod:`chalicelib.integrations.redaction` first.
"""

from __future__ import annotations


class PeerError(Exception):
    """Base of everything that goes wrong with a peer."""

    def __init__(self, code: str, message: str, peer: str, *, peer_code: str = "") -> None:
        super().__init__(f"{peer}: {code} ({peer_code or '-'}): {message}")
        self.code = code
        """Stable, ours, the key of the Chinese text in :mod:`chalicelib.integrations.texts`."""
        self.message = message
        """English, redacted, for logs and for the office's list of pushes."""
        self.peer = peer
        """Which outside system: ``gate``, ``park``, ``wechat``."""
        self.peer_code = peer_code
        """The peer's own code, as it wrote it (``0x0531401d``, ``40029``), or ``http_502``; empty without an answer."""


class Retryable(PeerError):
    """Repeat later: the peer certainly did nothing, or doing it twice is the same as once."""

    def __init__(self, code: str, message: str, peer: str, *, peer_code: str = "", sent: bool = True) -> None:
        super().__init__(code, message, peer, peer_code=peer_code)
        self.sent = sent
        """Whether the request may have reached the peer; ``False`` means that nothing left this machine."""


class Refused(PeerError):
    """Final. A human has to change the request, the other system's data, or the configuration."""


class UnknownOutcome(PeerError):
    """The request was sent and its result is not known."""
