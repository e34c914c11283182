"""`python -m bench`: measures every budget that exists, prints a table each, fails when one is broken."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

from bench import calls, copying, first, growth, imports, owntime, package, web, webhook
from bench.report import Table, render

PARTS: dict[str, Callable[[argparse.Namespace], Table]] = {
    "imports": lambda _options: imports.measure(),
    "first": lambda _options: first.measure(),
    "owntime": lambda _options: owntime.measure(),
    "webhook": lambda _options: webhook.measure(),
    "calls": lambda _options: calls.measure(),
    "copying": lambda _options: copying.measure(),
    "growth": lambda options: growth.measure(options.rows),
    "package": lambda _options: package.measure(),
    "web": lambda _options: web.measure(),
}


def main() -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"measure only these of: {', '.join(PARTS)}")
    parser.add_argument("--rows", type=int, default=growth.MANY, help="rows of history that `growth` compares with 100")
    options = parser.parse_args()
    unknown = [name for name in options.parts if name not in PARTS]
    if unknown:
        parser.error(f"there is no part {unknown[0]}; there are: {', '.join(PARTS)}")
    over = 0
    for name in options.parts or PARTS:
        try:
            table = _quietly(PARTS[name], options)
        except package.NothingToMeasure as missing:
            print(f"error: {missing}", file=sys.stderr)
            return 2
        print(render(table), flush=True)
        over += table.over
    print(f"{over} over budget" if over else "every budget is held")
    return 1 if over else 0


def _quietly(part: Callable[[argparse.Namespace], Table], options: argparse.Namespace) -> Table:
    """What the product logs while it is measured is written, but not shown."""
    with redirect_stdout(_nowhere):
        return part(options)


# One stream for the whole run: the product's log handler keeps the first one it sees.
_nowhere = Path(os.devnull).open("w")  # noqa: SIM115 - closed by the end of the process

if __name__ == "__main__":
    sys.exit(main())
