"""Mini program sign-in against the simulated WeChat: adapter, wiring, and the whole use case behind the API function."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from chalicelib.core import runtime
from chalicelib.core.secrets import Secrets
from chalicelib.core.settings import TABLES
from chalicelib.domains.account import wiring
from chalicelib.integrations.errors import PeerError, Refused, Retryable, UnknownOutcome
from chalicelib.integrations.wechat.mini_program import MiniProgram
from sandbox.people import MINI_PROGRAM_APP_ID, PEOPLE
from tests.support.arrivals import ACCOUNT, arrive
from tests.support.client import Answer, Client
from tests.support.environment import SECRETS

LIN, ZHOU = PEOPLE[0], PEOPLE[1]
EXCHANGE, SIGN_IN = "/sns/jscode2session", "/api/mini-program/sign-in"


def _program(sandbox, secret: str) -> MiniProgram:
    http = sandbox.http("wechat")
    return MiniProgram(MINI_PROGRAM_APP_ID, secret, sandbox.url, http)


@pytest.fixture
def program(sandbox) -> MiniProgram:
    return _program(sandbox, sandbox.app.secrets.wechat_mini_program_secret)


def login(sandbox, person=LIN) -> str:
    """wx.login."""
    return sandbox.control("POST", "/phone/mini-program/login", {"openid": person.openid})["code"]


def failure(program: MiniProgram, code: str) -> PeerError:
    with pytest.raises(PeerError) as caught:
        program.exchange(code)
    return caught.value


def test_a_code_tells_who_it_is(sandbox, program):
    grant = program.exchange(login(sandbox))
    assert (grant.openid, grant.unionid) == (LIN.mini_openid, LIN.unionid)
    assert grant.openid != LIN.openid
    assert grant.session_key not in repr(grant)


def test_without_an_open_platform_there_is_no_unionid(sandbox, program):
    sandbox.control("PATCH", "/wechat/knobs", {"open_platform_bound": False})
    assert program.exchange(login(sandbox)).unionid == ""


def test_a_code_works_once_and_for_five_minutes(sandbox, program):
    code = login(sandbox)
    program.exchange(code)
    used = failure(program, code)
    assert (type(used), used.code, used.peer_code) == (Refused, "code_invalid", "40163")
    old = login(sandbox)
    sandbox.offset[0] += 301
    assert failure(program, old).peer_code == "40029"
    assert failure(program, "0123456789abcdef0123456789abcdef").peer_code == "40029"


def test_a_code_of_the_account_is_none_of_the_mini_program(sandbox, program):
    assert failure(program, "").peer_code == "41008"
    wrong = failure(_program(sandbox, "wrong-secret-of-ours"), login(sandbox))
    assert (type(wrong), wrong.code, wrong.peer_code) == (Refused, "wechat_credentials_refused", "40125")


def test_a_hundred_a_minute_and_a_blocked_user_keep_their_code(sandbox, program):
    for _ in range(100):
        program.exchange(login(sandbox))
    code = login(sandbox)
    often = failure(program, code)
    assert (type(often), often.code, often.peer_code) == (Retryable, "peer_busy", "45011")
    program.exchange(login(sandbox, ZHOU))
    sandbox.offset[0] += 60
    sandbox.control("PATCH", "/wechat/knobs", {"blocked_users": [LIN.openid]})
    blocked = failure(program, code)
    assert (type(blocked), blocked.code, blocked.peer_code) == (Refused, "wechat_user_blocked", "40226")
    sandbox.control("PATCH", "/wechat/knobs", {"blocked_users": []})
    assert program.exchange(code).openid == LIN.mini_openid


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ({"kind": "error_code", "code": "-1"}, Retryable, "peer_busy"),
        ({"kind": "lost_answer"}, UnknownOutcome, "answer_lost"),
        ({"kind": "delay", "seconds": 2.5}, UnknownOutcome, "answer_lost"),
        ({"kind": "http_502"}, UnknownOutcome, "peer_failed"),
        ({"kind": "not_json"}, UnknownOutcome, "answer_unreadable"),
    ],
)
def test_how_it_can_fail(sandbox, program, fault, kind, code):
    sandbox.fault("wechat", path=EXCHANGE, **fault)
    caught = failure(program, login(sandbox))
    assert (type(caught), caught.code) == (kind, code)


def test_nothing_secret_reaches_a_log_or_a_message(sandbox, program, caplog):
    caplog.set_level(logging.DEBUG)
    code = login(sandbox)
    grant = program.exchange(code)
    written = caplog.text + str(failure(program, code)) + repr(program) + repr(grant)
    for secret in (program.app_secret, code, grant.session_key):
        assert secret not in written


@pytest.fixture
def product(cloud, sandbox, monkeypatch) -> Iterator[None]:
    """The API function, whose WeChat is the simulator."""
    secrets = {**SECRETS, "wechat/mini_program_app_secret": sandbox.app.secrets.wechat_mini_program_secret}
    monkeypatch.setattr(runtime, "fetch_secrets", lambda *_: Secrets(secrets))
    monkeypatch.setenv("WECHAT_MINI_PROGRAM_APP_ID", MINI_PROGRAM_APP_ID)
    monkeypatch.setenv("WECHAT_API_BASE_URL", sandbox.url)
    runtime.settings.cache_clear()
    runtime.secrets.cache_clear()
    wiring._mini_program.cache_clear()
    yield
    wiring._mini_program.cache_clear()


def user_info(sandbox, person=LIN) -> dict[str, str]:
    """wx.getUserInfo, as a page hands it over."""
    told = sandbox.control("POST", "/phone/mini-program/user-info", {"openid": person.openid})
    names = {"rawData": "raw_data", "signature": "signature", "encryptedData": "encrypted_data", "iv": "iv"}
    return {ours: told[theirs] for theirs, ours in names.items()}


def sign_in(code: str, info: dict[str, str] | None = None) -> Answer:
    return Client().post(SIGN_IN, {"code": code, **({"user_info": info} if info else {})})


@pytest.mark.usefixtures("product")
def test_signing_in_with_what_wechat_signed_brings_the_name(sandbox):
    sandbox.control("PATCH", "/wechat/knobs", {"mini_program_anonymous": False})
    answer = sign_in(login(sandbox), user_info(sandbox))
    assert (answer.status, answer.json["user"]["nickname"]) == (200, "林晓雨")
    assert answer.json["user"]["avatar_url"].endswith("/132")


@pytest.mark.usefixtures("product")
def test_a_name_that_names_nobody_replaces_none(sandbox):
    sandbox.control("PATCH", "/wechat/knobs", {"mini_program_anonymous": False})
    sign_in(login(sandbox), user_info(sandbox))
    sandbox.control("PATCH", "/wechat/knobs", {"mini_program_anonymous": True})
    assert sign_in(login(sandbox), user_info(sandbox)).json["user"]["nickname"] == "林晓雨"
    assert sign_in(login(sandbox)).json["user"]["nickname"] == "林晓雨"


@pytest.mark.usefixtures("product")
def test_what_another_login_signed_is_refused_and_registers_nobody(sandbox):
    code, info = login(sandbox), user_info(sandbox)
    other = login(sandbox, ZHOU)
    for wrong in (
        user_info(sandbox, ZHOU),
        {**info, "raw_data": info["raw_data"].replace("微信用户", "厂长")},
        {**info, "encrypted_data": user_info(sandbox, ZHOU)["encrypted_data"]},
    ):
        answer = sign_in(login(sandbox), wrong)
        assert (answer.status, answer.code) == (400, "mini_user_info_invalid")
    assert everything_stored() == []
    assert {sign_in(code).status, sign_in(other).status} == {200}


@pytest.mark.usefixtures("product")
def test_the_session_key_is_stored_nowhere(sandbox):
    answer = sign_in(login(sandbox), user_info(sandbox))
    key = sandbox.app.store.get("wechat.mini_login", LIN.openid)["session_key"]
    assert key not in repr(everything_stored())
    assert key not in answer.text


@pytest.mark.usefixtures("product")
def test_the_same_person_is_the_same_user(sandbox):
    known = arrive(ACCOUNT, "somebody else").id
    first, again = sign_in(login(sandbox)).json["user"]["id"], sign_in(login(sandbox)).json["user"]["id"]
    assert first == again != known


def everything_stored() -> list[object]:
    dynamodb = runtime.aws_client("dynamodb")
    return [item for name in TABLES for item in dynamodb.scan(TableName=f"test-{name}")["Items"]]
