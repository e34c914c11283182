"""Writes requirements*.txt from requirements*.in: exact pins of the whole tree, no registry address (`make lock`).

A pin that can be kept is kept: pass `--upgrade` to take the newest releases instead.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# List to write → lists it is resolved together with, so that shared versions agree.
LOCKS = {"requirements": [], "requirements-dev": ["requirements"], "requirements-cloud": []}


def resolve(inputs: list[Path], constraints: list[Path]) -> dict[str, str]:
    """Ask pip which release of every package the inputs need; raises CalledProcessError when they cannot agree."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        command += ["--report", str(report)]
        for source in inputs:
            command += ["-r", str(source)]
        for constraint in constraints:
            command += ["-c", str(constraint)]
        subprocess.run(command, check=True, cwd=ROOT)
        entries = json.loads(report.read_text())["install"]
    return {_normal(entry["metadata"]["name"]): entry["metadata"]["version"] for entry in entries}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main(upgrade: bool) -> None:
    """Write every lock in order: a later one may be constrained by an earlier one."""
    for name, partners in LOCKS.items():
        target = ROOT / f"{name}.txt"
        constraints = [] if upgrade or not target.exists() else [target]
        pins = resolve([ROOT / f"{name}.in"], constraints + [ROOT / f"{partner}.txt" for partner in partners])
        lines = [
            f"# Made by `make lock` from {name}.in; do not edit.",
            *(f"{key}=={pins[key]}" for key in sorted(pins)),
        ]
        target.write_text("\n".join(lines) + "\n")
        print(f"{target.name}: {len(pins)} packages")


if __name__ == "__main__":
    main("--upgrade" in sys.argv[1:])
