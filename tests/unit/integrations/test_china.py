"""Mobile numbers, plates and resident IDs against every known answer of the contract."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import china

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "peers.json").read_text(encoding="utf-8"))
TODAY = date(2025, 12, 31)


@pytest.mark.parametrize("vector", VECTORS["mobile"], ids=lambda vector: vector["value"])
def test_mobile_vector(vector):
    assert china.is_mobile(vector["value"]) is vector["valid"]


@pytest.mark.parametrize(
    "written", ["+8613800000000", "138 0000 0000", "0086-138-0000-0000", " １３８００００００００ "]
)
def test_mobile_is_normalised_before_it_is_judged(written):
    assert china.normalise_mobile(written) == "13800000000"


def test_full_width_digits_are_no_mobile_until_normalised():
    assert not china.is_mobile("１３８００００００００")


@pytest.mark.parametrize("vector", VECTORS["plates"], ids=lambda vector: vector["input"] or "empty")
def test_plate_vector(vector):
    plate = china.normalise_plate(vector["input"])
    assert (plate, china.plate_class(plate)) == (vector["normalised"], vector["class"])


def test_plate_patterns_are_those_of_the_contract():
    published = {vector["class"]: vector["regex"] for vector in VECTORS["plate_patterns"]}
    assert {name: pattern.pattern for name, pattern in china.PLATE_PATTERNS.items()} == published


@given(st.text(alphabet="闽粤ＡaＺz０9挂港 　·•・.-", max_size=12))
def test_normalising_a_plate_twice_changes_nothing(text):
    once = china.normalise_plate(text)
    assert china.normalise_plate(once) == once


@pytest.mark.parametrize("vector", VECTORS["resident_id"], ids=lambda vector: vector["why"])
def test_resident_id_vector(vector):
    assert china.is_resident_id(vector["value"], TODAY) is vector["valid"]


def test_lower_case_check_character_passes_once_normalised():
    assert china.is_resident_id(china.normalise_resident_id(" 11010519491231002x "), TODAY)


@given(st.integers(0, 17), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(place, shift):
    number = "350000190003074516"
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not china.is_resident_id(wrong, TODAY)


def test_born_today_is_valid_and_tomorrow_is_not():
    number = "350000192002290101"
    assert china.is_resident_id(number, date(1920, 2, 29))
    assert not china.is_resident_id(number, date(1920, 2, 28))
