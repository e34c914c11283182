"""The stack as operators know it: least privilege, killed workers, dead letters, dead tokens, restart."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from sandbox.cloud.stack import STACK_NAME, InvocationFailed, Stack, wait_until
from tests.stack.people import APPROVER, VISITOR, Gate, Person, at_the_desk
from tests.stack.test_walk import REGISTRATION, approve, becomes

pytestmark = pytest.mark.stack


@contextmanager
def without_action(stack: Stack, function: str, action: str) -> Iterator[None]:
    """Take one action out of a function's deployed policy, and give it back."""
    iam = stack.client("iam")
    configuration = stack.client("lambda").get_function_configuration(FunctionName=f"{STACK_NAME}-{function}")
    role = configuration["Role"].rsplit("/", 1)[-1]
    name = iam.list_role_policies(RoleName=role)["PolicyNames"][0]
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    reduced = json.loads(json.dumps(document))
    for statement in reduced["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        statement["Action"] = [known for known in actions if known != action] or ["s3:ListAllMyBuckets"]
    assert reduced != document, f"{action} is not in the policy of {function}"
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(reduced))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


@pytest.mark.parametrize("action", ["dynamodb:Query", "sqs:SendMessageBatch"])
def test_redelivery_needs_each_of_its_rights(
    stack: Stack, visitor: Person, approver: Person, gate: Gate, action: str
) -> None:
    gate.fault("down")
    approve(approver, visitor.submit())
    assert wait_until(lambda: stack.run_schedule("outbox_redeliver").get("gate", 0) >= 1, 30)
    with without_action(stack, "outbox_redeliver", action):
        assert wait_until(lambda: "gate" not in stack.run_schedule("outbox_redeliver"), 30), "it still worked"
    assert wait_until(lambda: stack.run_schedule("outbox_redeliver").get("gate", 0) >= 1, 30)


def test_the_api_needs_its_right_to_write(stack: Stack, visitor: Person) -> None:
    with without_action(stack, "api", "dynamodb:PutItem"):
        answer = visitor.request("POST", "/api/visitor/saved", {"name": "甲", "gender": "male", "phone": "13800000001"})
        assert (answer.status_code, answer.json()["code"]) == (503, "temporarily_unavailable")
    visitor.post("/api/visitor/saved", {"name": "甲", "gender": "male", "phone": "13800000001"})


def test_the_gate_worker_may_not_read_the_session_keys(stack: Stack) -> None:
    policy = stack.client("iam")
    role = stack.client("lambda").get_function_configuration(FunctionName=f"{STACK_NAME}-gate_worker")["Role"]
    name = policy.list_role_policies(RoleName=role.rsplit("/", 1)[-1])["PolicyNames"][0]
    document = policy.get_role_policy(RoleName=role.rsplit("/", 1)[-1], PolicyName=name)["PolicyDocument"]
    assert "session_keys" not in json.dumps(document)


@pytest.fixture(scope="session")
def killed_registration(stack: Stack) -> dict[str, Any]:
    """A visit whose worker was killed while the platform had the registration and its answer was still on the way."""
    gate = Gate(stack)
    gate.fault("delay", REGISTRATION, seconds=20, after_commit=True)
    visit = Person(stack, VISITOR).sign_in().submit()
    approve(Person(stack, APPROVER).sign_in(), visit)
    assert wait_until(lambda: gate.visits_of(visit["visitor"]["phone"]), 30, pause=0.05)
    killed = running_workers("gate_worker", stack)
    assert killed
    for process in killed:
        os.kill(process, signal.SIGKILL)
    gate.heal()
    return visit


@pytest.mark.runs_first
def test_a_gate_worker_is_killed_in_mid_registration(
    stack: Stack, visitor: Person, gate: Gate, killed_registration: dict[str, Any]
) -> None:
    """The platform has the visit, the product does not know it; the lease (75 s) runs while other tests do."""
    assert len(gate.visits_of(killed_registration["visitor"]["phone"])) == 1
    assert attempts_at_registration(stack, killed_registration["id"]) == 1
    assert visitor.get(f"/api/visitor/visits/{killed_registration['id']}")["stage"] == "awaiting_gate"


@pytest.mark.runs_last
def test_a_killed_gate_worker_loses_nothing(
    stack: Stack, visitor: Person, gate: Gate, killed_registration: dict[str, Any]
) -> None:
    """By itself, within two minutes after the kill: the lease runs out, the schedule wakes the visit, its order is adopted."""
    becomes(visitor, killed_registration["id"], "ready", limit=200)
    assert len(gate.visits_of(killed_registration["visitor"]["phone"])) == 1
    assert attempts_at_registration(stack, killed_registration["id"]) >= 2, "the first attempt was not killed"


def attempts_at_registration(stack: Stack, visit_id: str) -> int:
    """How often a worker began to register a visit."""
    items = stack.client("dynamodb").query(
        TableName=stack.outputs["OutboxTable"],
        KeyConditionExpression="pk = :object",
        ExpressionAttributeValues={":object": {"S": f"gate:visit:{visit_id}"}},
    )["Items"]
    return next(int(item["attempts"]["N"]) for item in items if item["kind"]["S"] == "visit.register")


def running_workers(function: str, stack: Stack) -> list[int]:
    """Process ids of a function's workers in this stack's embedded cloud."""
    scratch = str(stack.cloud.state / "tmp")
    listed = subprocess.run(["pgrep", "-f", f"{scratch}/ministack-lambda-{STACK_NAME}-{function}"], capture_output=True)
    return [int(line) for line in listed.stdout.split()]


def test_a_message_nobody_understands_ends_in_the_dead_letter_queue(
    stack: Stack, visitor: Person, approver: Person, gate: Gate
) -> None:
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{STACK_NAME}-gate.fifo")["QueueUrl"]
    dead = sqs.get_queue_url(QueueName=f"{STACK_NAME}-gate-dead.fifo")["QueueUrl"]
    usual = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    try:
        sqs.send_message(
            QueueUrl=url, MessageBody="poison", MessageGroupId="poison", MessageDeduplicationId=os.urandom(8).hex()
        )
        visit = visitor.submit()
        approve(approver, visit)
        becomes(visitor, visit["id"], "ready")
        assert wait_until(lambda: dead_letters(sqs, dead) == 1, 60, pause=1)
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=usual)


def dead_letters(sqs: Any, url: str) -> int:
    counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(counted["Attributes"]["ApproximateNumberOfMessages"])


def test_many_processes_with_a_dead_token_refresh_it_once(stack: Stack, administrator: Person) -> None:
    """Each reads the menu in WeChat, in a process of its own."""
    stack.invoke("publish_menu", {})
    desk = at_the_desk(administrator)
    base = f"{stack.sandbox_api}/sandbox/wechat"
    requests.post(f"{base}/kill-token", timeout=10)
    before = requests.get(f"{base}/counters", timeout=10).json()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: desk.get("/api/office/menu"), range(8)))
    after = requests.get(f"{base}/counters", timeout=10).json()
    assert [answer["in_wechat"]["state"] for answer in answers] == ["same"] * 8
    fetches = "stable_token_fetches"
    assert after[fetches] - before.get(fetches, 0) == 1


def test_the_menu_in_wechat_is_the_projects(stack: Stack) -> None:
    menu = requests.get(f"{stack.sandbox_api}/sandbox/wechat/menu", timeout=10).json()
    text = json.dumps(menu, ensure_ascii=False)
    for entry in ("智慧物流", "访客预约", "餐卡服务"):
        assert entry in text
    assert f"{stack.public_url}/visitor" in text


def test_appointing_needs_a_known_role(stack: Stack) -> None:
    with pytest.raises(InvocationFailed):
        stack.invoke("appoint_staff", {"openid": VISITOR, "role": "king"})


def test_z_data_survive_a_restart(stack: Stack, visitor: Person) -> None:
    """Last, because it restarts the cloud under everybody."""
    visit = visitor.submit()
    stack.cloud.stop()
    stack.cloud.start()
    assert wait_until(lambda: visitor.request("GET", f"/api/visitor/visits/{visit['id']}").status_code == 200, 30)
    assert visitor.get(f"/api/visitor/visits/{visit['id']}") == visit
