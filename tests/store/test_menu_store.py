"""Publishing the menu: who may when, what is remembered and audited, what is told."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.errors import Conflict, InvalidInput, Unavailable
from chalicelib.core.session import Device
from chalicelib.domains.channel import wiring
from chalicelib.domains.channel.menu import MENU
from chalicelib.domains.channel.menus import service, store
from chalicelib.domains.channel.menus.model import LEASE, Claim, Entry, Published
from chalicelib.domains.channel.menus.service import Actor
from chalicelib.integrations.errors import Refused, Retryable, UnknownOutcome
from tests.support.client import Client, signed_in
from tests.support.clock import FakeClock
from tests.support.fake_menu import APP_ID, FakeMenu

pytestmark = pytest.mark.usefixtures("cloud")

HUANG, LIN = Actor("USERHUANG", "黄志强"), Actor("USERLIN", "林")
SHORT = (Entry("首页", page="/"),)
OTHER = (Entry("我的", page="/me"),)


@pytest.fixture
def wechat() -> FakeMenu:
    return FakeMenu()


def audits() -> list[tuple[str, object, object]]:
    entries = AuditEntry.query(f"menu:{APP_ID}")
    return [(one.actor, json.loads(one.before) if one.before else None, json.loads(one.after)) for one in entries]


def dead_claim(clock: FakeClock, entries=SHORT) -> Claim:
    """A process has claimed the publication and died."""
    claim = Claim("dead", clock() + LEASE, entries, HUANG.id, HUANG.name, clock())
    assert store.claim_publication(APP_ID, 0, claim)
    return claim


def test_the_command_publishes_the_projects_menu_first(wechat: FakeMenu, clock: FakeClock) -> None:
    published = service.publish_again(wechat.account(), clock())
    assert (published.version, published.entries, wechat.names) == (0, None, ["智慧物流", "访客预约", "餐卡服务"])
    assert [(actor, before, after["buttons"]) for actor, before, after in audits()] == [("command", None, 6)]


def test_an_administrators_menu_is_stored_and_is_what_the_command_publishes(wechat: FakeMenu, clock: FakeClock) -> None:
    service.publish_again(wechat.account(), clock())
    clock.advance(seconds=1)
    published = service.publish(wechat.account(), SHORT, 0, HUANG, clock())
    assert published == Published(1, SHORT, clock(), HUANG.id, "黄志强") == store.find_menu(APP_ID)
    assert audits()[1][0] == HUANG.id
    assert audits()[1][1]["menu"].startswith("智慧物流→/logistics；访客预约（")
    assert audits()[1][2] == {"menu": "首页→/", "buttons": 1}
    wechat.shown = None
    clock.advance(seconds=1)
    assert service.publish_again(wechat.account(), clock()).version == 1
    assert wechat.names == ["首页"]


def test_the_projects_menu_is_followed_again_after_a_reset(wechat: FakeMenu, clock: FakeClock) -> None:
    service.publish(wechat.account(), SHORT, 0, HUANG, clock())
    clock.advance(seconds=1)
    assert service.publish(wechat.account(), MENU, 1, HUANG, clock()).entries is None
    assert store.find_menu(APP_ID).version == 2


def test_an_old_view_publishes_nothing(wechat: FakeMenu, clock: FakeClock) -> None:
    service.publish(wechat.account(), SHORT, 0, HUANG, clock())
    with pytest.raises(Conflict, match="menu_changed"):
        service.publish(wechat.account(), OTHER, 0, LIN, clock())
    assert wechat.names == ["首页"] and len(audits()) == 1


def test_while_somebody_publishes_nobody_else_does(wechat: FakeMenu, clock: FakeClock) -> None:
    dead_claim(clock)
    clock.advance(seconds=LEASE.total_seconds() - 1)
    with pytest.raises(Conflict, match="menu_being_published"):
        service.publish(wechat.account(), OTHER, 0, LIN, clock())
    with pytest.raises(Conflict, match="menu_being_published"):
        service.publish_again(wechat.account(), clock())
    assert wechat.sent == []


@pytest.mark.parametrize("got_through", [True, False])
def test_a_publication_whose_process_died_is_settled_by_looking_at_wechat(
    wechat: FakeMenu, clock: FakeClock, got_through: bool
) -> None:
    begun = clock()
    dead_claim(clock)
    if got_through:
        wechat.send([{"type": "view", "name": "首页", "url": "http://campus.localhost:4566/", "sub_button": []}])
    clock.advance(seconds=LEASE.total_seconds())
    published, in_wechat = service.look(wechat.account(), clock())
    assert published.claim is None and store.find_menu(APP_ID).claim is None
    if got_through:
        assert (published.version, published.published_at, published.actor) == (1, begun, HUANG.id)
        assert [actor for actor, _, _ in audits()] == [HUANG.id]
        assert in_wechat.state == "same"
    else:
        assert (published.version, audits(), in_wechat.state) == (0, [], "none")
    assert service.publish(wechat.account(), OTHER, published.version, LIN, clock()).version == published.version + 1


def test_settled_twice_at_once_is_settled_once(wechat: FakeMenu, clock: FakeClock) -> None:
    claim = dead_claim(clock)
    wechat.send([{"type": "view", "name": "首页", "url": "http://campus.localhost:4566/"}])
    seen = store.find_menu(APP_ID)
    first = service._settle(wechat.account(), seen, claim, wechat.shown)
    second = service._settle(wechat.account(), seen, claim, wechat.shown)
    assert first == second == store.find_menu(APP_ID)
    assert len(audits()) == 1


def refusing(error: Exception, *operations: str, moment: str = "before"):
    def trouble(operation: str, when: str) -> None:
        if operation in operations and when == moment:
            raise error

    return trouble


def test_a_refusal_is_told_with_wechats_number(wechat: FakeMenu, clock: FakeClock) -> None:
    wechat.trouble = refusing(Refused("wechat_menu_invalid", "", "wechat", peer_code="40055"), "create")
    with pytest.raises(Conflict, match="menu_refused") as caught:
        service.publish(wechat.account(), SHORT, 0, HUANG, clock())
    assert caught.value.values["number"] == "40055"
    assert (store.find_menu(APP_ID), audits()) == (Published(), [])


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Retryable("peer_unreachable", "", "wechat", sent=False), service.UNREACHABLE),
        (
            Retryable("wechat_quota_exhausted", "", "wechat", peer_code="45009"),
            "今天发布菜单的次数已用完，请明天再试。",
        ),
        (Retryable("peer_busy", "", "wechat", peer_code="-1"), "微信繁忙，请稍后再试。"),
    ],
)
def test_what_has_certainly_not_happened_is_said_so(
    wechat: FakeMenu, clock: FakeClock, error: Retryable, reason: str
) -> None:
    wechat.trouble = refusing(error, "create", "read")
    with pytest.raises(Unavailable, match="menu_not_published") as caught:
        service.publish(wechat.account(), SHORT, 0, HUANG, clock())
    assert caught.value.values["reason"] == reason
    assert store.find_menu(APP_ID).claim is None


@pytest.mark.parametrize("error", [Retryable("answer_lost", "", "wechat"), UnknownOutcome("answer_lost", "", "wechat")])
def test_a_lost_answer_is_looked_up(wechat: FakeMenu, clock: FakeClock, error: Exception) -> None:
    wechat.trouble = refusing(error, "create", moment="after")
    assert service.publish(wechat.account(), SHORT, 0, HUANG, clock()).version == 1
    wechat.trouble = refusing(error, "create", moment="before")
    with pytest.raises(Unavailable, match="menu_not_published"):
        service.publish(wechat.account(), OTHER, 1, HUANG, clock())
    assert (store.find_menu(APP_ID).entries, wechat.names) == (SHORT, ["首页"])


def test_a_lost_answer_that_cannot_be_looked_up_stays_open_until_it_can(wechat: FakeMenu, clock: FakeClock) -> None:
    lost = Retryable("answer_lost", "", "wechat")

    def silent(operation: str, when: str) -> None:
        if operation == "read" or when == "after":
            raise lost

    wechat.trouble = silent
    with pytest.raises(Unavailable, match="menu_outcome_unknown"):
        service.publish(wechat.account(), SHORT, 0, HUANG, clock())
    published, in_wechat = service.look(wechat.account(), clock())
    assert (published.claim is not None, in_wechat.state, in_wechat.error) == (True, "unknown", "answer_lost")
    clock.advance(seconds=LEASE.total_seconds())
    with pytest.raises(Unavailable, match="menu_outcome_unknown"):
        service.publish(wechat.account(), OTHER, 0, LIN, clock())
    wechat.trouble = lambda operation, when: None
    with pytest.raises(Conflict, match="menu_changed"):
        service.publish(wechat.account(), OTHER, 0, LIN, clock())
    assert store.find_menu(APP_ID).entries == SHORT


def test_an_invalid_menu_names_its_fields_and_touches_nothing(wechat: FakeMenu, clock: FakeClock) -> None:
    with pytest.raises(InvalidInput) as caught:
        service.publish(wechat.account(), (Entry("名称实在太长了", page="/"),), 0, HUANG, clock())
    assert [problem["field"] for problem in caught.value.detail] == ["entries.0.name"]
    assert (wechat.sent, store.find_menu(APP_ID)) == ([], Published())


def test_a_claim_whose_answer_was_lost_is_still_ours(clock: FakeClock) -> None:
    claim = dead_claim(clock)
    assert store.claim_publication(APP_ID, 0, claim), "the SDK's repetition of the same request"
    other = Claim("other", claim.until, OTHER, LIN.id, LIN.name, clock())
    assert not store.claim_publication(APP_ID, 0, other)


def test_ending_somebody_elses_claim_changes_nothing(clock: FakeClock) -> None:
    claim = dead_claim(clock)
    store.release_claim(APP_ID, "other")
    assert store.find_menu(APP_ID).claim == claim


class TestThroughTheApi:
    URL = "/api/office/menu"

    @pytest.fixture
    def office(self, wechat: FakeMenu, monkeypatch: pytest.MonkeyPatch) -> Client:
        account = wechat.account({"/canteen": "pages/canteen/index"})
        monkeypatch.setattr(wiring, "menu_account", lambda: account)
        return signed_in("huang", "administrator", device=Device.OFFICE)

    def test_shown_changed_published_and_shown_again(self, office: Client, wechat: FakeMenu) -> None:
        shown = office.get(self.URL).json
        assert (shown["version"], shown["is_default"], shown["in_wechat"]["state"]) == (0, True, "none")
        assert shown["entries"][2] == {
            "name": "餐卡服务", "target": "mini_program", "page": "/canteen", "key": "", "entries": [],
        }  # fmt: skip
        entries = [*shown["entries"][:2], {"name": "帮助", "target": "click", "key": "help"}]
        for entry in entries:
            for child in entry.get("entries", []):
                child.pop("entries", None)
        answer = office.post(f"{self.URL}/publish", {"version": 0, "entries": entries})
        assert answer.status == 200, answer.text
        now = answer.json
        assert (now["version"], now["is_default"], now["published_by"]) == (1, False, "huang")
        assert now["in_wechat"]["state"] == "same"
        assert now["in_wechat"]["entries"][2] == {"name": "帮助", "kind": "click", "opens": "help", "entries": []}
        assert wechat.names == ["智慧物流", "访客预约", "帮助"]
        assert office.get(self.URL).json == now

    def test_somebody_changed_it_at_wechat(self, office: Client, wechat: FakeMenu) -> None:
        office.post(f"{self.URL}/publish", {"version": 0, "entries": [{"name": "首页", "page": "/"}]})
        wechat.shown = [{"name": "别处", "type": "view", "url": "https://elsewhere.example"}]
        shown = office.get(self.URL).json["in_wechat"]
        assert (shown["state"], shown["entries"][0]["opens"]) == ("different", "https://elsewhere.example")

    def test_wechat_does_not_answer(self, office: Client, wechat: FakeMenu) -> None:
        wechat.trouble = refusing(Refused("wechat_address_not_allowed", "", "wechat", peer_code="40164"), "read")
        shown = office.get(self.URL).json
        assert shown["in_wechat"]["state"] == "unknown" and "IP 白名单" in shown["in_wechat"]["message"]
        assert [entry["name"] for entry in shown["entries"]] == ["智慧物流", "访客预约", "餐卡服务"]

    @pytest.mark.parametrize(
        ("entries", "field"),
        [
            ([{"name": "预约登记处处", "page": "/"}], "entries.0.name"),
            ([{"name": "甲", "page": "/elsewhere"}], "entries.0.page"),
            ([{"name": "甲", "page": "//elsewhere.example"}], "entries.0.page"),
            ([{"name": "甲", "target": "click", "key": "键" * 43}], "entries.0.key"),
            ([{"name": "甲", "entries": [{"name": "", "page": "/"}]}], "entries.0.entries.0.name"),
            ([{"name": "甲", "target": "link", "page": "/"}], "entries.0.target"),
            ([{"name": "甲\n乙", "page": "/"}], "entries.0.name"),
            ([], "entries"),
        ],
    )
    def test_the_same_rules_on_the_server(self, office: Client, wechat: FakeMenu, entries: list, field: str) -> None:
        answer = office.post(f"{self.URL}/publish", {"version": 0, "entries": entries})
        assert answer.status == 400 and [one["field"] for one in answer.json["detail"]] == [field]
        assert wechat.sent == []

    def test_a_conflict_and_a_refusal_in_words(self, office: Client, wechat: FakeMenu) -> None:
        body = {"version": 7, "entries": [{"name": "首页", "page": "/"}]}
        answer = office.post(f"{self.URL}/publish", body)
        assert (answer.status, answer.code) == (409, "menu_changed")
        wechat.trouble = refusing(Refused("wechat_menu_invalid", "", "wechat", peer_code="40055"), "create")
        answer = office.post(f"{self.URL}/publish", {**body, "version": 0})
        assert (answer.status, answer.code) == (409, "menu_refused")
        assert "40055" in answer.json["message"]


def test_a_claim_lasts_longer_than_a_function_that_publishes() -> None:
    assert timedelta(seconds=30) < LEASE
