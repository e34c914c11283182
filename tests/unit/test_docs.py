"""The documents stay true: what they point to exists, and what must be documented is."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from chalicelib.integrations.gate.codes import MEANINGS, Kind
from sandbox.cloud.paths import use_packaging_tools

use_packaging_tools()
import deployment  # noqa: E402 - the line above makes it importable
import template  # noqa: E402 - likewise

from tests.browser import album_pages  # noqa: E402 - stands with the packaging tools

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "sandbox" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
REQUIREMENTS = (ROOT / "docs" / "requirements.md").read_text()
ROWS = {"P": 9, "L": 11, "V": 10, "C": 12, "O": 4}
"""Areas of the customer's requirements and how many rows each has."""
STATES = ("done", "part", "not yet")
LARGEST_PICTURE = 150_000
LARGEST_ALBUM = 6_000_000
# What a deployment fills in itself; nobody sets it.
OWN_PARAMETERS = {"Stage", "CodeBucket", "CodeKey", "ParameterPrefix"}

LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED_PATH = re.compile(r"`((?:app\.py|(?:chalicelib|web|sandbox|tests|bench|docs|\.chalice|\.ci)/)[^`\s]*)`")
ROW = re.compile(r"^\| ([PLVCO]\d+) \| (.+?) \| ([^|]+?) \|(.*)$", re.MULTILINE)
PROOF = re.compile(r"^- \*\*([PLVCO]\d+)\*\*:.*\n((?:  - .*\n)*)", re.MULTILINE)


def each_document() -> list[pytest.param]:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in DOCUMENTS]


def links_of(path: Path) -> list[str]:
    return [target for target in LINK.findall(path.read_text()) if "://" not in target]


def headings_of(path: Path) -> set[str]:
    """Anchors as GitHub makes them."""
    lines = [line for line in path.read_text().splitlines() if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("path", each_document())
def test_links_resolve(path: Path) -> None:
    for target in links_of(path):
        name, _, anchor = target.partition("#")
        found = (path.parent / name).resolve() if name else path
        assert found.exists(), f"{target} leads nowhere"
        assert not anchor or anchor in headings_of(found), f"{target}: no such heading"


def test_there_are_links_to_check() -> None:
    assert len(links_of(ROOT / "README.md")) > 10


@pytest.mark.parametrize("path", each_document())
def test_named_paths_exist(path: Path) -> None:
    named = [entry for entry in NAMED_PATH.findall(path.read_text()) if not set(entry) & set("<*…")]
    missing = [entry for entry in named if not (ROOT / entry.partition("::")[0]).exists()]
    # A stage's file is written by whoever deploys it.
    assert [entry for entry in missing if not entry.startswith(".chalice/stages/")] == []


@pytest.mark.parametrize("path", each_document())
def test_named_tests_exist(path: Path) -> None:
    for entry in NAMED_PATH.findall(path.read_text()):
        file, _, name = entry.partition("::")
        if file.startswith("tests/") and name:
            assert f"def {name}(" in (ROOT / file).read_text(), f"{entry} does not exist"


def test_commands_of_the_readme_exist() -> None:
    text = (ROOT / "README.md").read_text()
    named = set(re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z]+)", text))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"run", "test"} <= named <= targets
    assert targets - {"help"} <= named, "a command of the Makefile is not in the README"


def test_every_requirement_has_one_row_with_a_state() -> None:
    rows = ROW.findall(REQUIREMENTS)
    wanted = [f"{area}{number}" for area, count in ROWS.items() for number in range(1, count + 1)]
    assert [row[0] for row in rows] == wanted
    assert {row[2] for row in rows} <= set(STATES)
    for identifier, _, state, rest in rows:
        assert state != "done" or rest.split("|")[1].strip() == "", f"{identifier} is done and something is missing"


def test_what_works_has_a_test() -> None:
    works = [row[0] for row in ROW.findall(REQUIREMENTS) if row[2] != "not yet"]
    proofs = PROOF.findall(REQUIREMENTS)
    assert [identifier for identifier, _ in proofs] == works
    assert [identifier for identifier, tests in proofs if "`tests/" not in tests] == []


def test_the_count_of_the_requirements_is_right() -> None:
    states = Counter(row[2] for row in ROW.findall(REQUIREMENTS))
    told = re.search(r"Of (\d+) rows (\d+) are done, (\d+) in part, (\d+) not yet\.", REQUIREMENTS)
    assert told is not None
    assert [int(number) for number in told.groups()] == [sum(states.values()), *(states[state] for state in STATES)]


def test_the_readme_counts_the_same_rows() -> None:
    done = Counter(row[0][0] for row in ROW.findall(REQUIREMENTS) if row[2] == "done")
    told = re.findall(r"^\| [^|]+ \| (\d+) of (\d+) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert [(int(one), int(all_rows)) for one, all_rows in told] == [(done[area], ROWS[area]) for area in "PVLCO"]


def test_every_alarm_is_explained() -> None:
    alarms = [
        name for name, entry in template.build()["Resources"].items() if entry.get("Type", "").endswith("::Alarm")
    ]
    assert len(alarms) > 5
    assert [name for name in alarms if f"`{name}`" not in OPERATIONS] == []


def test_every_parameter_and_secret_is_explained() -> None:
    parameters = set(template.PARAMETERS) - OWN_PARAMETERS
    assert [name for name in sorted(parameters) if f"`{name}`" not in OPERATIONS] == []
    assert [name for name in deployment.SECRETS if f"`{name}`" not in OPERATIONS] == []


@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_every_code_of_the_gate_is_told_as_it_is_sorted(code: str) -> None:
    words = {Kind.NOT_DONE: "later", Kind.MAYBE_DONE: "unknown", Kind.FINAL: "final"}
    meaning = MEANINGS[code]
    lines = (ROOT / "docs" / "integrators" / "gate.md").read_text().splitlines()
    told = [line for line in lines if line.startswith("|") and f"`{code}`" in line]
    assert len(told) == 1
    assert f"`{meaning.code}`" in told[0]
    assert meaning.code == "already_registered" or f"| {words[meaning.kind]}" in told[0]


def test_pictures_are_small_and_shown() -> None:
    pictures = sorted((ROOT / "docs" / "screenshots").glob("*.png"))
    places = (ROOT / "README.md", ROOT / "docs" / "screens.md")
    shown = {(place.parent / target).resolve() for place in places for target in links_of(place)}
    assert pictures
    assert sum(path.stat().st_size for path in pictures) < LARGEST_ALBUM
    assert [path.name for path in pictures if path.stat().st_size > LARGEST_PICTURE] == []
    assert [path.name for path in pictures if path not in shown] == []


def test_every_page_is_in_the_gallery() -> None:
    """Pages are read from the routers: a page without a picture fails here, then `tests/browser/page_album.py` takes it."""
    phone = (ROOT / "web" / "src" / "h5" / "router.ts").read_text()
    office = (ROOT / "web" / "src" / "admin" / "router.ts").read_text()
    pages = set(re.findall(r"^ +path: '(/[^']*)'|\{ path: '(/[^']*)'", phone, re.MULTILINE))
    routes = {one or other for one, other in pages}
    areas = re.findall(r"^ +(visitor|logistics|canteen)\('([^']*)'", phone, re.MULTILINE)
    routes |= {f"/{area}{path}" for area, path in areas}
    assert len(routes) > 25
    desks = {f"/admin/{path}".rstrip("/") for path in re.findall(r"\{ path: '([^'/][^']*|)'", office)}
    desks |= set(re.findall(r"^ +path: '(/admin/[^']+)'", office, re.MULTILINE))
    for pages_of_area, area in re.findall(r"= \[\n(.+?)\n\]\.map\(.+?path: `(\w+)/", office, re.DOTALL):
        desks |= {f"/admin/{area}/{path}" for path in re.findall(r"^ +\['([^']+)', '", pages_of_area, re.MULTILINE)}
    assert len(desks) > 25
    assert routes == {shown.route for shown in album_pages.PHONE_PAGES}
    assert desks == {shown.route for shown in album_pages.OFFICE_PAGES}
    assert (ROOT / "docs" / "screens.md").read_text() == album_pages.gallery()
