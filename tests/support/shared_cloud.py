"""The in-process cloud for other processes: what they ask over HTTP is answered one request after another.

For races between real processes, each with its own memory, clients and imports, as Lambda has them. Only what the product
asks of DynamoDB and SQS in JSON; the answers and refusals are those of moto.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.core import runtime

SERVICES = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs"}
VARIABLE = "AWS_ENDPOINT_URL"
"""By which the AWS SDK of another process finds the way here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """One AWS call: ``X-Amz-Target: <service>.<operation>`` and a JSON body."""
        prefix, _, operation = self.headers["X-Amz-Target"].partition(".")
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        method = getattr(runtime.aws_client(SERVICES[prefix]), _snake(operation))
        try:
            self._answer(200, method(**asked))
        except ClientError as refusal:
            known: dict[str, Any] = {**refusal.response}
            error = known.pop("Error")
            self._answer(400, {**known, "__type": f"{prefix}#{error['Code']}", "message": error["Message"]})

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        content.pop("ResponseMetadata", None)
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quietly."""


def _snake(operation: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


@contextmanager
def shared_cloud(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Inside ``fake_cloud``: processes started in this block use the same cloud."""
    runtime.aws_client("dynamodb")  # moto's own clients are made before the variable is there
    runtime.aws_client("sqs")
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        with patch.context() as inner:
            inner.setenv(VARIABLE, f"http://127.0.0.1:{server.server_port}")
            yield
        server.shutdown()
        thread.join()
