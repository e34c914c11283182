"""How long vehicles and people are good for: the last day counts, each warning has its day, an edit loses nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domains.logistics.archive import life
from chalicelib.domains.logistics.archive.model import (
    Certificate,
    LeSync,
    PersonRole,
    Validity,
    days_left,
    expiries,
    first_expiry,
    is_valid_on,
    le_sync,
    next_warning,
    validity,
)
from tests.support.archive import FILED_AT, person, vehicle

TODAY = date(2026, 11, 26)
LIN, CHEN = "USERLIN", "USERCHEN"


def ending(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (31, Validity.VALID),
        (30, Validity.EXPIRING),
        (1, Validity.EXPIRING),
        (0, Validity.EXPIRING),
        (-1, Validity.EXPIRED),
    ],
)
def test_the_last_day_counts(days: int, expected: Validity) -> None:
    for name in ("road_permit_expiry", "inspection_expiry"):
        assert validity(vehicle(**{name: ending(days)}), TODAY) is expected, name
    tank = replace(vehicle().tank, inspection_expiry=ending(days))  # type: ignore[type-var]  # it has one
    assert validity(vehicle(tank=tank), TODAY) is expected
    assert validity(person(qualification_expiry=ending(days)), TODAY) is expected
    assert validity(person(licence_expiry=ending(days)), TODAY) is expected
    assert is_valid_on(ending(days), TODAY) is (days >= 0)
    assert days_left(ending(days), TODAY) == days


def test_suspended_is_worse_than_anything() -> None:
    assert validity(vehicle(suspended_reason="整改", inspection_expiry=ending(-1)), TODAY) is Validity.SUSPENDED


def test_what_ends_first_comes_first() -> None:
    found = vehicle(road_permit_expiry=ending(9), inspection_expiry=ending(3))
    assert [certificate for certificate, _ in expiries(found)] == [
        Certificate.INSPECTION,
        Certificate.ROAD_PERMIT,
        Certificate.TANK_INSPECTION,
    ]
    escort = person(role=PersonRole.ESCORT, licence_class="", licence_expiry=None)
    assert [certificate for certificate, _ in expiries(escort)] == [Certificate.QUALIFICATION]
    assert (escort.drives, escort.escorts) == (False, True)


@pytest.mark.parametrize(
    ("today", "expected"),
    [(-31, -30), (-30, -7), (-8, -7), (-7, -1), (-2, -1), (-1, 1), (0, 1), (1, None), (9, None)],
)
def test_warnings_have_their_days(today: int, expected: int | None) -> None:
    """Days counted from the last one; the day of a save is no day of its warning: its editor has just seen it."""
    last = date(2027, 3, 1)
    held = person(licence_expiry=None, qualification_expiry=last)
    warning = next_warning(held, last + timedelta(days=today))
    assert warning == (None if expected is None else last + timedelta(days=expected))


@given(st.lists(st.integers(-50, 400), min_size=3, max_size=3))
def test_a_warned_item_goes_through_all_its_warnings_and_ends(days: list[int]) -> None:
    road, inspection, tank_days = (ending(day) for day in days)
    tank = replace(vehicle().tank, inspection_expiry=tank_days)  # type: ignore[type-var]  # it has one
    wanted = vehicle(road_permit_expiry=road, inspection_expiry=inspection, tank=tank)
    seen = life.first_filed(wanted, LIN, TODAY)
    told: list[date] = []
    while seen.warn_on is not None:
        told.append(seen.warn_on)
        seen = life.warned(seen, seen.warn_on)
    due = {last - timedelta(days=before) for last in (road, inspection, tank_days) for before in (30, 7, 1, -1)}
    assert told == sorted(day for day in due if day > TODAY)


def test_what_was_missed_is_told_once() -> None:
    seen = life.first_filed(person(licence_expiry=None, qualification_expiry=ending(60)), LIN, TODAY)
    assert life.warned(seen, ending(55)).warn_on == ending(59)


def test_an_edit_carries_what_the_editor_does_not_state() -> None:
    seen = replace(life.first_filed(person(), LIN, TODAY), le_version=1, suspended_reason="违章")
    wanted = person(phone="13911112222", id_number_sealed="", id_number_masked="", updated_at=FILED_AT + timedelta(1))
    changed = life.edited(seen, wanted, TODAY)
    assert changed == replace(seen, phone="13911112222", version=2, revision=2, updated_at=FILED_AT + timedelta(1))
    assert life.edited(changed, wanted, TODAY) is changed, "said again, nothing changes"


def test_le_and_the_newest_version() -> None:
    seen = life.first_filed(vehicle(), LIN, TODAY)
    assert le_sync(seen) is LeSync.WAITING
    failed = life.refused(seen, 1, "证件格式不符")
    assert failed is not None and le_sync(failed) is LeSync.FAILED
    again = life.suspend(failed, "整改", FILED_AT)
    assert (le_sync(again), again.le_problem) == (LeSync.WAITING, None)
    assert life.refused(again, 1, "证件格式不符") is None, "it was said of an older version"
    behind = life.pushed(again, 1)
    assert behind is not None and le_sync(behind) is LeSync.WAITING
    done = life.pushed(behind, 2)
    assert done is not None and le_sync(done) is LeSync.DONE
    assert life.pushed(done, 2) is None and life.pushed(done, 1) is None


def test_keepers_come_and_go_and_every_write_has_its_revision() -> None:
    seen = life.first_filed(vehicle(), LIN, TODAY)
    both = life.kept_too(seen, CHEN)
    assert both.keepers == (LIN, CHEN)
    assert life.is_kept_by(both, ["USERCHEN"]) and not life.is_kept_by(both, ["USERX"])
    left = life.let_go(both, ("USERLIN", "USEROLD"), FILED_AT)
    assert (left.keepers, left.unkept_at) == ((CHEN,), None)
    nobody = life.let_go(left, ("USERCHEN",), FILED_AT)
    assert (nobody.keepers, nobody.unkept_at) == ((), FILED_AT)
    assert life.kept_too(nobody, LIN).unkept_at is None
    assert (left.version, left.revision) == (1, 3)
    assert first_expiry(left) == date(2027, 5, 1)


def test_a_certificate_number_is_compared_as_people_write_it() -> None:
    assert life.proof(vehicle(road_permit_no="闽交 350a")) == life.proof(vehicle(road_permit_no="闽交350A"))
    assert life.proof(person(qualification_no="1")) != life.proof(person(qualification_no="2"))
