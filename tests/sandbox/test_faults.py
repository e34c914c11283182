"""Faults do what they say, as often as they say; what was committed before a lost answer stays."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from starlette.testclient import TestClient

from sandbox.kit.http import ConnectionDropped
from sandbox.server import create_app
from tests.sandbox.callers import GateCaller, WeChatCaller, registration
from tests.support.serving import serving

REGISTER = "/artemis/api/visitor/v1/appointment/registration"


def switch_on(client: TestClient, system: str, **fault: Any) -> dict[str, Any]:
    answer = client.post(f"/sandbox/{system}/faults", json=fault)
    assert answer.status_code == 201
    return dict(answer.json())


def visits(gate: GateCaller) -> int:
    return len(gate.client.get("/sandbox/gate/visits").json()["items"])


def test_lost_answer_commits_first(gate: GateCaller) -> None:
    switch_on(gate.client, "gate", path=REGISTER, kind="lost_answer", times=1)
    with pytest.raises(ConnectionDropped):
        gate.register()
    assert visits(gate) == 1
    assert gate.register()["code"] == "0x0531401d"
    rows = gate.call("visitor/v2/appointment/records", {"phoneNo": "13800000000"})["data"]["list"]
    assert len(rows) == 1


def test_down_commits_nothing(gate: GateCaller) -> None:
    switch_on(gate.client, "gate", kind="down")
    for _ in range(2):
        with pytest.raises(ConnectionDropped):
            gate.register()
    gate.client.delete("/sandbox/gate/faults")
    assert visits(gate) == 0
    assert gate.register()["code"] == "0"


@pytest.mark.parametrize(("after_commit", "kept"), [(False, 0), (True, 1)])
def test_bad_gateway(gate: GateCaller, after_commit: bool, kept: int) -> None:
    switch_on(gate.client, "gate", path=REGISTER, kind="http_502", times=1, after_commit=after_commit)
    body, headers = registration(gate.clock()), gate.headers(REGISTER)
    answer = gate.client.post(REGISTER, json=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (502, "text/html")
    assert visits(gate) == kept


def test_error_code(gate: GateCaller) -> None:
    switch_on(gate.client, "gate", path=REGISTER, kind="error_code", code="0x00052103", times=1)
    assert gate.register() == {"code": "0x00052103", "msg": "service timeout", "data": None}
    assert visits(gate) == 0
    switch_on(gate.client, "gate", path=REGISTER, kind="error_code", code="0x00052103", times=1, after_commit=True)
    assert gate.register()["code"] == "0x00052103"
    assert visits(gate) == 1


def test_not_json(gate: GateCaller) -> None:
    switch_on(gate.client, "gate", path=REGISTER, kind="not_json", times=1)
    answer = gate.client.post(REGISTER, json={}, headers=gate.headers(REGISTER))
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


def test_data_null_commits(gate: GateCaller) -> None:
    switch_on(gate.client, "gate", path=REGISTER, kind="data_null", times=1)
    assert gate.register() == {"code": "0", "msg": "success", "data": None}
    assert visits(gate) == 1


def test_delay_then_answer(gate: GateCaller) -> None:
    switch_on(gate.client, "gate", path=REGISTER, kind="delay", seconds=0.2, times=1)
    started = time.perf_counter()
    assert gate.register()["code"] == "0"
    assert time.perf_counter() - started >= 0.2


def test_done_at_once_and_answered_late(gate: GateCaller) -> None:
    """What a test that kills the caller in between relies on."""
    switch_on(gate.client, "gate", path=REGISTER, kind="delay", seconds=4.0, times=1, after_commit=True)
    with ThreadPoolExecutor(1) as caller:
        answer = caller.submit(gate.register)
        began = time.perf_counter()
        while not visits(gate) and time.perf_counter() - began < 60:
            time.sleep(0.02)
        assert not answer.done()
        assert answer.result()["code"] == "0"


def test_a_limited_fault_is_used_up(gate: GateCaller) -> None:
    switch_on(gate.client, "gate", path=REGISTER, kind="error_code", code="0x02400004", times=2)
    codes = [gate.register()["code"] for _ in range(3)]
    assert codes == ["0x02400004", "0x02400004", "0"]
    assert gate.client.get("/sandbox/gate/faults").json() == {"items": []}


def test_faults_meet_only_their_path_and_system(gate: GateCaller, wechat: WeChatCaller) -> None:
    switch_on(gate.client, "gate", path=REGISTER, kind="down")
    assert gate.call("visitor/v2/appointment/records", {})["code"] == "0"
    switch_on(gate.client, "wechat", path="/cgi-bin/stable_token", kind="error_code", code="45009")
    assert wechat.stable()["errcode"] == 45009
    assert wechat.classic()["expires_in"] == 7200


def test_one_fault_is_removed(gate: GateCaller) -> None:
    fault = switch_on(gate.client, "gate", kind="down")
    assert gate.client.delete(f"/sandbox/gate/faults/{fault['id']}").status_code == 200
    assert gate.client.delete(f"/sandbox/gate/faults/{fault['id']}").status_code == 404
    assert gate.register()["code"] == "0"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "meteor"},
        {"kind": "delay"},
        {"kind": "delay", "seconds": -1},
        {"kind": "down", "path": "artemis"},
        {"kind": "down", "times": 0},
        {"kind": "error_code"},
    ],
)
def test_unusable_faults_are_refused(client: TestClient, fault: dict[str, Any]) -> None:
    answer = client.post("/sandbox/gate/faults", json=fault)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert client.get("/sandbox/gate/faults").json() == {"items": []}


@pytest.mark.parametrize("change", [{"nonsense": 1}, {"replay_protection": "yes"}, {"failing_devices": "all"}])
def test_unusable_knobs_are_refused(client: TestClient, change: dict[str, Any]) -> None:
    before = client.get("/sandbox/gate/knobs").json()
    assert client.patch("/sandbox/gate/knobs", json=change).status_code == 400
    assert client.get("/sandbox/gate/knobs").json() == before


def test_the_log_shows_faults_and_lost_answers(gate: GateCaller) -> None:
    switch_on(gate.client, "gate", path=REGISTER, kind="lost_answer", times=1)
    with pytest.raises(ConnectionDropped):
        gate.register()
    [line] = gate.client.get("/sandbox/gate/calls").json()["items"]
    assert (line["path"], line["status"], line["faults"]) == (REGISTER, 0, ["lost_answer"])
    gate.client.delete("/sandbox/gate/calls")
    assert gate.client.get("/sandbox/gate/calls").json() == {"items": []}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A sandbox behind a real socket."""
    with serving(create_app(tmp_path)) as running:
        yield running


def test_the_connection_really_drops(address: str) -> None:
    fault = {"path": "/cgi-bin/token", "kind": "lost_answer", "times": 1}
    assert requests.post(f"{address}/sandbox/wechat/faults", json=fault, timeout=30).status_code == 201
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{address}/cgi-bin/token", timeout=30)
    assert requests.get(f"{address}/cgi-bin/token", timeout=30).json()["errcode"] == 40002
