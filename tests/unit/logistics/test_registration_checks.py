"""Every check alone fails exactly its code; the last day of a certificate counts; nothing else is asked of harmless goods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domains.logistics.archive.model import Person, PersonRole, Tank, Vehicle, VehicleKind
from chalicelib.domains.logistics.registrations.checks import (
    STOCK,
    WAIVABLE,
    Check,
    Failure,
    Load,
    Trip,
    are_waivable,
    covers,
    failing,
    from_text,
)
from chalicelib.domains.logistics.registrations.registration import Waybill
from chalicelib.domains.logistics.registrations.texts import CHECK_TEXTS, check_message
from tests.support.archive import person, vehicle

DAY = date(2026, 11, 26)
BEFORE = DAY - timedelta(days=1)
TRACTOR, TRAILER = "闽A00001", "闽B0001挂"
DRIVER_NO, ESCORT_NO = "a" * 32, "b" * 32
Edit = Callable[[Trip], Trip]


def trip() -> Trip:
    """A tractor with a tank trailer, 30 t of caustic soda; every certificate ends on the very day."""
    valid = {"road_permit_expiry": DAY, "inspection_expiry": DAY}
    papers = {"qualification_expiry": DAY, "licence_expiry": DAY}
    tank = Tank("GT-1", "26.5", DAY, ("NAOH32",))
    return Trip(
        day=DAY,
        load=Load("NAOH32", True, "8", 30_000),
        plate_number=TRACTOR,
        vehicle=vehicle(plate_number=TRACTOR, kind=VehicleKind.TRACTOR, tank=None, approved_load_kg=1, **valid),
        trailer_plate_number=TRAILER,
        trailer=vehicle(plate_number=TRAILER, kind=VehicleKind.TRAILER, tank=tank, approved_load_kg=30_000, **valid),
        driver_no=DRIVER_NO,
        driver=person(driver_no=DRIVER_NO, name="甲", role=PersonRole.DRIVER, **papers),
        escort_no=ESCORT_NO,
        escort=person(
            driver_no=ESCORT_NO, name="乙", role=PersonRole.ESCORT, qualification_expiry=DAY, licence_expiry=None
        ),
        waybill=Waybill("YD1", TRACTOR, "NAOH32", 30_000),
    )


def tractor(**facts: object) -> Edit:
    return lambda known: replace(known, vehicle=edited(known.vehicle, **facts))


def trailer(**facts: object) -> Edit:
    return lambda known: replace(known, trailer=edited(known.trailer, **facts))


def driver(**facts: object) -> Edit:
    return lambda known: replace(known, driver=edited(known.driver, **facts))


def escort(**facts: object) -> Edit:
    return lambda known: replace(known, escort=edited(known.escort, **facts))


def tank(**facts: object) -> Edit:
    return lambda known: trailer(tank=replace(known.trailer.tank, **facts))(known)  # type: ignore[union-attr]


def waybill(**facts: object) -> Edit:
    return lambda known: replace(known, waybill=replace(known.waybill, **facts))  # type: ignore[type-var]


def facts(**changed: object) -> Edit:
    return lambda known: replace(known, **changed)  # type: ignore[arg-type]


def edited(filed: Vehicle | Person | None, **changed: object) -> Vehicle | Person:
    assert filed is not None
    return replace(filed, **changed)  # type: ignore[arg-type]


ALONE: list[tuple[Edit, Check, str]] = [
    (facts(vehicle=None), Check.VEHICLE_UNKNOWN, TRACTOR),
    (tractor(kind=VehicleKind.TRAILER), Check.VEHICLE_UNKNOWN, TRACTOR),
    (tractor(suspended_reason="事故"), Check.VEHICLE_SUSPENDED, TRACTOR),
    (trailer(suspended_reason="事故"), Check.VEHICLE_SUSPENDED, TRAILER),
    (facts(trailer=None, trailer_plate_number=None), Check.TRAILER_MISSING, TRACTOR),
    (facts(trailer=None), Check.TRAILER_UNKNOWN, TRAILER),
    (trailer(kind=VehicleKind.TRACTOR), Check.TRAILER_UNKNOWN, TRAILER),
    (tractor(road_permit_expiry=BEFORE), Check.ROAD_PERMIT_EXPIRED, TRACTOR),
    (trailer(road_permit_expiry=BEFORE), Check.ROAD_PERMIT_EXPIRED, TRAILER),
    (tractor(road_permit_classes=("3",)), Check.ROAD_PERMIT_CLASS_MISSING, TRACTOR),
    (trailer(road_permit_classes=()), Check.ROAD_PERMIT_CLASS_MISSING, TRAILER),
    (tractor(inspection_expiry=BEFORE), Check.VEHICLE_INSPECTION_EXPIRED, TRACTOR),
    (trailer(inspection_expiry=BEFORE), Check.VEHICLE_INSPECTION_EXPIRED, TRAILER),
    (trailer(tank=None), Check.TANK_MISSING, TRAILER),
    (tank(inspection_expiry=BEFORE), Check.TANK_INSPECTION_EXPIRED, TRAILER),
    (tank(permitted_cargo=("HCL31",)), Check.CARGO_NOT_PERMITTED, TRAILER),
    (trailer(approved_load_kg=29_999), Check.OVERLOAD, TRAILER),
    (facts(driver=None), Check.DRIVER_UNKNOWN, ""),
    (driver(role=PersonRole.ESCORT), Check.DRIVER_UNKNOWN, "甲"),
    (driver(suspended_reason="违章"), Check.DRIVER_SUSPENDED, "甲"),
    (driver(licence_expiry=BEFORE), Check.DRIVER_LICENCE_EXPIRED, "甲"),
    (driver(licence_expiry=None), Check.DRIVER_LICENCE_EXPIRED, "甲"),
    (driver(qualification_expiry=BEFORE), Check.DRIVER_QUALIFICATION_EXPIRED, "甲"),
    (driver(qualification_classes=("3", "9")), Check.DRIVER_QUALIFICATION_CLASS_MISSING, "甲"),
    (facts(escort=None, escort_no=None), Check.ESCORT_MISSING, TRACTOR),
    (facts(escort_no=DRIVER_NO), Check.ESCORT_IS_DRIVER, "乙"),
    (facts(escort=None), Check.ESCORT_UNKNOWN, ""),
    (escort(role=PersonRole.DRIVER), Check.ESCORT_UNKNOWN, "乙"),
    (escort(suspended_reason="违章"), Check.ESCORT_SUSPENDED, "乙"),
    (escort(qualification_expiry=BEFORE), Check.ESCORT_QUALIFICATION_EXPIRED, "乙"),
    (escort(qualification_classes=("2",)), Check.ESCORT_QUALIFICATION_CLASS_MISSING, "乙"),
    (facts(waybill=None), Check.WAYBILL_MISSING, TRACTOR),
    (waybill(plate_number=TRAILER), Check.WAYBILL_PLATE_DIFFERS, TRAILER),
    (waybill(product_code="HCL31"), Check.WAYBILL_GOODS_DIFFER, "HCL31"),
    (waybill(quantity_kg=30_001), Check.WAYBILL_QUANTITY_DIFFERS, "YD1"),
]
HARMLESS = {
    Check.VEHICLE_UNKNOWN, Check.VEHICLE_SUSPENDED, Check.TRAILER_MISSING, Check.TRAILER_UNKNOWN, Check.OVERLOAD,
    Check.VEHICLE_INSPECTION_EXPIRED, Check.DRIVER_UNKNOWN, Check.DRIVER_SUSPENDED, Check.DRIVER_LICENCE_EXPIRED,
    Check.ESCORT_UNKNOWN, Check.ESCORT_SUSPENDED, Check.ESCORT_IS_DRIVER,
}  # fmt: skip


def test_the_last_day_counts() -> None:
    assert failing(trip()) == ()


@pytest.mark.parametrize(("edit", "check", "subject"), ALONE, ids=lambda value: getattr(value, "value", None))
def test_each_check_alone_fails_exactly_its_code(edit: Edit, check: Check, subject: str) -> None:
    assert failing(edit(trip())) == (Failure(check, subject),)


def test_every_check_is_among_them() -> None:
    assert {check for _, check, _ in ALONE} == set(Check) - STOCK


@pytest.mark.parametrize(("edit", "check", "subject"), ALONE, ids=lambda value: getattr(value, "value", None))
def test_harmless_goods_are_asked_little(edit: Edit, check: Check, subject: str) -> None:
    known = trip()
    harmless = replace(known, load=replace(known.load, hazardous=False, hazard_class=""))
    assert failing(edit(harmless)) == ((Failure(check, subject),) if check in HARMLESS else ())


def test_a_rigid_vehicle_carries_the_tank_itself() -> None:
    known = trip()
    rigid = vehicle(plate_number=TRACTOR, kind=VehicleKind.RIGID, tank=known.trailer and known.trailer.tank)
    alone = replace(known, vehicle=rigid, trailer=None, trailer_plate_number=None)
    assert failing(alone) == ()
    small = replace(alone, vehicle=replace(rigid, approved_load_kg=29_999, tank=None))
    assert failing(small) == (Failure(Check.OVERLOAD, TRACTOR), Failure(Check.TANK_MISSING, TRACTOR))


@given(st.sets(st.sampled_from(range(len(ALONE))), max_size=4))
def test_whatever_fails_is_told_at_once(chosen: set[int]) -> None:
    """Facts of different things do not hide each other, but for what is not there: nothing more is known of it."""
    edits = [ALONE[number] for number in sorted(chosen) if ALONE[number][1] not in HIDING]
    known = trip()
    for edit, _, _ in edits:
        known = edit(known)
    told = {failure.check for failure in failing(known)}
    assert {check for _, check, _ in edits} <= told
    assert len(set(failing(known))) == len(failing(known))


HIDING = {
    Check.VEHICLE_UNKNOWN, Check.TRAILER_UNKNOWN, Check.TRAILER_MISSING, Check.DRIVER_UNKNOWN, Check.ESCORT_UNKNOWN,
    Check.ESCORT_MISSING, Check.ESCORT_IS_DRIVER, Check.WAYBILL_MISSING, Check.TANK_MISSING,
}  # fmt: skip


@pytest.mark.parametrize(
    ("classes", "wanted", "is_covered"),
    [(("8",), "8", True), (("2",), "2.3", True), (("2.3",), "2", False), (("2",), "23", False), ((), "8", False)],
)
def test_a_class_includes_its_divisions(classes: tuple[str, ...], wanted: str, *, is_covered: bool) -> None:
    assert covers(classes, wanted) is is_covered


def test_what_is_not_in_the_archive_is_not_passed_over() -> None:
    assert not are_waivable([Failure(Check.OVERLOAD), Failure(Check.DRIVER_UNKNOWN)])
    assert are_waivable([Failure(Check.OVERLOAD), Failure(Check.WAYBILL_MISSING)])
    assert set(Check) - WAIVABLE == {
        Check.VEHICLE_UNKNOWN, Check.TRAILER_UNKNOWN, Check.DRIVER_UNKNOWN, Check.ESCORT_UNKNOWN, *STOCK,
    }  # fmt: skip


@pytest.mark.parametrize("check", Check)
def test_every_check_has_a_sentence_and_is_kept_as_text(check: Check) -> None:
    failure = Failure(check, "闽A00001")
    assert from_text(failure.text) == failure
    sentence = check_message(failure, "物流室")
    assert "闽A00001" in sentence and "{" not in sentence and sentence.endswith("。")
    assert set(CHECK_TEXTS) == set(Check)
