"""AWS calls and consumed units of every use case, each in a fresh world."""

from __future__ import annotations

from bench.aws import READS, SENDS, Recording, recorded
from bench.budget import OBJECT, UseCase
from bench.report import Table
from bench.usecases import USE_CASES
from bench.world import World, world


def run_use_case(case: UseCase, place: World) -> Recording:
    """What the measured step of a use case does at AWS."""
    action = case.prepare(place)
    with recorded() as recording:
        action()
    return recording


def measure() -> Table:
    """The table."""
    columns = ("use case", "calls", "reads", "trans", "sends", "puts", "read units", "write units", "budget")
    table = Table("AWS calls and consumed units per use case (warm function)", columns)
    for case in USE_CASES:
        with world() as place:
            recording = run_use_case(case, place)
        found = recording.operations
        counts = (
            len(found),
            sum(name in READS or name == OBJECT for name in found),
            found.count("TransactWriteItems"),
            sum(name in SENDS for name in found),
            found.count("PutItem"),
        )
        units = (f"{recording.read:g}", f"{recording.written:g}")
        table.add(case.name, *map(str, counts), *units, case.budget.text, ok=case.budget.holds(found))
    table.notes += [
        "units: computed from item sizes as DynamoDB documents them (moto's figures are constants), index writes included",
        "one put more at WeChat sign-in: the single-use code is claimed before WeChat is asked, the result recorded after",
        "the gate's worker: an attempt is two changes, begun and recorded, so that no attempt is ever lost or doubled",
    ]
    return table
