"""Which worker runs which stack test: whole files, as `--dist loadfile` gives them, and some files together."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

KILLED_WORKER = "tests/stack/test_operation.py"
# A killed worker's lease runs for 75 s before its visit goes on, and only on that stack: these fill the time.
MEANWHILE = ("passages", "park", "truck_day", "walk")
UNITS = {f"tests/stack/test_{name}.py": KILLED_WORKER for name in MEANWHILE}


class StackScheduling(LoadFileScheduling):
    """Files of one unit go to one worker, in the order in which their tests were collected."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return UNITS.get(file, file)
