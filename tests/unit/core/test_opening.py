"""The line that says when visitors are received: read exactly or refused with the part that is wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.opening import ALWAYS_OPEN, Hours, OpeningError, clock_text, read_opening_hours
from chalicelib.core.settings import SettingsError, read_settings
from tests.support.environment import ENVIRONMENT

LINE = "mon-fri 08:00-12:00,13:30-17:30; sun 20:00-24:00; closed 2026-10-01..2026-10-03,2027-01-01"
BEGIN = datetime(2026, 1, 1, tzinfo=SITE_ZONE)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_a_line_is_read_whole() -> None:
    hours = read_opening_hours(LINE)
    weekday = (Hours(480, 720), Hours(810, 1050))
    assert hours.weekdays == {**dict.fromkeys(range(5), weekday), 6: (Hours(1200, 1440),)}
    assert hours.closed == {date(2026, 10, day) for day in (1, 2, 3)} | {date(2027, 1, 1)}
    assert hours.of_day(date(2026, 10, 2)) == () != hours.of_day(date(2026, 10, 5))
    assert hours.of_day(date(2026, 11, 28)) == (), "a weekday that is not named is closed"


@pytest.mark.parametrize("text", ["", "  ", ";"])
def test_nothing_said_is_always_open(text: str) -> None:
    assert read_opening_hours(text) == ALWAYS_OPEN


@given(MOMENTS)
def test_always_open_admits_every_moment(moment: datetime) -> None:
    assert ALWAYS_OPEN.admits_start(moment) and ALWAYS_OPEN.admits_end(moment) and not ALWAYS_OPEN.is_closed_on(moment)


@given(MOMENTS)
def test_a_closed_day_admits_no_beginning(moment: datetime) -> None:
    hours = read_opening_hours(LINE)
    assert not (hours.is_closed_on(moment) and hours.admits_start(moment))


def test_the_edges_of_the_hours() -> None:
    hours = read_opening_hours(LINE)
    assert hours.admits_start(at("2026-11-23T08:00")) and not hours.admits_end(at("2026-11-23T08:00"))
    assert hours.admits_end(at("2026-11-23T12:00")) and not hours.admits_start(at("2026-11-23T12:00"))
    assert hours.admits_end(at("2026-11-30T00:00")), "midnight ends the Sunday"
    assert not hours.admits_start(at("2026-11-30T00:00"))
    assert hours.is_closed_on(at("2027-01-01T09:00"))


@pytest.mark.parametrize(
    "text",
    [
        "monday 08:00-12:00",
        "fri-mon 08:00-12:00",
        "mon",
        "mon 8:00-12:00",
        "mon 08:00-25:00",
        "mon 08:60-12:00",
        "mon 12:00-08:00",
        "mon 08:00-12:00,11:00-17:00",
        "mon 08:00-12:00; mon-tue 13:00-14:00",
        "closed 2026-10-01",
        "mon 08:00-12:00; closed 2026-13-01",
        "mon 08:00-12:00; closed 2026-10-07..2026-10-01",
        "mon 08:00-12:00; closed 2026-10-01..2036-10-01",
        "08:00-12:00",
    ],
)
def test_a_mistake_stops_the_deployment_and_is_named(text: str) -> None:
    with pytest.raises(OpeningError):
        read_opening_hours(text)
    with pytest.raises(SettingsError, match="VISITING_HOURS: "):
        read_settings({**ENVIRONMENT, "VISITING_HOURS": text})


def test_minutes_as_people_read_them() -> None:
    assert [clock_text(minute) for minute in (0, 510, 1440)] == ["00:00", "08:30", "24:00"]
