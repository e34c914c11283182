"""Binding a card account: codes, limits, several accounts, who had it before, merged users. On locked moto."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from bench.aws import recorded
from chalicelib.core import runtime
from chalicelib.core.audit import AuditEntry
from chalicelib.core.errors import Conflict, Problem, RateLimited, Unavailable
from chalicelib.core.outbox.store import entries_of
from chalicelib.domains.canteen.bindings import asking, ending, history, notices, service, store
from chalicelib.domains.canteen.bindings.binding import HowEnded
from chalicelib.integrations.canteen.port import AccountStatus
from chalicelib.integrations.errors import PeerError, Refused, Retryable, UnknownOutcome
from tests.support.bindings import (
    ADDRESS,
    CHEN,
    LIN,
    OTHER_PHONE,
    PHONE,
    UNKNOWN,
    Desk,
    audited,
    counted,
    held_accounts,
    open_desk,
    person,
    table,
    wrong,
)
from tests.support.clock import FakeClock

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def desk(clock: FakeClock) -> Desk:
    return open_desk(clock)


def refused(desk: Desk, code: str, phone: str = PHONE, staff_no: str = "") -> str:
    with pytest.raises(Problem) as raised:
        desk.bind(LIN, code, phone, staff_no)
    return raised.value.code


def test_the_right_code_binds_once(desk: Desk) -> None:
    code = desk.code(LIN)
    bound = desk.bind(LIN, code)
    assert (bound.user_id, bound.account_no, bound.staff_no, bound.phone, bound.version) == (
        "USERLIN",
        "A1",
        "SA1",
        PHONE,
        1,
    )
    assert service.bound_account(LIN) == bound
    assert held_accounts() == [("A1", "USERLIN")]
    assert desk.bind(LIN, code) == bound, "the same form once more: its answer was lost"
    ending.end_own(LIN, desk.clock())
    assert refused(desk, code) == "code_expired", "used up"
    assert (service.bound_account(LIN), held_accounts()) == (None, [])


def test_wrong_codes_are_counted_and_the_fifth_is_the_last(desk: Desk) -> None:
    code = desk.code(LIN)
    left = []
    for _ in range(5):
        with pytest.raises(Conflict, match="code_wrong") as raised:
            desk.bind(LIN, wrong(code))
        left.append(raised.value.values["left"])
    assert left == [4, 3, 2, 1, 0]
    assert refused(desk, code) == "code_used_up"
    assert held_accounts() == []
    assert desk.bound(LIN).account_no == "A1", "a new code has tries of its own"


def test_a_code_lives_five_minutes_and_a_new_one_replaces_it(desk: Desk) -> None:
    first = desk.code(LIN)
    desk.clock.advance(minutes=5)
    assert refused(desk, first) == "code_expired"
    second = desk.code(LIN)
    third = desk.code(LIN)
    assert (refused(desk, second) == "code_wrong") is (second != third)
    assert desk.bind(LIN, third).account_no == "A1"


def test_a_code_is_of_one_user_and_one_phone(desk: Desk) -> None:
    code = desk.code(LIN)
    with pytest.raises(Conflict, match="code_expired"):
        desk.bind(CHEN, code)
    assert refused(desk, code, OTHER_PHONE) == "code_expired"
    stored = json.dumps(table(), ensure_ascii=False)
    assert code not in stored and code not in json.dumps([entry.after for entry in AuditEntry.query("binding:USERLIN")])


def test_tries_of_a_day_are_limited(desk: Desk) -> None:
    for _ in range(4):
        code = desk.code(LIN)
        assert [refused(desk, wrong(code)) for _ in range(5)] == ["code_wrong"] * 5
    desk.clock.advance(seconds=61)
    desk.ask(LIN)
    before = table()
    with pytest.raises(RateLimited, match="code_tries_limit"):
        desk.bind(LIN, desk.sms.codes(PHONE)[-1])
    assert table() == before
    desk.clock.advance(hours=24)
    assert desk.bound(LIN).account_no == "A1"


@pytest.mark.parametrize("phone", [PHONE, UNKNOWN])
def test_limits_come_before_anything_is_sent_whoever_the_phone_is(desk: Desk, phone: str) -> None:
    desk.ask(LIN, phone)
    sent, asked, before = len(desk.sms.sent), len(desk.canteen.calls), table()
    desk.clock.advance(seconds=20)
    with pytest.raises(RateLimited, match="code_too_soon") as soon:
        desk.ask(CHEN, phone)
    assert soon.value.values == {"seconds": 41}
    assert (len(desk.sms.sent), len(desk.canteen.calls), table()) == (sent, asked, before), (
        "nothing changed, nobody asked"
    )
    for _ in range(4):
        desk.clock.advance(seconds=60)
        desk.ask(LIN, phone)
    desk.clock.advance(seconds=60)
    with pytest.raises(RateLimited, match="code_phone_limit") as many:
        desk.ask(CHEN, phone)
    assert many.value.values == {"limit": 5}
    assert len(desk.sms.sent) == (5 if phone == PHONE else 0)
    desk.clock.advance(hours=24)
    desk.ask(LIN, phone)


def test_limits_of_a_user_and_of_an_address(desk: Desk) -> None:
    for number in range(10):
        desk.ask(LIN, f"1390000{number:04}", f"198.51.100.{number}")
    with pytest.raises(RateLimited, match="code_user_limit"):
        desk.ask(LIN, "13900009999", "198.51.100.99")
    for number in range(20):
        desk.ask(person(f"u{number}"), f"1370000{number:04}")
    with pytest.raises(RateLimited, match="code_address_limit"):
        desk.ask(CHEN, "13700009999")
    desk.ask(CHEN, "13700009999", "2001:db8::1")
    desk.clock.advance(hours=1)
    desk.ask(person("late"), "13700009998", ADDRESS)
    assert (counted("USER#USERLIN"), counted("ADDRESS#203.0.113.9")) == (10, 21)


def kinds_of_writes(desk: Desk, user: str, phone: str) -> list[str]:
    """Which items asking writes, without what tells one request from another."""
    with recorded() as calls:
        desk.ask(person(user), phone)
    operations = [
        f"{kind} {operation[kind]['TableName']} {(operation[kind].get('Key') or operation[kind]['Item'])['sk']['S'][:4]}"
        for call in calls.calls
        if call.operation == "TransactWriteItems"
        for operation in call.arguments["TransactItems"]
        for kind in operation
    ]
    return [*calls.operations] + [text for text in operations if "audit" not in text]


def test_known_unknown_frozen_and_closed_phones_are_treated_alike(desk: Desk) -> None:
    desk.canteen.open_account("F1", "13811110001", status=AccountStatus.FROZEN)
    desk.canteen.open_account("C1", "13811110002", status=AccountStatus.CLOSED)
    phones = {
        "known": PHONE,
        "several": OTHER_PHONE,
        "unknown": UNKNOWN,
        "frozen": "13811110001",
        "closed": "13811110002",
    }
    found = {name: kinds_of_writes(desk, name, phone) for name, phone in phones.items()}
    assert len({tuple(writes) for writes in found.values()}) == 1, found
    assert [phone for phone, _ in desk.sms.sent] == [PHONE, OTHER_PHONE, "13811110001"], "a closed account is over"
    assert desk.rested == [asking.EVENLY_SECONDS] * 5
    for name in ("unknown", "closed"):
        with pytest.raises(Conflict, match="code_wrong"):
            desk.bind(person(name), "000000", phones[name])


def test_an_answer_takes_its_time_whether_a_message_was_sent_or_not(desk: Desk) -> None:
    desk.ticks = [10.0, 10.4, 20.0, 20.05, 30.0, 33.0]
    desk.ask(LIN)
    desk.ask(LIN, UNKNOWN)
    desk.ask(LIN, OTHER_PHONE)
    assert desk.rested == pytest.approx([1.1, 1.45, 0.0])


@pytest.mark.parametrize(
    ("error", "told", "usable"),
    [
        (Retryable("peer_unreachable", "no connection", "sms", sent=False), "code_not_sent", False),
        (Refused("sms_not_configured", "template", "sms"), "code_not_sent", False),
        (Refused("sms_unpaid", "arrears", "sms"), "code_not_sent", False),
        (UnknownOutcome("answer_lost", "read timeout", "sms"), "code_maybe_sent", True),
        (Refused("sms_limited", "daily", "sms"), "", False),
        (Refused("sms_blocked", "blacklist", "sms"), "", False),
    ],
    ids=str,
)
def test_a_message_that_fails(
    desk: Desk, error: PeerError, told: str, usable: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Of one number only: answered like an unknown one. Of everybody: told. One that may arrive stays good."""

    def fail(_operation: str, moment: str) -> None:
        if moment == "after":
            raise error

    desk.sms.trouble = fail
    code = ""
    try:
        desk.ask(LIN)
    except Unavailable as problem:
        code = problem.code
    assert code == told
    assert len(desk.rested) == 1, "and it takes as long"
    assert (counted("USER#USERLIN"), counted("PHONE#")) == (1, 1)
    [(_, sent)] = desk.sms.sent
    if usable:
        assert desk.bind(LIN, sent).account_no == "A1"
    else:
        assert refused(desk, sent) == "code_expired"
    assert PHONE not in caplog.text and sent not in caplog.text


def test_the_canteen_is_silent(desk: Desk) -> None:
    desk.canteen.down = True
    for phone in (PHONE, UNKNOWN):
        with pytest.raises(Unavailable, match="canteen_unavailable"):
            desk.ask(LIN, phone)
    assert desk.sms.sent == []
    desk.canteen.down = False
    code = desk.code(LIN)
    desk.canteen.down = True
    with pytest.raises(Unavailable, match="canteen_unavailable"):
        desk.bind(LIN, code)
    desk.canteen.down = False
    assert desk.bind(LIN, code).account_no == "A1", "the code is still good"


def test_several_accounts_on_one_phone_ask_for_the_staff_number_after_the_right_code(desk: Desk) -> None:
    code = desk.code(LIN, OTHER_PHONE)
    assert refused(desk, wrong(code), OTHER_PHONE, "SA2") == "code_wrong", "nothing is said before"
    assert refused(desk, code, OTHER_PHONE) == "staff_no_needed"
    assert refused(desk, code, OTHER_PHONE, "SA9") == "staff_no_wrong"
    assert desk.bind(LIN, code, OTHER_PHONE, "sa3").account_no == "A3"


def test_staff_numbers_are_not_guessed(desk: Desk) -> None:
    code = desk.code(LIN, OTHER_PHONE)
    assert [refused(desk, code, OTHER_PHONE, f"SA{number}") for number in range(4, 10)] == [
        *["staff_no_wrong"] * 5,
        "code_used_up",
    ]


def test_an_account_that_went_meanwhile(desk: Desk) -> None:
    code = desk.code(LIN)
    desk.canteen.set_status("A1", AccountStatus.CLOSED)
    assert refused(desk, code) == "binding_account_gone"
    assert held_accounts() == []


def test_who_proves_the_phone_has_the_account_and_who_had_it_is_told(desk: Desk) -> None:
    desk.bound(LIN)
    bound = desk.bound(CHEN)
    assert held_accounts() == [("A1", "USERCHEN")]
    assert (service.bound_account(LIN), service.bound_account(CHEN)) == (None, bound)
    record = store.find_record("USERLIN")
    assert record is not None and record.ending is not None
    assert (record.ending.how, record.ending.by, record.binding.version) == (HowEnded.MOVED, "USERCHEN", 2)
    [entry] = entries_of("wechat:binding:USERLIN")
    assert (entry.kind, entry.payload, entry.sequence) == ("binding_moved", {"user_id": "USERLIN"}, 2)
    facts = notices.binding_facts(None, "USERLIN", desk.clock())  # type: ignore[arg-type]  # one notice, two reasons
    assert facts is not None and facts.values["result"] == "已被他人绑定" and len(facts.values["remark"]) <= 20
    assert "binding_moved" in audited(LIN) and "binding_bound" in audited(CHEN)
    assert PHONE not in repr([(entry.before, entry.after) for entry in AuditEntry.query("binding:USERCHEN")])
    desk.bound(LIN)
    assert notices.binding_facts(None, "USERLIN", desk.clock()) is None, "no longer true"  # type: ignore[arg-type]
    assert held_accounts() == [("A1", "USERLIN")]


def test_another_account_of_the_same_person(desk: Desk) -> None:
    desk.bound(LIN)
    bound = desk.bound(LIN, OTHER_PHONE, "SA2")
    assert (bound.account_no, bound.version) == ("A2", 2)
    assert held_accounts() == [("A2", "USERLIN")], "the first is free"
    assert desk.bound(CHEN).account_no == "A1"
    assert entries_of("wechat:binding:USERLIN") == [], "nobody is told of what they did"
    known = history.find_history("USERLIN")
    assert known is not None
    assert sorted((event.what, event.account_no) for event in known.events) == [
        ("bound", "A1"),
        ("bound", "A2"),
        ("changed", "A1"),
    ]


def test_a_user_who_was_two(desk: Desk) -> None:
    """What the absorbed user had bound is found, ended, and taken over; nobody is told about themselves."""
    old, merged = person("old"), person("lin", "old")
    bound = desk.bound(old)
    assert service.bound_account(merged) == bound
    again = desk.bound(merged)
    assert (again.user_id, again.account_no) == ("USERLIN", "A1")
    assert held_accounts() == [("A1", "USERLIN")]
    assert entries_of("wechat:binding:USEROLD") == []
    assert service.bound_account(merged) == again
    desk.bound(merged, OTHER_PHONE, "SA2")
    assert held_accounts() == [("A2", "USERLIN")]
    assert ending.end_own(merged, desk.clock()) is True
    assert ending.end_own(merged, desk.clock()) is False
    assert held_accounts() == []


def test_an_absorbed_users_other_account_goes(desk: Desk) -> None:
    old, merged = person("old"), person("lin", "old")
    desk.bound(old, OTHER_PHONE, "SA3")
    desk.bound(merged)
    assert held_accounts() == [("A1", "USERLIN")]
    desk.bound(CHEN, OTHER_PHONE, "SA3")
    assert held_accounts() == [("A1", "USERLIN"), ("A3", "USERCHEN")]


def test_calls_of_a_request(desk: Desk) -> None:
    """Counting before comparing costs one transaction more than a state change has otherwise."""
    with recorded() as asked:
        desk.ask(LIN)
    code = desk.sms.codes(PHONE)[-1]
    with recorded() as bound:
        desk.bind(LIN, code)
    assert list(asked.operations) == ["TransactWriteItems"]
    transaction = "TransactWriteItems"
    assert list(bound.operations) == ["BatchGetItem", transaction, "BatchGetItem", transaction]


def test_ended_bindings_go_when_the_retention_limit_has_passed(desk: Desk) -> None:
    desk.bound(LIN)
    ending.end_own(LIN, desk.clock())
    until = (desk.clock() + timedelta(days=runtime.settings().personal_data_days)).timestamp()
    kept = {item["sk"]["S"][:8]: int(item["expires_at"]["N"]) for item in table() if item["pk"]["S"] == "USER#USERLIN"}
    assert kept["BINDING"] == int(until)
    assert all(datetime.fromtimestamp(at, UTC) <= datetime.fromtimestamp(until, UTC) for at in kept.values())


def test_what_the_old_account_knew_is_suggested_and_binds_nothing() -> None:
    class Known:
        kind = "phones"
        fields = {"phone": PHONE}  # noqa: RUF012 - a stub

    class Driver(Known):
        kind = "drivers"

    asked: list[tuple[str, str]] = []

    def carried_over(app_id: str, openid: str) -> list[Known]:
        asked.append((app_id, openid))
        return [Driver(), Known()]

    assert service.suggested_phone(LIN, lambda user_id: f"o_{user_id}", carried_over) == PHONE
    assert asked == [(runtime.settings().wechat_app_id, "o_USERLIN")]
    assert service.suggested_phone(LIN, lambda _: None, carried_over) is None
    assert service.suggested_phone(LIN, lambda user_id: user_id, lambda *_: [Driver()]) is None
    assert held_accounts() == []
