"""Template messages against the simulator: accepted once, and each refusal sorted."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.integrations.errors import Refused, Retryable, UnknownOutcome
from chalicelib.integrations.wechat.client import OfficialAccountClient
from chalicelib.integrations.wechat.templates import TemplateMessage, send_template
from sandbox.people import APP_ID, PEOPLE
from sandbox.wechat.templates import LIBRARY
from tests.support.memory_token_store import MemoryTokenStore
from tests.support.simulators import Simulators

OPENID = PEOPLE[0].openid
TEMPLATE = LIBRARY[0]["template_id"]
DATA = {"thing1": "林晓雨", "time2": "2026年11月23日 09:00~13:00", "phrase3": "审核通过", "thing4": "请凭二维码入厂"}
PATH = "/cgi-bin/message/template/send"


@pytest.fixture
def client(sandbox: Simulators) -> OfficialAccountClient:
    return OfficialAccountClient(
        APP_ID,
        sandbox.app.secrets.wechat_app_secret,
        MemoryTokenStore(),
        api_base_url=sandbox.url,
        http=sandbox.http("wechat"),
    )


def message(**changed: Any) -> TemplateMessage:
    facts = {"openid": OPENID, "template_id": TEMPLATE, "url": "http://campus.localhost/visitor/visits/1", "data": DATA}
    return TemplateMessage(**{**facts, "client_message_id": "NOTICE-1", **changed})


def shown(sandbox: Simulators) -> list[Any]:
    return list(sandbox.control("GET", f"/wechat/messages?openid={OPENID}")["items"])


def test_a_message_arrives_with_its_link(client: OfficialAccountClient, sandbox: Simulators) -> None:
    assert send_template(client, message()).isdigit()
    chat = shown(sandbox)
    assert [line["value"] for line in chat[0]["lines"]] == list(DATA.values())
    assert chat[0]["url"].endswith("/visitor/visits/1")


def test_the_same_id_is_one_message_for_ten_minutes_only(client: OfficialAccountClient, sandbox: Simulators) -> None:
    sandbox.fault("wechat", "lost_answer", PATH)
    with pytest.raises(UnknownOutcome):
        send_template(client, message())
    send_template(client, message())
    assert len(shown(sandbox)) == 1
    sandbox.advance(601)
    send_template(client, message())
    assert len(shown(sandbox)) == 2, "why an unknown outcome is not repeated later"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"template_id": "x" * 43}, "wechat_template_unknown"),
        ({"template_id": "short"}, "wechat_template_unknown"),
        ({"data": {**DATA, "phrase3": "not a phrase"}}, "wechat_template_invalid"),
    ],
)
def test_our_mistakes_are_final(
    client: OfficialAccountClient, sandbox: Simulators, changed: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        send_template(client, message(**changed))
    assert refused.value.code == code
    assert shown(sandbox) == []


def test_somebody_who_does_not_follow_or_has_refused(client: OfficialAccountClient, sandbox: Simulators) -> None:
    sandbox.control("POST", "/wechat/followers", {"openid": OPENID, "follows": False})
    with pytest.raises(Refused) as refused:
        send_template(client, message())
    assert refused.value.code == "wechat_not_following"
    sandbox.control("POST", "/wechat/followers", {"openid": OPENID, "follows": True})
    sandbox.control("PATCH", "/wechat/knobs", {"refused_templates": [TEMPLATE]})
    with pytest.raises(Refused) as refused:
        send_template(client, message())
    assert refused.value.code == "wechat_notice_declined"


def test_the_quota_is_for_later(client: OfficialAccountClient, sandbox: Simulators) -> None:
    sandbox.control("PATCH", "/wechat/knobs", {"quotas": {"template_send": 0}})
    with pytest.raises(Retryable) as later:
        send_template(client, message())
    assert later.value.code == "wechat_quota_exhausted"
