"""The bench counts units as the developer guide does, and its tables say when a budget is broken."""

from __future__ import annotations

import pytest

from bench import __main__ as command
from bench import growth
from bench.report import Table, render
from bench.units import index_units, item_size, read_units, write_units


def item(size: int, **texts: str) -> dict[str, dict[str, str]]:
    """An item of exactly ``size`` bytes."""
    named = {name: {"S": text} for name, text in texts.items()}
    return {**named, "x": {"S": "a" * (size - 1 - item_size(named))}}


@pytest.mark.parametrize(
    ("value", "size"),
    [({"S": "访客"}, 6), ({"N": "100"}, 2), ({"N": "-12345"}, 4), ({"BOOL": True}, 1), ({"SS": ["ab", "c"]}, 3)],
)
def test_sizes_are_those_of_utf8(value: dict[str, object], size: int) -> None:
    assert item_size({"name": value}) == 4 + size


def test_a_query_adds_up_and_then_rounds() -> None:
    assert read_units([item(1000)] * 4, consistent=True) == 1
    assert read_units([item(1000)] * 5, consistent=True) == 2
    assert read_units([item(1000)] * 5, consistent=False) == 1
    assert read_units([], consistent=False) == 0.5


def test_the_larger_version_is_paid_and_a_transaction_twice() -> None:
    assert write_units(item(1025), item(10), transactional=False) == 2
    assert write_units(None, item(1024), transactional=True) == 2


def test_an_index_is_paid_for_what_changes_in_it() -> None:
    keys = ("status", "at")
    old, new = item(100, status="submitted", at="1"), item(100, status="approved", at="1")
    assert index_units(old, old, keys) == 0
    assert index_units(old, new, keys) == 2
    assert index_units(None, new, keys) == 1
    assert index_units(old, item(200, status="submitted", at="1"), keys) == 1
    assert index_units(item(50), item(60), keys) == 0


def test_lists_cost_the_same_however_long_the_history() -> None:
    table = growth.measure(many=1500)
    assert len(table.rows) > 10
    assert table.over == 0, render(table)


def test_a_broken_budget_is_counted_and_shown() -> None:
    table = Table("t", ("what", "value"))
    table.add("one", "1", ok=True)
    table.add("two", "2", ok=False)
    table.add("three", "3")
    assert table.over == 1
    assert "OVER" in render(table).splitlines()[5]


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1), (None, 0)])
def test_the_command_fails_when_a_budget_is_broken(
    ok: bool | None, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Table("t", ("what",))
    table.add("one", ok=ok)
    monkeypatch.setattr(command, "PARTS", {"one": lambda _options: table})
    monkeypatch.setattr("sys.argv", ["bench"])
    assert command.main() == code
    assert capsys.readouterr().out.startswith("t\n")
