"""One HTTP exchange with a peer: always with timeouts, and with transport failures sorted into the error tree.

Exceptions of ``requests`` print the whole URL, and WeChat wants its secrets there: they are never chained, logged or
quoted.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from chalicelib.integrations.errors import PeerError, Retryable, UnknownOutcome

CONNECT_SECONDS = 1.0
READ_SECONDS = 5.0

# At DEBUG urllib3 logs every path with its query, that is WeChat's application secret and access token.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

_NEVER_SENT = (NewConnectionError, ConnectTimeoutError, NameResolutionError, ssl.SSLCertVerificationError)

_NOT_A_URL = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, unread."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Http:
    """A peer's transport settings. ``ca_file`` pins the certificate a self-signed platform shows."""

    peer: str
    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS
    ca_file: str | None = None

    def exchange(
        self,
        method: str,
        url: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Send one request and read the whole answer, whatever its status.

        Raises :class:`Retryable` when nothing was sent, or the answer was lost and the request is ``repeatable``;
        :class:`UnknownOutcome` when the answer of anything else was lost. Each call has a connection of its own: one
        kept open while a Lambda sleeps is often dead, and a request lost on it has an unknown outcome for nothing.
        Environment proxies and ``.netrc`` are ignored, redirects are not followed: what was signed is what is sent.
        """
        with requests.Session() as session:
            session.trust_env = False
            try:
                response = session.request(
                    method,
                    url,
                    headers=dict(headers or {}),
                    params=dict(params) if params else None,
                    data=body,
                    timeout=(self.connect_seconds, self.read_seconds),
                    verify=self.ca_file or True,
                    allow_redirects=False,
                )
                return Answer(response.status_code, response.content, response.headers)
            except requests.RequestException as error:
                failure = self._sorted_failure(error, repeatable)
        raise failure

    def _sorted_failure(self, error: requests.RequestException, repeatable: bool) -> PeerError:
        causes = list(_causes(error))
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
            return Retryable("peer_not_trusted", "the certificate is not trusted", self.peer, sent=False)
        if any(isinstance(cause, _NEVER_SENT) for cause in causes):
            return Retryable("peer_unreachable", "no connection", self.peer, sent=False)
        if isinstance(error, _NOT_A_URL):
            return Retryable("peer_unreachable", "the configured address is not a URL", self.peer, sent=False)
        reason = "no answer in time" if isinstance(error, requests.Timeout) else "the connection broke"
        return self.lost("answer_lost", reason, repeatable)

    def lost(self, code: str, message: str, repeatable: bool, peer_code: str = "") -> PeerError:
        """The error for a request that was sent and whose result cannot be read."""
        if repeatable:
            return Retryable(code, message, self.peer, peer_code=peer_code, sent=True)
        return UnknownOutcome(code, message, self.peer, peer_code=peer_code)


def _causes(error: BaseException | None, depth: int = 8) -> Iterator[BaseException]:
    """``error`` and everything it wraps: requests and urllib3 nest causes as arguments, ``reason``, and context."""
    if error is None or depth == 0:
        return
    yield error
    nested: list[Any] = [*error.args, getattr(error, "reason", None), error.__cause__, error.__context__]
    for inner in nested:
        if isinstance(inner, BaseException):
            yield from _causes(inner, depth - 1)
