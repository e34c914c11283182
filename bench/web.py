"""JavaScript each H5 page loads first: the web build's own check, shown among the other budgets."""

from __future__ import annotations

import re
import subprocess
import sys

from bench.package import ROOT, NothingToMeasure
from bench.report import Table

LINE = re.compile(r"(ok|OVER)\s+([0-9.]+) kB gzip\s+(.+)")
BUDGET_KB = 120.0


def measure() -> Table:
    """The table; raises NothingToMeasure when the pages are not built."""
    command = [sys.executable, "-m", "sandbox.cloud.pages", "run", "budget"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    found = [match.groups() for match in map(LINE.search, done.stdout.splitlines()) if match]
    if not found:
        raise NothingToMeasure(f"the web build's budget check said nothing: {(done.stdout + done.stderr)[-1000:]}")
    table = Table("H5 first load, JavaScript after gzip", ("page", "kB", "budget"))
    for _, size, page in sorted(found, key=lambda line: -float(line[1])):
        table.add(page, size, f"{BUDGET_KB:g}", ok=float(size) <= BUDGET_KB)
    if done.returncode != 0 and not table.over:
        raise NothingToMeasure(f"the web build's budget check failed: {done.stderr[-1000:]}")
    return table
