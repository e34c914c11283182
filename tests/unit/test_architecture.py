"""The house: imports point one way, and only the entry points know Chalice."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "chalicelib"
MODULES = sorted(path for path in PRODUCT.rglob("*.py") if "static" not in path.parts)
ENTRY_POINTS = {"api.py", "office_api.py", "events_api.py", "workers.py"}
GIVEN = (
    ".notices",
    ".find_openid",
    ".visit_facts",
    ".registration_facts",
    ".vehicle_facts",
    ".person_facts",
    ".top_up_facts",
    ".binding_facts",
    ".carried_over",
    ".card_facts",
    ".phones",
    ".find_user_by_phone",
    ".add_profile_erasure",
    ".find_nicknames",
    ".find_user_id",
)
PURE = {
    "model.py",
    "visit.py",
    "window.py",
    "registration.py",
    "progress.py",
    "checks.py",
    "consequences.py",
    "top_up.py",
    "binding.py",
    "comparison.py",
}
"""Facts and decisions: no I/O, no clock, no framework."""
CHALICE_IN_CORE = {"http.py", "pages.py", "routing.py", "workers.py"}


def imports_of(path: Path, *, top_level: bool = False) -> set[str]:
    """Modules a file imports; ``top_level`` leaves out what functions import lazily."""
    tree = ast.parse(path.read_text())
    nodes = tree.body if top_level else list(ast.walk(tree))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def reached_from(start: Path) -> set[str]:
    """Everything a module loads at import time, through our own modules."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for name in imports_of(waiting.pop(), top_level=True) - seen:
            seen.add(name)
            path = ROOT / Path(*name.split("."))
            for candidate in (path.with_suffix(".py"), path / "__init__.py"):
                if candidate.exists():
                    waiting.append(candidate)
    return seen


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    imports = imports_of(path)
    part = path.relative_to(PRODUCT).parts
    if part[0] == "core":
        assert not any(name.startswith(("chalicelib.domains", "chalicelib.integrations")) for name in imports)
    if part[0] == "integrations":
        assert not any(name.startswith("chalicelib.domains") for name in imports)
    if part[0] == "domains" and len(part) > 2:
        others = {name.split(".")[2] for name in imports if name.startswith("chalicelib.domains.")} - {part[1]}
        if path.name in ENTRY_POINTS:  # where things are wired: they may hand over what other domains say and know
            allowed = {name for name in imports if name.endswith(GIVEN)}
            allowed |= {name.rpartition(".")[0] for name in allowed}
            others = {name.split(".")[2] for name in imports - allowed if name.startswith("chalicelib.domains.")}
            others -= {part[1]}
        assert not others, f"{part[1]} knows {others}"
    if path.name in PURE:
        ours = {name for name in imports if name.startswith("chalicelib.")}
        impure = {name for name in ours if not any(f"{part}.py" in PURE for part in name.split("."))}
        assert not impure, "a model knows the standard library and other models only"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_entry_points_know_chalice(path: Path) -> None:
    allowed = path.name in ENTRY_POINTS or (path.parent == PRODUCT / "core" and path.name in CHALICE_IN_CORE)
    assert allowed or not any(name == "chalice" or name.startswith("chalice.") for name in imports_of(path))


@pytest.mark.parametrize("path", sorted(PRODUCT.rglob("workers.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_workers_do_not_load_pydantic(path: Path) -> None:
    assert not {name for name in reached_from(path) if name.split(".")[0] in ("pydantic", "pydantic_core", "wechatpy")}


def test_a_cold_process_loads_no_endpoint_before_it_is_asked_for_one() -> None:
    reached = reached_from(ROOT / "app.py")
    assert "chalicelib.core.routing" in reached
    assert not {name for name in reached if name.endswith(("api", ".schemas", ".service"))}


def test_nothing_reads_the_environment_but_the_runtime() -> None:
    readers = {path.name for path in MODULES if "os" in imports_of(path) and "os.environ" in path.read_text()}
    assert readers == {"runtime.py"}
