"""A cold process up to the end of its first request: what was not imported at once has to be imported then.

Each request runs once on moto and AWS's answers are kept. Fresh processes of the package, with nothing else on their path,
then import the function and serve the request from these answers.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bench.aws import HttpAnswer, Recording, recorded
from bench.history import History
from bench.package import unpacked
from bench.report import Table
from bench.world import VISITS, World, world
from chalicelib.integrations.wechat.callback import callback_signature
from tests.support.client import Client, api
from tests.support.environment import ENVIRONMENT, SECRETS

RUNS = 9
PAGE = 20
CHILD = """
import base64, json, sys, time
started = time.process_time()
given = json.load(sys.stdin)
sys.path.insert(0, given["folder"])
began = time.process_time()
import app
imported = time.process_time()
import botocore.awsrequest, botocore.httpsession
from chalicelib.core import runtime, secrets
class Body:
    def __init__(self, content): self.content = content
    def stream(self, **options): yield self.content
def send(session, request):
    url, status, headers, body = next(answers)
    return botocore.awsrequest.AWSResponse(url, status, headers, Body(base64.b64decode(body)))
botocore.httpsession.URLLib3Session.send = send
runtime.fetch_secrets = lambda ssm, prefix: secrets.Secrets(given["secrets"])
spent = []
for times in given["answers"]:
    answers = iter(times)
    asked = time.process_time()
    answer = app.app(given["event"], None)
    spent.append(time.process_time() - asked)
    if answer["statusCode"] >= 300:
        sys.exit(f"answered {answer}")
print(json.dumps([started, imported - began, *spent]))
"""


def record_requests(place: World) -> dict[str, tuple[dict[str, Any], Recording]]:
    """What people and WeChat ask for most; the list shows a full page."""
    History(place, datetime.now(UTC)).add_visits(0, 2 * PAGE)
    events = {
        "home: who am I": place.visitor.event("GET", "/api/session"),
        "list own visits": place.visitor.event("GET", VISITS),
        "WeChat's message": _message(),
    }
    found = {}
    for name, event in events.items():
        with recorded() as recording:
            answer = api()(event, None)
        if answer["statusCode"] != 200:
            raise AssertionError(f"{name} was refused: {answer['body']}")
        found[name] = event, recording
    return found


def _message() -> dict[str, Any]:
    """A text for the account, in plain mode."""
    moment = str(int(datetime.now(UTC).timestamp()))
    body = (
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o_bench]]></FromUserName>"
        f"<CreateTime>{moment}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        "<Content><![CDATA[你好]]></Content><MsgId>1</MsgId></xml>"
    )
    signature = callback_signature(SECRETS["wechat/callback_token"], moment, "n")
    query = {"signature": signature, "timestamp": moment, "nonce": "n"}
    event = Client().event("POST", "/api/wechat/callback", body=body, query=query)
    return {**event, "headers": {**event["headers"], "Content-Type": "text/xml"}}


@dataclass(frozen=True, slots=True)
class Cold:
    """Processor milliseconds of a fresh process: Python's own start, the import, the first request and the next ones."""

    started: float
    imported: float
    served: float
    again: tuple[float, ...] = ()


def first(folder: Path, event: dict[str, Any], answers: Sequence[Sequence[HttpAnswer]]) -> Cold:
    """A fresh process that serves a request as often as there are AWS's answers to it; raises when it is refused."""
    sent = [
        [(each.url, each.status, each.headers, base64.b64encode(each.body).decode()) for each in times]
        for times in answers
    ]
    given = json.dumps({"folder": str(folder), "event": event, "answers": sent, "secrets": SECRETS})
    command = [sys.executable, "-I", "-S", "-c", CHILD]
    environment = {**ENVIRONMENT, "WECHAT_CALLBACK_MODE": "plain"}
    done = subprocess.run(command, input=given, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    started, imported, served, *more = (seconds * 1000 for seconds in json.loads(done.stdout.splitlines()[-1]))
    return Cold(started, imported, served, tuple(more))


@contextmanager
def _plain() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ENVIRONMENT, "WECHAT_CALLBACK_MODE", "plain")
        with world() as place:
            yield place


def measure(runs: int = RUNS) -> Table:
    """The table; no budget of its own: it shows that the import's budget is not met by putting work off."""
    folder = unpacked()
    table = Table(
        "First request of a cold process, packaged, transport stubbed (medians of fresh processes)",
        ("request", "import ms", "request ms", "together ms"),
    )
    with _plain() as place:
        requests = record_requests(place)
    for name, (event, recording) in requests.items():
        times = [first(folder, event, [recording.answers]) for _ in range(runs)]
        imported, served = median(each.imported for each in times), median(each.served for each in times)
        together = median(each.imported + each.served for each in times)
        table.add(name, f"{imported:.0f}", f"{served:.0f}", f"{together:.0f}")
    table.notes.append("processor time; the request creates its AWS clients and loads what only it needs")
    return table
