"""What people bring along, whichever comes first: the conversion, the sign-in or the import."""

from __future__ import annotations

from itertools import permutations

import pytest

from chalicelib.domains.account import sign_in
from chalicelib.domains.account import store as accounts
from chalicelib.domains.account.erasure import add_profile_erasure
from chalicelib.domains.account.model import Profile
from chalicelib.domains.channel.callback import service as callback
from chalicelib.domains.channel.callback.model import Message
from chalicelib.domains.channel.migration import history
from chalicelib.domains.channel.migration.imports import service as imports
from chalicelib.domains.channel.migration.imports.bindings import full_id_number
from chalicelib.domains.channel.migration.imports.model import ImportKind
from chalicelib.domains.channel.migration.ports import OldAccount
from tests.support import migration
from tests.support.clock import FakeClock
from tests.support.fake_migration import CANTEEN, LOGISTICS, NEW_APP_ID, FakeMigration, new_openid, openid
from tests.support.migration import ADMINISTRATOR, run_until_resting

pytestmark = pytest.mark.usefixtures("cloud")

OLD = openid(7)
NEW = new_openid(OLD)
ID_NUMBER = "11010519491231002X"
DRIVER = f"原openid,姓名,手机号,身份证号\n{OLD},林师傅,13900001111,{ID_NUMBER}\n".encode()


def convert(old: OldAccount, clock: FakeClock) -> None:
    wechat = FakeMigration([OLD], accepts=(old.raw_id,))
    migration.order_convert(old, clock)
    run_until_resting(wechat.ports(old), clock)


def take_over(old: OldAccount, clock: FakeClock) -> None:
    known = migration.upload(old, ImportKind.DRIVERS, DRIVER, clock)
    run_until_resting(FakeMigration().ports(old), clock)
    imports.run_import(ADMINISTRATOR, known.id, clock())
    run_until_resting(FakeMigration().ports(old), clock)


def sign_in_once(_old: OldAccount, clock: FakeClock) -> None:
    person = sign_in.WeChatPerson(Profile(NEW_APP_ID, NEW, "林师傅", ""), snapshot=False)
    sign_in.finish_sign_in(f"code-{clock()}", "state", lambda _code: person, clock(), clock.pause)


@pytest.mark.parametrize("order", list(permutations((convert, take_over, sign_in_once))))
def test_every_order_ends_the_same(order: tuple[object, ...], clock: FakeClock) -> None:
    history.find_users_with(accounts.find_user_id)
    migration.know(LOGISTICS, [OLD], clock)
    for step in order:
        step(LOGISTICS, clock)  # type: ignore[operator]
    assert history.identities_of(NEW_APP_ID, NEW) == [history.OldIdentity(LOGISTICS.app_id, OLD)]
    assert history.user_of(NEW_APP_ID, NEW) == accounts.find_user_id(NEW_APP_ID, NEW) is not None
    [binding] = history.carried_over(NEW_APP_ID, NEW)
    assert (binding.kind, binding.old_openid) == (ImportKind.DRIVERS, OLD)
    assert binding.fields["phone"] == "13900001111"
    assert binding.fields["id_number_masked"] == "110***********002X"
    assert full_id_number(binding) == ID_NUMBER


def test_one_person_of_both_accounts_brings_both(clock: FakeClock) -> None:
    for old in (CANTEEN, LOGISTICS):
        migration.know(old, [OLD], clock)
        convert(old, clock)
    assert [found.app_id for found in history.identities_of(NEW_APP_ID, NEW)] == [CANTEEN.app_id, LOGISTICS.app_id]


def test_nobody_else_is_linked(clock: FakeClock) -> None:
    history.find_users_with(accounts.find_user_id)
    migration.know(CANTEEN, [OLD], clock)
    convert(CANTEEN, clock)
    assert history.identities_of(NEW_APP_ID, "o_somebody_else_entirely") == []
    assert history.identities_of("wx0000000000000000", NEW) == [], "another account's openid is another person"
    assert history.user_of(NEW_APP_ID, NEW) is None, "converted, but nobody has signed in"


@pytest.mark.parametrize(("event", "left"), [("user_authorization_revoke", 0), ("unsubscribe", 1)])
def test_who_takes_the_consent_back_leaves_nothing_behind(event: str, left: int, clock: FakeClock) -> None:
    callback.erase_with(add_profile_erasure, history.add_forgetting)
    migration.know(LOGISTICS, [OLD], clock)
    convert(LOGISTICS, clock)
    take_over(LOGISTICS, clock)
    message = Message("gh_new", NEW, clock(), "event", event)
    callback.receive(message, NEW_APP_ID, "http://campus.localhost", clock())
    assert len(history.carried_over(NEW_APP_ID, NEW)) == left
    assert history.identities_of(NEW_APP_ID, NEW), "who they were stays known"


def test_no_number_is_stored_in_plain_text(clock: FakeClock) -> None:
    migration.know(LOGISTICS, [OLD], clock)
    known = migration.upload(LOGISTICS, ImportKind.DRIVERS, DRIVER, clock)
    assert ID_NUMBER not in str(migration.stored_items(""))
    assert "13900001111" not in str(migration.stored_items("")), "the waiting file is sealed"
    run_until_resting(FakeMigration().ports(LOGISTICS), clock)
    imports.run_import(ADMINISTRATOR, known.id, clock())
    run_until_resting(FakeMigration().ports(LOGISTICS), clock)
    assert ID_NUMBER not in str(migration.stored_items(""))
    assert migration.stored_items(f"IMPORT#{known.id}") == [], "the file is gone"
