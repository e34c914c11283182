"""`python -m tests`: every test, in the least time two cores need; the exit code says whether all of them passed.

The stack and browser tests mostly wait: for schedules, for pages that look again. All others mostly compute. So they run
side by side, and who waits goes first whenever there is something to do. What the others say is printed when they are done.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from sandbox.cloud import browser
from sandbox.cloud.paths import LOCAL, PYTHON, ROOT
from sandbox.cloud.processes import Child, LaunchError

STACK = ["tests/stack", "tests/browser"]
ON_STACK = ["--dist", "loadfile", "--no-loadscope-reorder", *STACK]
OTHERS = ["--dist", "worksteal", *(argument for folder in STACK for argument in ("--ignore", folder)), "tests"]
LOG = LOCAL / "log" / "tests.log"


def pytest_command(arguments: list[str]) -> list[str]:
    """In two processes."""
    return [str(PYTHON), "-m", "pytest", "--numprocesses", "2", *arguments]


def page_tests() -> int:
    """The tests of the pages' logic; returns their exit code."""
    return subprocess.run([str(PYTHON), "-m", "sandbox.cloud.pages", "run", "test"], cwd=ROOT).returncode


def python_tests() -> int:
    """Stack and browser tests, and all others beside them; returns 0 when all passed."""
    others = Child("the other tests", pytest_command(OTHERS), LOG, dict(os.environ), ROOT, behind=True)
    try:
        on_stack = subprocess.run(pytest_command(ON_STACK), cwd=ROOT).returncode
        beside = others.wait()
    finally:
        others.stop()
        sys.stdout.write(LOG.read_text(errors="replace"))
    return on_stack or beside


def main() -> int:
    """Everything, always, so that one run tells all; returns the exit code."""
    with ThreadPoolExecutor(1) as pool:
        installed = pool.submit(browser.ensure)
        pages = page_tests()
        try:
            installed.result()
        except LaunchError as error:
            sys.stderr.write(f"error / 出错了: {error}\n")
            return 1
    return python_tests() or pages


if __name__ == "__main__":
    sys.exit(main())
