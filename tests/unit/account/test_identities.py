"""Who it is that arrives: one person, one user, in every order; two people never."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domains.account.identities.model import Arrival, Doubt, arrive, to_alias
from chalicelib.domains.account.model import Disabling, Profile, User, UserStatus, register

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
ACCOUNT, MINI = "wxaccount", "wxmini"
SHUT_OUT = Disabling("离职", "BOSS", "黄志强", NOW)


def of(app: str, person: str, *, unionid: str | None = None, nickname: str = "") -> Profile:
    return Profile(app, f"{app}-{person}", nickname, "", unionid)


def met(
    app: str, person: str, *, unionid: str | None = None, roles: frozenset[str] = frozenset(), ago: int = 0
) -> User:
    """A user who came once, ``ago`` days before."""
    at = NOW - timedelta(days=ago)
    return replace(register(f"U-{app}-{person}", of(app, person, unionid=unionid, nickname=person), at), roles=roles)


def disabled(user: User) -> User:
    return replace(user, status=UserStatus.DISABLED, disabling=SHUT_OUT)


@pytest.mark.parametrize(("first", "second"), list(permutations((ACCOUNT, MINI))))
def test_the_second_app_joins_the_user_of_the_first(first: str, second: str) -> None:
    known = met(first, "lin", unionid="union-lin")
    arrival = arrive(of(second, "lin", unionid="union-lin"), None, known, "NEW", NOW)
    assert (arrival.user.id, arrival.is_new_identity, arrival.seen) == (known.id, True, known)
    assert (arrival.user.openid_at(ACCOUNT), arrival.user.openid_at(MINI)) == ("wxaccount-lin", "wxmini-lin")
    assert arrival.user.version == known.version + 1


@pytest.mark.parametrize("unionid", [None, ""])
def test_without_a_unionid_nobody_is_joined(unionid: str | None) -> None:
    arrival = arrive(of(MINI, "lin", unionid=unionid), None, None, "NEW", NOW)
    assert (arrival.user.id, arrival.user.unionid, arrival.seen) == ("NEW", None, None)


def test_a_known_openid_with_another_unionid_stays_whose_it_is() -> None:
    lin, zhou = met(ACCOUNT, "lin", unionid="union-lin"), met(MINI, "zhou", unionid="union-zhou")
    for united in (None, zhou):
        arrival = arrive(of(ACCOUNT, "lin", unionid="union-zhou"), lin, united, "NEW", NOW)
        assert arrival.doubt is Doubt.UNIONID_CHANGED
        assert replace(arrival.user, version=1, signed_in_at=NOW) == lin
        assert (arrival.is_new_union, arrival.is_new_identity, arrival.absorbed) == (False, False, None)


def test_a_unionid_whose_user_has_another_openid_here_joins_nobody() -> None:
    zhou = met(ACCOUNT, "zhou", unionid="union-zhou")
    fresh = arrive(of(ACCOUNT, "lin", unionid="union-zhou"), None, zhou, "NEW", NOW)
    assert (fresh.user.id, fresh.user.unionid, fresh.doubt) == ("NEW", None, Doubt.UNIONID_OF_ANOTHER)
    again = arrive(of(ACCOUNT, "lin", unionid="union-zhou"), fresh.user, zhou, "NEW2", NOW)
    assert (again.user.id, again.user.unionid, again.doubt) == ("NEW", None, Doubt.UNIONID_OF_ANOTHER)


def test_a_unionid_told_later_is_kept() -> None:
    lin = met(ACCOUNT, "lin")
    arrival = arrive(of(ACCOUNT, "lin", unionid="union-lin"), lin, None, "NEW", NOW)
    assert (arrival.user.unionid, arrival.is_new_union) == ("union-lin", True)
    silent = arrive(of(ACCOUNT, "lin"), arrival.user, None, "NEW", NOW)
    assert (silent.user.unionid, silent.doubt) == ("union-lin", None), "a silent app takes nothing back"


@pytest.mark.parametrize("arriving", [ACCOUNT, MINI])
def test_two_users_of_one_person_become_one(arriving: str) -> None:
    """Whoever is met with the unionid first, the older survives; the other is an alias without any right."""
    here, there = (ACCOUNT, MINI) if arriving == ACCOUNT else (MINI, ACCOUNT)
    known, united = met(here, "lin", ago=1), met(there, "lin", unionid="union-lin", ago=9)
    arrival = arrive(of(here, "lin", unionid="union-lin", nickname="林"), known, united, "NEW", NOW)
    assert (arrival.seen, arrival.absorbed) == (united, known)
    merged = arrival.user
    assert (merged.id, merged.absorbed, merged.unionid, merged.nickname) == (united.id, (known.id,), "union-lin", "林")
    assert (merged.openid_at(ACCOUNT), merged.openid_at(MINI)) == ("wxaccount-lin", "wxmini-lin")
    alias = to_alias(known, merged.id)
    assert (alias.merged_into, alias.roles, alias.phone, alias.nickname) == (merged.id, frozenset(), None, "")


def test_who_holds_a_role_survives_and_roles_come_together() -> None:
    staff = met(ACCOUNT, "chen", roles=frozenset({"visitor_approver"}), ago=1)
    older = met(MINI, "chen", unionid="union-chen", ago=9)
    assert arrive(of(ACCOUNT, "chen", unionid="union-chen"), staff, older, "NEW", NOW).user.id == staff.id
    both = replace(older, roles=frozenset({"canteen"}))
    merged = arrive(of(ACCOUNT, "chen", unionid="union-chen"), staff, both, "NEW", NOW).user
    assert (merged.id, merged.roles) == (older.id, {"visitor_approver", "canteen"})


@pytest.mark.parametrize("which", ["known", "united"])
def test_who_is_shut_out_under_one_name_is_shut_out(which: str) -> None:
    known, united = met(ACCOUNT, "lin", ago=1), met(MINI, "lin", unionid="union-lin", ago=9)
    known, united = (disabled(known), united) if which == "known" else (known, disabled(united))
    merged = arrive(of(ACCOUNT, "lin", unionid="union-lin"), known, united, "NEW", NOW).user
    assert (merged.status, merged.disabling) == (UserStatus.DISABLED, SHUT_OUT)


def test_a_shut_out_users_roles_are_not_handed_on() -> None:
    out = disabled(met(MINI, "chen", unionid="union-chen", roles=frozenset({"canteen"}), ago=1))
    staff = met(ACCOUNT, "chen", roles=frozenset({"visitor_approver"}), ago=9)
    merged = arrive(of(ACCOUNT, "chen", unionid="union-chen"), staff, out, "NEW", NOW).user
    assert (merged.status, merged.roles) == (UserStatus.DISABLED, {"visitor_approver"})


def test_no_coincidence_shuts_an_administrator_out() -> None:
    """Only another administrator does; the shut-out one stays shut out, so nothing is won by it."""
    boss = met(ACCOUNT, "huang", roles=frozenset({"administrator"}))
    out = disabled(met(MINI, "huang", unionid="union-huang"))
    arrival = arrive(of(ACCOUNT, "huang", unionid="union-huang"), boss, out, "NEW", NOW)
    assert (arrival.user.id, arrival.user.status, arrival.absorbed) == (boss.id, UserStatus.ACTIVE, None)
    assert arrival.doubt is Doubt.WOULD_DISABLE_ADMINISTRATOR
    boss, out = replace(boss, unionid="union-huang"), replace(out, unionid=None)
    arrival = arrive(of(MINI, "huang", unionid="union-huang"), out, boss, "NEW", NOW)
    assert (arrival.user.id, arrival.user.status) == (out.id, UserStatus.DISABLED)


def test_one_number_and_the_stricter_sign_out_remain() -> None:
    known = replace(met(ACCOUNT, "lin", ago=1), phone="13800000001", signed_out_at=NOW)
    united = replace(met(MINI, "lin", unionid="union-lin", ago=9), signed_out_at=NOW - timedelta(days=3))
    merged = arrive(of(ACCOUNT, "lin", unionid="union-lin"), known, united, "NEW", NOW).user
    assert (merged.phone, merged.signed_out_at) == ("13800000001", NOW)
    mine = replace(united, phone="13800000002")
    assert arrive(of(ACCOUNT, "lin", unionid="union-lin"), known, mine, "NEW", NOW).user.phone == "13800000002"


class World:
    """The store as the decisions see it."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.owners: dict[str, str] = {}

    def find(self, key: str | None) -> User | None:
        user = self.users.get(self.owners.get(key or "", ""))
        while user and user.merged_into:
            user = self.users[user.merged_into]
        return user

    def arrive(self, profile: Profile, now: datetime) -> Arrival:
        openid = f"{profile.app_id}#{profile.openid}"
        arrival = arrive(profile, self.find(openid), self.find(profile.unionid), f"U{len(self.users)}", now)
        user = arrival.user
        self.users[user.id] = user
        for identity in user.identities:
            self.owners[f"{identity.app_id}#{identity.openid}"] = user.id
        if user.unionid:
            self.owners[user.unionid] = user.id
        if arrival.absorbed:
            self.users[arrival.absorbed.id] = to_alias(arrival.absorbed, user.id)
        return arrival


STEPS = st.lists(
    st.tuples(st.sampled_from(("lin", "zhou", "chen")), st.sampled_from((ACCOUNT, MINI)), st.booleans()), max_size=25
)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_every_order_of_arrivals(steps: list[tuple[str, str, bool]]) -> None:
    """Whatever comes first, with or without unionid: two people are never one user, and once both of a person's apps
    have told the unionid there is one user. Nobody's openid or visit is lost."""
    world, told = World(), set[tuple[str, str]]()
    ever: dict[str, set[str]] = {}
    for number, (person, app, bound) in enumerate(steps):
        unionid = f"union-{person}" if bound else None
        arrival = world.arrive(of(app, person, unionid=unionid), NOW + timedelta(minutes=number))
        assert arrival.doubt is None
        ever.setdefault(person, set()).add(arrival.user.id)
        told |= {(person, app)} if bound else set()
        assert {identity.openid.split("-")[1] for identity in arrival.user.identities} == {person}
        if {(person, ACCOUNT), (person, MINI)} <= told:
            now = {world.find(f"{app}#{app}-{person}") for app in (ACCOUNT, MINI)}
            assert len(now) == 1
            (user,) = now
            assert user is not None
            assert ever[person] <= {user.id, *user.absorbed}
