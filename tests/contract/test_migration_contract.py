"""The migration's adapter against the simulated WeChat: pages, conversion, tokens of two accounts, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.secrets import Secrets
from chalicelib.domains.channel.migration import store, wiring
from chalicelib.domains.channel.migration.model import MigrationStage, stage
from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.wechat import migration as adapter
from chalicelib.integrations.wechat.client import OfficialAccountClient
from sandbox.people import APP_ID
from sandbox.wechat.migration import OLD_ACCOUNTS
from tests.support import migration as orders
from tests.support.clock import FakeClock
from tests.support.environment import SECRETS
from tests.support.memory_token_store import MemoryTokenStore
from tests.support.quick_cloud import use_quick_cloud
from tests.support.simulators import Simulators

CANTEEN, LOGISTICS = OLD_ACCOUNTS


def old_client(sandbox: Simulators, **changed: Any) -> OfficialAccountClient:
    secret = changed.pop("secret", sandbox.app.secrets.wechat_old_canteen_secret)
    return OfficialAccountClient(CANTEEN.app_id, secret, MemoryTokenStore(), api_base_url=sandbox.url)


def new_client(sandbox: Simulators) -> OfficialAccountClient:
    secret = sandbox.app.secrets.wechat_app_secret
    return OfficialAccountClient(APP_ID, secret, MemoryTokenStore(), api_base_url=sandbox.url)


def openids_of(sandbox: Simulators, key: str = "canteen") -> list[str]:
    items = sandbox.control("GET", "/wechat/old-accounts")["items"]
    return next(item["openids"] for item in items if item["key"] == key)


def test_every_follower_of_the_old_account_page_by_page(sandbox: Simulators) -> None:
    sandbox.control("PATCH", "/wechat/knobs", {"old_followers": 20_001})
    client, after, found = old_client(sandbox), "", list[str]()
    sizes = []
    while True:
        page = adapter.read_followers(client, after)
        sizes.append(len(page.openids))
        found += page.openids
        if not page.next_openid:
            break
        after = page.next_openid
    assert sizes == [10_000, 10_000, 1, 0]
    assert found == openids_of(sandbox)
    assert page.total == 20_001


def test_a_start_that_follows_no_longer(sandbox: Simulators) -> None:
    with pytest.raises(Refused) as refused:
        adapter.read_followers(old_client(sandbox), "oNOBODY0000000000000000")
    assert (refused.value.code, refused.value.peer_code) == ("wechat_grant_invalid", "40003")


@pytest.mark.parametrize("source", [CANTEEN.app_id, CANTEEN.raw_id])
def test_both_names_of_the_old_account_and_any_order_of_the_answer(sandbox: Simulators, source: str) -> None:
    sandbox.control("PATCH", "/wechat/knobs", {"migration_shuffled": True})
    asked = openids_of(sandbox)[:100]
    rows = adapter.change_openids(new_client(sandbox), source, asked)
    assert [row.old for row in rows] != asked
    by_old = {row.old: row for row in rows}
    assert set(by_old) == set(asked)
    assert by_old[asked[39]].new == "" and by_old[asked[39]].message == "ori_openid error"
    assert by_old[asked[0]].new == f"oNEW{asked[0][4:]}"


@pytest.mark.parametrize(
    ("knobs", "source", "openids", "code"),
    [
        ({"migration_open": False}, CANTEEN.raw_id, ["x"], "wechat_migration_unrelated"),
        ({"migration_approved_at": 1}, CANTEEN.raw_id, ["x"], "wechat_migration_unrelated"),
        ({"migration_from_form": "app_id"}, CANTEEN.raw_id, ["x"], "wechat_migration_unrelated"),
        ({}, "gh_000000000000", ["x"], "wechat_migration_unrelated"),
        ({}, "", ["x"], "wechat_migration_invalid"),
        ({}, CANTEEN.raw_id, [], "wechat_migration_invalid"),
    ],
)
def test_refusals(sandbox: Simulators, knobs: dict[str, Any], source: str, openids: list[str], code: str) -> None:
    sandbox.control("PATCH", "/wechat/knobs", knobs)
    with pytest.raises(Refused) as refused:
        adapter.change_openids(new_client(sandbox), source, openids)
    assert refused.value.code == code


def test_the_daily_limit(sandbox: Simulators) -> None:
    sandbox.control("PATCH", "/wechat/knobs", {"quotas": {"change_openid": 1}})
    client, asked = new_client(sandbox), openids_of(sandbox)[:2]
    adapter.change_openids(client, CANTEEN.raw_id, asked)
    with pytest.raises(Retryable) as limited:
        adapter.change_openids(client, CANTEEN.raw_id, asked)
    assert limited.value.code == "wechat_quota_exhausted"


def test_a_dead_token_is_replaced_on_both_accounts(sandbox: Simulators) -> None:
    old, new = old_client(sandbox), new_client(sandbox)
    adapter.read_followers(old, "")
    adapter.change_openids(new, CANTEEN.raw_id, openids_of(sandbox)[:1])
    sandbox.control("POST", "/wechat/kill-token")
    before = sandbox.control("GET", "/wechat/counters")["stable_token_fetches"]
    assert adapter.read_followers(old, "").total == 240
    assert len(adapter.change_openids(new, CANTEEN.raw_id, openids_of(sandbox)[:1])) == 1
    assert sandbox.control("GET", "/wechat/counters")["stable_token_fetches"] == before + 2


def test_the_old_accounts_token_converts_nothing(sandbox: Simulators) -> None:
    with pytest.raises(Refused) as refused:
        adapter.change_openids(old_client(sandbox), CANTEEN.raw_id, openids_of(sandbox)[:1])
    assert refused.value.peer_code == "63178"


@pytest.mark.parametrize(
    ("knobs", "secret", "code"),
    [
        ({"old_accounts_frozen": True}, None, "wechat_account_banned"),
        ({}, "wrong", "wechat_credentials_refused"),
    ],
)
def test_an_account_that_cannot_be_read(
    sandbox: Simulators, knobs: dict[str, Any], secret: str | None, code: str
) -> None:
    sandbox.control("PATCH", "/wechat/knobs", knobs)
    client = old_client(sandbox, secret=secret) if secret else old_client(sandbox)
    with pytest.raises(Refused) as refused:
        adapter.read_followers(client, "")
    assert refused.value.code == code


@pytest.mark.parametrize("kind", ["lost_answer", "http_502", "not_json", "down"])
def test_lost_answers_may_be_asked_for_again(sandbox: Simulators, kind: str) -> None:
    client, asked = new_client(sandbox), openids_of(sandbox)[:100]
    first = adapter.change_openids(client, CANTEEN.raw_id, asked)
    sandbox.fault("wechat", kind, "/cgi-bin/changeopenid")
    with pytest.raises(PeerError) as lost:
        adapter.change_openids(client, CANTEEN.raw_id, asked)
    assert isinstance(lost.value, Retryable)
    assert adapter.change_openids(client, CANTEEN.raw_id, asked) == first


@pytest.mark.usefixtures("cloud")
def test_the_whole_way_with_wechat_failing_now_and_then(
    sandbox: Simulators, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the old account's list to the new openids, with the product's own wiring and a token in DynamoDB."""
    shared = sandbox.app.secrets
    mine = {
        **SECRETS,
        "wechat/app_secret": shared.wechat_app_secret,
        "wechat/old_canteen/app_secret": shared.wechat_old_canteen_secret,
    }
    monkeypatch.setattr(runtime, "fetch_secrets", lambda *_: Secrets(mine))
    monkeypatch.setenv("WECHAT_API_BASE_URL", sandbox.url)
    runtime.settings.cache_clear()
    runtime.secrets.cache_clear()
    wiring.official_account.cache_clear()
    wiring._old_client.cache_clear()
    ports = wiring.ports()
    canteen = ports.accounts[0]
    use_quick_cloud(monkeypatch)
    for path in ("/cgi-bin/user/get", "/cgi-bin/changeopenid"):
        sandbox.fault("wechat", "lost_answer", path)
    orders.order_pull(canteen, clock)
    orders.run_until_resting(ports, clock)
    orders.order_convert(canteen, clock)
    orders.run_until_resting(ports, clock)
    progress = store.find_progress(canteen.key)
    assert stage(*store.find_both(canteen.key), clock()) is MigrationStage.CONVERTED
    assert (progress.pulled, progress.converted, progress.failed) == (240, 234, {"not_follower": 6})
    assert len(sandbox.calls("wechat", "/cgi-bin/changeopenid")) == 3 + 1
    wiring.official_account.cache_clear()
    wiring._old_client.cache_clear()


@pytest.mark.usefixtures("cloud")
def test_a_missing_secret_is_said(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    without = {name: value for name, value in SECRETS.items() if "old_canteen" not in name}
    monkeypatch.setattr(runtime, "fetch_secrets", lambda *_: Secrets(without))
    runtime.secrets.cache_clear()
    wiring._old_client.cache_clear()
    ports = wiring.ports()
    orders.order_pull(ports.accounts[0], clock)
    orders.run_until_resting(ports, clock)
    trouble = store.find_progress("canteen").trouble
    assert trouble is not None and trouble.code == "wechat_old_secret_missing"
