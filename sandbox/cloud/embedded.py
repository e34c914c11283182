"""The embedded cloud: MiniStack in its own environment, with IAM enforced and its state kept on disk."""

import json
import shutil
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import boto3
import botocore.config

from sandbox.cloud.paths import CLOUD_PYTHON, ROOT, clean_environment
from sandbox.cloud.processes import Child, LaunchError

REGION = "us-east-1"
# The only account of the embedded cloud; these open nothing else.
ROOT_KEY, ROOT_SECRET = "test", "test"
SERVICES = "apigateway,cloudformation,cloudwatch,dynamodb,events,iam,kms,lambda,logs,s3,sns,sqs,ssm,sts"


class EmbeddedCloud:
    """One MiniStack on one port with one state folder. ``minute`` is how many seconds a minute of its schedules lasts."""

    def __init__(self, port: int, state: Path, public_domain: str, minute: int | None = None) -> None:
        self.port = port
        self.state = state
        self._public_domain = public_domain
        self._minute = {} if minute is None else {"MINUTE_SECONDS": str(minute)}
        self._child: Child | None = None
        self._clients: dict[str, Any] = {}

    @property
    def endpoint(self) -> str:
        """Where every AWS API of the embedded cloud answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers; raises LaunchError with the end of its log."""
        scratch = self.state / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        environment = clean_environment(
            AUTH="true",
            AWS_ACCESS_KEY_ID=ROOT_KEY,
            AWS_SECRET_ACCESS_KEY=ROOT_SECRET,
            BIND_HOST="127.0.0.1",
            GATEWAY_PORT=str(self.port),
            IOT_MTLS_ENABLED="false",
            MINISTACK_REGION=REGION,
            PERSIST_STATE="1",
            PUBLIC_DOMAIN=self._public_domain,
            PYTHONUNBUFFERED="1",
            S3_DATA_DIR=str(self.state / "s3"),
            S3_PERSIST="1",
            SERVICES=SERVICES,
            SFTP_ENABLED="false",
            STATE_DIR=str(self.state / "state"),
            TMPDIR=str(scratch),
            **self._minute,
        )
        command = [str(CLOUD_PYTHON), str(Path(__file__).with_name("runner.py"))]
        self._child = Child("the embedded cloud", command, self.state / "cloud.log", environment, ROOT)
        self._child.wait_for_port(self.port, 60)
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.endpoint}/_ministack/ready", timeout=5) as answer:
                    if json.load(answer)["status"] == "completed":
                        return
            except (urllib.error.URLError, ValueError):
                pass
            time.sleep(0.05)
        raise LaunchError(f"the embedded cloud is not ready:\n{self._log_tail()}")

    def _log_tail(self) -> str:
        return self._child.log_tail() if self._child else ""

    def client(self, service: str) -> Any:
        """A boto3 client with all rights: for tests and the launcher, never for the product's code."""
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                endpoint_url=self.endpoint,
                region_name=REGION,
                aws_access_key_id=ROOT_KEY,
                aws_secret_access_key=ROOT_SECRET,
                config=botocore.config.Config(read_timeout=120, retries={"total_max_attempts": 1}),
            )
        return self._clients[service]

    def running(self) -> bool:
        """Whether its process is still there."""
        return self._child is not None and self._child.running()

    def stop(self) -> None:
        """Stop it; it saves its state while it ends."""
        if self._child is not None:
            self._child.stop(grace=60)
            self._child = None
        shutil.rmtree(self.state / "tmp", ignore_errors=True)
