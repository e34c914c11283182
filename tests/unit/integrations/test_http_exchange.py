"""Transport failures are sorted by one question: can the peer have got the request?"""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.integrations.errors import PeerError, Retryable, UnknownOutcome
from chalicelib.integrations.http import Http

QUICK = Http("peer", connect_seconds=2, read_seconds=1.5)
PATIENT = Http("peer", connect_seconds=30, read_seconds=30)


def _failure(url, *, repeatable, http=QUICK):
    with pytest.raises(PeerError) as caught:
        http.exchange("POST", url, repeatable=repeatable, body=b"x", params={"secret": "TOPSECRET"})
    assert "TOPSECRET" not in repr(caught.value) + str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    return caught.value


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_an_answer_of_any_status_is_an_answer(peer):
    peer.says((503, b"busy"))
    answer = PATIENT.exchange("GET", peer.url + "/x", repeatable=True)
    assert (answer.status, answer.body) == (503, b"busy")


@pytest.mark.parametrize("repeatable", [True, False])
def test_no_connection_means_never_sent(repeatable):
    error = _failure(f"http://127.0.0.1:{_closed_port()}/", repeatable=repeatable)
    assert isinstance(error, Retryable) and error.sent is False and error.code == "peer_unreachable"


@pytest.mark.parametrize("url", ["http://nobody.invalid/", "nonsense", "ftp://127.0.0.1/"])
def test_an_address_that_leads_nowhere_means_never_sent(url):
    error = _failure(url, repeatable=False)
    assert isinstance(error, Retryable) and error.sent is False


@pytest.mark.parametrize("behaviour", ["drop", "hang", "half"])
def test_a_lost_answer_is_unknown_unless_repeating_is_harmless(peer, behaviour):
    peer.says(behaviour, behaviour)
    unknown = _failure(peer.url, repeatable=False)
    assert type(unknown) is UnknownOutcome and unknown.code == "answer_lost"
    harmless = _failure(peer.url, repeatable=True)
    assert isinstance(harmless, Retryable) and harmless.sent is True
    assert len(peer.received) == 2


def test_redirects_are_not_followed(peer):
    peer.says((302, b""), (200, b"never asked"))
    assert PATIENT.exchange("POST", peer.url, repeatable=False).status == 302
    assert len(peer.received) == 1


def test_environment_proxies_are_ignored(peer, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{_closed_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    peer.says((200, b"direct"))
    assert PATIENT.exchange("GET", peer.url, repeatable=True).body == b"direct"


@pytest.fixture
def tls_peer(tmp_path):
    """A server with a self-signed certificate, as the gate platform ships; gives its address and certificate file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(1).not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
    )
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "server.pem").write_bytes(pem + certificate)
    (tmp_path / "ca.pem").write_bytes(certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(4096)
                    secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            except ssl.SSLError:
                continue
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"https://localhost:{listener.getsockname()[1]}", str(tmp_path / "ca.pem")
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(2)


def test_an_untrusted_certificate_stops_the_request(tls_peer):
    error = _failure(tls_peer[0], repeatable=False)
    assert isinstance(error, Retryable) and (error.code, error.sent) == ("peer_not_trusted", False)


def test_a_pinned_certificate_is_accepted(tls_peer):
    pinned = Http("peer", ca_file=tls_peer[1])
    assert pinned.exchange("GET", tls_peer[0], repeatable=True).body == b"ok"
