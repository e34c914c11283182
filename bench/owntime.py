"""Own time per request: the API function against a bare handler making the same AWS calls with botocore.

Every use case runs once on moto; what came back over HTTP is kept. Then botocore's HTTP send is replaced by these canned
answers, and both sides handle the same request in turn. The bare handler reads the event, makes the calls and answers
with what they returned: no session, no validation, no model.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from statistics import median
from typing import Any

import botocore.httpsession
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse

from bench.aws import HttpAnswer, Recording, recorded
from bench.history import History
from bench.logistics_steps import REGISTRATIONS
from bench.payer import TOP_UPS, Payer, notification
from bench.report import Table
from bench.top_up_steps import paid_in_wechat
from bench.world import APPROVALS, VISITS, World, world
from chalicelib.core.clock import utc_now
from chalicelib.domains.canteen import wiring
from tests.support.client import api
from tests.support.environment import REGION, apply_environment
from tests.support.fake_pay import FakePay

ROUNDS = 200
WARM_UP = 20
BUDGET = 2.0
PAGE = 20
OFFICE_REGISTRATIONS = "/api/office/logistics/registrations"

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One request and everything AWS answers to it."""

    name: str
    event: Event
    recording: Recording


def record_requests(place: World) -> list[Request]:
    """The requests people wait for most; lists show a full page."""
    history = History(place, datetime.now(UTC))
    history.add_visits(0, 2 * PAGE)
    history.add_registrations(0, 2 * PAGE)
    visit, payer = place.submitted(), Payer(place)
    version = {"version": visit["version"]}
    events = {
        "submit visit": place.visitor.event("POST", VISITS, body=place.form()),
        "list own visits": place.visitor.event("GET", VISITS),
        "show visit": place.visitor.event("GET", f"{VISITS}/{visit['id']}"),
        "office list": place.office.event("GET", "/api/office/visits"),
        "own registrations": history.driver.event("GET", REGISTRATIONS),
        "office registrations": place.logistics.event("GET", OFFICE_REGISTRATIONS),
        "approve": place.approver.event("POST", f"{APPROVALS}/{visit['id']}/approve", body=version),
        "order a top-up": payer.phone.event("POST", TOP_UPS, body=payer.form()),
        "WeChat Pay's notification": notification(paid_in_wechat(place), utc_now()),
    }
    return [_recorded(name, event) for name, event in events.items()]


def _recorded(name: str, event: Event) -> Request:
    with recorded() as recording:
        answer = api()(event, None)
    _check(name, answer)
    return Request(name, event, recording)


def _check(name: str, answer: dict[str, Any]) -> None:
    if answer["statusCode"] >= 400:
        raise AssertionError(f"{name} was refused: {answer['body']}")


class _Body:
    """A body that is already there."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_options: Any) -> Iterator[bytes]:
        """All of it."""
        yield self._content


@contextmanager
def canned(answers: list[HttpAnswer]) -> Iterator[None]:
    """Botocore gets ``answers`` in turn, for ever, and nothing is sent."""
    endless = cycle(answers)

    def send(_session: Any, _request: Any) -> AWSResponse:
        answer = next(endless)
        return AWSResponse(answer.url, answer.status, answer.headers, _Body(answer.body))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.httpsession.URLLib3Session, "send", send)
        yield


def bare_handler(request: Request) -> Callable[[Event], dict[str, Any]]:
    """A handler that makes the same calls with botocore's public client methods and nothing else."""
    session = botocore.session.get_session()
    services = sorted({call.service for call in request.recording.calls})
    clients = {name: session.create_client(name, region_name=REGION) for name in services}
    steps = []
    for call in request.recording.calls:
        client = clients[call.service]
        names = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
        steps.append((getattr(client, names[call.operation]), call.arguments))

    def handle(event: Event) -> dict[str, Any]:
        sent = json.loads(event["body"]) if event["body"] else None
        answers = [step(**arguments) for step, arguments in steps]
        for answer in answers:
            answer.pop("ResponseMetadata", None)
        return {"statusCode": 200, "headers": {}, "body": json.dumps([sent, answers])}

    return handle


def compare(request: Request, rounds: int) -> tuple[float, float]:
    """Median processor milliseconds of the bare handler and of ours, one after the other."""
    function, bare = api(), bare_handler(request)
    ours: list[float] = []
    theirs: list[float] = []
    with canned(request.recording.answers):
        _check(request.name, function(request.event, None))
        for number in range(rounds + WARM_UP):
            for run, found in ((lambda: bare(request.event), theirs), (lambda: function(request.event, None), ours)):
                began = time.process_time()
                run()
                spent = time.process_time() - began
                if number >= WARM_UP:
                    found.append(spent * 1000)
    return median(theirs), median(ours)


def measure(rounds: int = ROUNDS) -> Table:
    """The table."""
    found = Table(
        "Own time per request, transport stubbed, against a bare handler making the same AWS calls",
        ("request", "calls", "bare ms", "ours ms", "ratio", "budget"),
    )
    with world() as place:
        requests = record_requests(place)
    with pytest.MonkeyPatch.context() as patch:
        apply_environment(patch)
        patch.setattr(wiring, "impatient_pay", lambda: FakePay(utc_now))  # one that knows no order yet, as each time
        for request in requests:
            gc.collect()
            bare, ours = compare(request, rounds)
            cells = (str(len(request.recording.calls)), f"{bare:.2f}", f"{ours:.2f}", f"{ours / bare:.2f}")
            found.add(request.name, *cells, f"{BUDGET:g}", ok=ours / bare <= BUDGET)
    found.notes += [
        f"processor time, medians of {rounds} rounds in turn; lists show a full page of {PAGE} rows",
        "the notification is verified and opened; WeChat Pay's client is not in the order's time: no bare handler calls it",
        "the bare handler: read the event, botocore's public methods with their defaults, answer what they returned",
    ]
    return found
