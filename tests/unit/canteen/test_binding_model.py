"""Binding: codes, limits, which account is meant; and any life of many people, accounts and mergers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chalicelib.domains.canteen.bindings import limits, model
from chalicelib.domains.canteen.bindings.binding import Candidate, Code, Holding, HowEnded, Record
from chalicelib.domains.canteen.bindings.model import BindingProblem

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PHONE = "13800001111"
CODE = Code("C1", "LIN", PHONE, "digest", NOW)
ONE, OTHER = Candidate("A1", "S1", "林**"), Candidate("A2", "s2", "林**")


def problem_of(code: Code | None, phone: str = PHONE, after: timedelta = timedelta()) -> str:
    try:
        model.require_live(code, phone, NOW + after)
    except BindingProblem as problem:
        return problem.code
    return ""


def test_a_code_is_six_digits_with_its_zeros() -> None:
    asked: list[int] = []

    def random_below(limit: int) -> int:
        asked.append(limit)
        return 42

    assert model.draw_code(random_below) == "000042"
    assert asked == [1_000_000]


def test_how_long_and_for_whom_a_code_is_good() -> None:
    assert problem_of(CODE, after=timedelta(minutes=5, milliseconds=-1)) == ""
    assert problem_of(CODE, after=timedelta(minutes=5)) == "code_expired"
    assert problem_of(CODE, phone="13800002222") == "code_expired"
    assert problem_of(None) == "code_expired"
    assert [problem_of(replace(CODE, tries=tries)) for tries in (4, 5)] == ["", "code_used_up"]


@pytest.mark.parametrize(
    ("candidates", "staff_no", "expected"),
    [
        ([], "", "binding_account_gone"),
        ([ONE], "", "A1"),
        ([ONE], "S1", "A1"),
        ([ONE], "S9", "staff_no_wrong"),
        ([ONE, OTHER], "", "staff_no_needed"),
        ([ONE, OTHER], "S2", "A2"),
        ([ONE, OTHER], "S9", "staff_no_wrong"),
        ([ONE, replace(OTHER, staff_no="S1")], "S1", "staff_no_wrong"),
    ],
    ids=str,
)
def test_which_account_is_meant(candidates: list[Candidate], staff_no: str, expected: str) -> None:
    try:
        assert model.choose(candidates, staff_no).account_no == expected
    except BindingProblem as problem:
        assert problem.code == expected


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("unix", "unknown"),
    ],
)
def test_whom_an_address_stands_for(address: str, network: str) -> None:
    assert limits.network_of(address) == network


def test_the_limits_and_the_wait() -> None:
    found = limits.for_asking(limits.Allowed(5, 10, 20), "digest", "LIN", "203.0.113.9", "2026-11-23", "2026-11-23T09")
    assert [(limit.name, limit.window, limit.most) for limit in found] == [
        ("phone_day", "2026-11-23", 5),
        ("user_day", "2026-11-23", 10),
        ("address_hour", "2026-11-23T09", 20),
    ]
    assert PHONE not in repr(found)
    assert limits.seconds_to_wait(NOW, NOW + timedelta(seconds=12.5)) == 48
    assert limits.seconds_to_wait(NOW, NOW + timedelta(seconds=70)) == 1
    assert limits.seconds_to_wait(None, NOW) == 60


def test_what_has_ended_does_not_end_again() -> None:
    ended = model.end(model.bind("LIN", [], None, ONE, PHONE, NOW).record, HowEnded.USER, "LIN", "", NOW)
    with pytest.raises(BindingProblem, match="binding_ended_already"):
        model.end(ended, HowEnded.OFFICE, "BOSS", "x", NOW)
    assert ended.ending is not None and ended.ending.how is HowEnded.USER


@dataclass
class World:
    """What the table would hold, and who is whose alias."""

    records: dict[str, Record] = field(default_factory=dict)
    holdings: dict[str, Holding] = field(default_factory=dict)
    aliases: dict[str, set[str]] = field(default_factory=dict)
    now: datetime = NOW

    def ids(self, user: str) -> list[str]:
        return [user, *sorted(self.aliases.get(user, ()))]

    def owned(self, user: str) -> list[Record]:
        return [self.records[each] for each in self.ids(user) if each in self.records]

    def keep(self, record: Record) -> None:
        known = self.records.get(record.binding.user_id)
        assert record.binding.version == (known.binding.version + 1 if known else 1), "every change is one version"
        self.records[record.binding.user_id] = record

    def let_go(self, record: Record) -> None:
        holding = self.holdings[record.binding.account_no]
        assert (holding.user_id, holding.is_held) == (record.binding.user_id, True), "the store's condition"
        self.holdings[record.binding.account_no] = replace(holding, is_held=False, version=holding.version + 1)

    def bind(self, user: str, account: str) -> None:
        seen = self.holdings.get(account)
        move = model.bind(user, self.owned(user), seen, Candidate(account, f"S{account}", "某"), PHONE, self.now)
        if move.displaced:
            assert move.displaced not in self.ids(user) and seen is not None
            displaced = self.records[move.displaced]
            assert displaced.binding.version == seen.binding_version, "the store ends it without having read it"
            self.keep(model.end(displaced, HowEnded.MOVED, user, "", self.now))
        for ended in move.superseded:
            self.keep(ended)
        for left in move.released:
            self.let_go(left)
        self.keep(move.record)
        self.holdings[account] = move.holding


PEOPLE, ACCOUNTS = st.sampled_from("ABCDE"), st.sampled_from(["1", "2", "3"])


class BindingLife(RuleBasedStateMachine):
    """People bind, end, are unbound, and turn out to be one person, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @rule(user=PEOPLE, account=ACCOUNTS)
    def bind(self, user: str, account: str) -> None:
        if any(user in others for others in self.world.aliases.values()):
            return
        self.world.bind(user, account)
        holder = self.world.holdings[account]
        assert (holder.user_id, holder.is_held) == (user, True)
        assert [record.binding.account_no for record in self.world.owned(user) if record.is_bound] == [account]

    @rule(user=PEOPLE, how=st.sampled_from([HowEnded.USER, HowEnded.OFFICE]))
    def end(self, user: str, how: HowEnded) -> None:
        record = self.world.records.get(user)
        if record is None or not record.is_bound:
            return
        self.world.keep(model.end(record, how, user, "", self.world.now))
        self.world.let_go(record)

    @rule(survivor=PEOPLE, absorbed=PEOPLE)
    def merge(self, survivor: str, absorbed: str) -> None:
        known = {each for others in self.world.aliases.values() for each in others}
        if survivor == absorbed or {survivor, absorbed} & known or absorbed in self.world.aliases:
            return
        self.world.aliases.setdefault(survivor, set()).add(absorbed)

    @invariant()
    def an_account_is_one_persons(self) -> None:
        bound = [record.binding for record in self.world.records.values() if record.is_bound]
        assert max(Counter(binding.account_no for binding in bound).values(), default=0) <= 1

    @invariant()
    def holdings_and_records_say_the_same(self) -> None:
        bound = {
            (record.binding.account_no, record.binding.user_id, record.binding.version)
            for record in self.world.records.values()
            if record.is_bound
        }
        held = {
            (holding.account_no, holding.user_id, holding.binding_version)
            for holding in self.world.holdings.values()
            if holding.is_held
        }
        assert bound == held


TestBindingLife = BindingLife.TestCase
TestBindingLife.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
