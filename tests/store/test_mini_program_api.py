"""Signing in from the mini program through the API function: token, refusals, and who it is that signs in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core import session
from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import from_text, utc_now
from chalicelib.core.session import LIFETIME, Device
from chalicelib.core.table import Transaction
from chalicelib.domains.account import notices, phones, store, wiring
from chalicelib.domains.account.model import UserStatus, erase_profile
from chalicelib.domains.account.texts import TEXTS
from chalicelib.domains.account.users.lists import Wanted, page_of_users
from chalicelib.integrations.errors import PeerError, Refused, Retryable, UnknownOutcome
from tests.store.test_strangers import stored
from tests.support.arrivals import ACCOUNT, MINI, FakeMiniProgram, arrive, merged
from tests.support.client import Answer, Client, browser_of, signed_in
from tests.support.forms import form

pytestmark = pytest.mark.usefixtures("cloud")

SIGN_IN = "/api/mini-program/sign-in"


@pytest.fixture
def wechat(monkeypatch: pytest.MonkeyPatch) -> FakeMiniProgram:
    fake = FakeMiniProgram()
    monkeypatch.setattr(wiring, "exchange_mini_program_code", fake.exchange)
    return fake


def bearer(answer: Answer) -> Client:
    return Client(headers={"Authorization": f"Bearer {answer.json['token']}"})


def sign_in(wechat: FakeMiniProgram, person: str = "lin", *, bound: bool = True) -> Client:
    answer = Client().post(SIGN_IN, {"code": wechat.issue("code-1", person, bound=bound)})
    assert answer.status == 200, answer.text
    return bearer(answer)


def own_id(client: Client) -> str:
    return str(client.get("/api/session").json["user"]["id"])


def test_a_code_becomes_a_token_that_works_without_cookie_or_csrf(wechat: FakeMiniProgram) -> None:
    answer = Client().post(SIGN_IN, {"code": wechat.issue("code-1")})
    assert answer.cookies == []
    assert timedelta(days=6) < from_text(answer.json["expires_at"]) - utc_now() <= LIFETIME[Device.MINI_PROGRAM]
    client = bearer(answer)
    assert own_id(client) == answer.json["user"]["id"]
    assert client.post("/api/visitor/visits", form()).status == 201
    assert len(client.get("/api/visitor/visits").json["items"]) == 1


def test_a_token_ends(wechat: FakeMiniProgram) -> None:
    user = arrive(MINI, "lin")
    began = utc_now() - LIFETIME[Device.MINI_PROGRAM] - timedelta(seconds=1)
    token = session.seal(["test-key-one"], user.id, Device.MINI_PROGRAM, began)
    client = Client(headers={"Authorization": f"Bearer {token}"})
    assert client.get("/api/session").code == "not_signed_in"


@pytest.mark.parametrize(
    ("failing", "status", "code"),
    [
        (Refused("code_invalid", "", "wechat", peer_code="40029"), 400, "mini_code_invalid"),
        (Refused("code_invalid", "", "wechat", peer_code="40163"), 400, "mini_code_used"),
        (Retryable("peer_busy", "", "wechat", peer_code="45011"), 429, "mini_sign_in_too_often"),
        (Refused("wechat_user_blocked", "", "wechat", peer_code="40226"), 403, "mini_user_blocked"),
        (Retryable("peer_busy", "", "wechat", peer_code="-1"), 503, "mini_wechat_busy"),
        (Refused("wechat_credentials_refused", "", "wechat", peer_code="40125"), 503, "mini_wechat_unavailable"),
        (UnknownOutcome("answer_lost", "", "wechat"), 503, "mini_wechat_unavailable"),
    ],
)
def test_each_refusal_has_its_own_words_and_leaves_nothing(
    wechat: FakeMiniProgram, failing: PeerError, status: int, code: str
) -> None:
    wechat.failing = failing
    before = stored()
    answer = Client().post(SIGN_IN, {"code": "code-1"})
    assert (answer.status, answer.code) == (status, code)
    assert stored() == before
    texts = wiring_texts()
    assert len({texts[name] for name in texts}) == len(texts), "no two refusals say the same"


def wiring_texts() -> dict[str, str]:
    return {name: text for name, text in TEXTS.items() if name.startswith("mini_")}


def test_a_used_code_is_told_so(wechat: FakeMiniProgram) -> None:
    wechat.issue("code-1")
    assert Client().post(SIGN_IN, {"code": "code-1"}).status == 200
    assert Client().post(SIGN_IN, {"code": "code-1"}).code == "mini_code_used"


@pytest.mark.parametrize(
    "body", [{}, {"code": ""}, {"code": "a b"}, {"code": "x" * 129}, {"code": "c", "user_info": {}}]
)
def test_what_is_no_code_is_not_taken_to_wechat(wechat: FakeMiniProgram, body: dict[str, Any]) -> None:
    assert Client().post(SIGN_IN, body).code == "invalid_input"
    assert wechat.infos == []


def test_without_a_mini_program_it_is_off() -> None:
    answer = Client().post(SIGN_IN, {"code": "code-1"})
    assert (answer.status, answer.code) == (409, "mini_program_off")


def test_a_shut_out_user_is_refused_at_sign_in_and_with_a_token_they_have(wechat: FakeMiniProgram) -> None:
    client = sign_in(wechat)
    user = store.find_user(own_id(client))
    assert user is not None
    office = signed_in("boss", "administrator", device=Device.OFFICE)
    office.post(f"/api/office/users/{user.id}/disable", {"reason": "离职", "version": user.version})
    assert client.get("/api/session").code == "account_disabled"
    refused = Client().post(SIGN_IN, {"code": wechat.issue("code-2")})
    assert (refused.status, refused.code) == (403, "account_disabled")


@pytest.mark.parametrize("first", [ACCOUNT, MINI])
def test_account_and_mini_program_are_one_user_in_both_orders(wechat: FakeMiniProgram, first: str) -> None:
    if first == ACCOUNT:
        known = arrive(ACCOUNT, "lin")
        client = sign_in(wechat)
    else:
        client = sign_in(wechat)
        known = arrive(ACCOUNT, "lin")
    assert own_id(client) == known.id
    visit = browser_of(known.id).post("/api/visitor/visits", form()).json
    assert [one["id"] for one in client.get("/api/visitor/visits").json["items"]] == [visit["id"]]
    assert notices.find_openid(known.id) == f"o-{ACCOUNT}-lin", "messages go to the account's openid"
    assert client.get("/api/session").json["user"]["nickname"] == "lin"
    linked = [entry.action for entry in AuditEntry.query(f"user:{known.id}")]
    assert linked == ["identity_linked"]


def test_without_a_unionid_they_stay_two_and_two_people_never_meet(wechat: FakeMiniProgram) -> None:
    here, there = arrive(ACCOUNT, "lin", bound=False), sign_in(wechat, bound=False)
    assert own_id(there) != here.id
    assert own_id(sign_in(wechat, "zhou")) not in (here.id, own_id(there))
    assert notices.find_openid(own_id(there)) is None, "the mini program's openid gets no template message"


def test_two_users_become_one_and_both_sessions_go_on(wechat: FakeMiniProgram) -> None:
    phone = browser_of(arrive(ACCOUNT, "lin", bound=False).id)
    mini = sign_in(wechat)
    before = own_id(phone), own_id(mini)
    user = arrive(ACCOUNT, "lin")
    assert user.absorbed == (before[1],)
    assert (own_id(phone), own_id(mini)) == (user.id, user.id)
    assert own_id(sign_in(wechat)) == user.id
    assert [notices.find_openid(one) for one in before] == [f"o-{ACCOUNT}-lin"] * 2, "notices of old visits arrive"
    actions = [entry.action for one in before for entry in AuditEntry.query(f"user:{one}")]
    assert actions == ["users_merged", "user_absorbed"]
    assert [one.id for one in page_of_users(Wanted(), None).items] == [user.id], "the alias is in no list"
    office = signed_in("boss", "administrator", device=Device.OFFICE)
    assert office.get(f"/api/office/users/{before[1]}").json["id"] == user.id


def test_a_shut_out_user_does_not_come_back_by_merging(wechat: FakeMiniProgram) -> None:
    mini = sign_in(wechat, bound=False)
    office = signed_in("boss", "administrator", device=Device.OFFICE)
    phone = browser_of(arrive(ACCOUNT, "lin").id)
    office.post(f"/api/office/users/{own_id(phone)}/disable", {"reason": "离职", "version": 1})
    refused = Client().post(SIGN_IN, {"code": wechat.issue("code-2")})
    assert refused.code == "account_disabled"
    assert mini.get("/api/session").code == "account_disabled", "what they had is gone with it"


def test_a_phone_number_stays_with_the_person(wechat: FakeMiniProgram) -> None:
    office = signed_in("boss", "administrator", device=Device.OFFICE)
    mini = own_id(sign_in(wechat))
    office.post(f"/api/office/users/{mini}/phone", {"phone": "13805910001", "version": 1})
    user = arrive(ACCOUNT, "lin", bound=False)
    office.post(f"/api/office/users/{user.id}/phone", {"phone": "13805910002", "version": 1})
    assert phones.find_user_by_phone("13805910001") == mini
    merged_user = arrive(ACCOUNT, "lin")
    assert merged_user.id == mini, "the older one"
    assert (phones.find_user_by_phone("13805910001"), phones.find_holder("13805910002")) == (mini, None)


def test_the_absorbed_users_number_comes_along_and_a_shut_out_one_is_not_found(wechat: FakeMiniProgram) -> None:
    office = signed_in("boss", "administrator", device=Device.OFFICE)
    older = arrive(ACCOUNT, "lin", bound=False)
    mini = arrive(MINI, "lin")
    office.post(f"/api/office/users/{mini.id}/phone", {"phone": "13805910001", "version": 1})
    office.post(f"/api/office/users/{mini.id}/disable", {"reason": "离职", "version": 2})
    user = arrive(ACCOUNT, "lin")
    assert (user.id, user.status, user.phone) == (older.id, UserStatus.DISABLED, "13805910001")
    assert phones.find_user_by_phone("13805910001") is None
    assert phones.find_holder("13805910001") == older.id


def test_signing_out_for_all_holds_for_a_merged_persons_old_tokens(wechat: FakeMiniProgram) -> None:
    """Consent withdrawn at WeChat ends sessions; a merger does not bring them back."""
    user, absorbed = merged()
    old = browser_of(absorbed)
    assert own_id(old) == user.id
    gone = erase_profile(user, spares_staff=False, signed_out_at=utc_now() + timedelta(seconds=2))
    assert gone is not None
    transaction = Transaction()
    store.add_user_change(transaction, gone)
    transaction.commit()
    assert old.get("/api/session").code == "not_signed_in"
