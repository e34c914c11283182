"""Builds the two virtual environments of this checkout; runs on a bare Python, so standard library only.

`.local/venv` holds what builds, checks, tests and simulates; `.local/cloud-venv` the embedded cloud. A marker file with
the hash of the pinned lists makes a second run instant. What pip said is kept in `.local/log/install-*.log`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
ENVIRONMENTS = {
    "venv": ("requirements.txt", "requirements-dev.txt"),
    "cloud-venv": ("requirements-cloud.txt",),
}
# The Python minors AWS Lambda, Chalice and every pinned package agree on.
OLDEST, NEWEST = (3, 11), (3, 13)


def fingerprint(lists: tuple[str, ...]) -> str:
    """Hash of the pinned lists and of the Python they are installed for."""
    digest = hashlib.sha256(sys.version.encode())
    for name in lists:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def start(name: str, lists: tuple[str, ...]) -> subprocess.Popen[bytes] | None:
    """Start building one environment in the background; None when it is already what the lists say."""
    home = LOCAL / name
    marker = home / ".installed"
    if marker.exists() and marker.read_text() == fingerprint(lists):
        return None
    marker.unlink(missing_ok=True)
    LOCAL.joinpath("log").mkdir(parents=True, exist_ok=True)
    python = home / "bin" / "python"
    requirements = " ".join(f"-r {entry}" for entry in lists)
    pip = f'"{python}" -m pip --disable-pip-version-check'
    script = (
        f'"{sys.executable}" -m venv --clear "{home}" && '
        f"{pip} install --no-deps --prefer-binary {requirements} && {pip} check"
    )
    with LOCAL.joinpath("log", f"install-{name}.log").open("wb") as log:
        return subprocess.Popen(script, shell=True, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=_clean_env())


def _clean_env() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}


def explain(name: str) -> str:
    """The end of pip's log and what usually causes it."""
    log = LOCAL / "log" / f"install-{name}.log"
    tail = "\n".join("    " + line for line in log.read_text(errors="replace").splitlines()[-15:])
    hint = "no network or package index? disk full?"
    if "ensurepip" in tail:
        hint = "this Python has no venv module: on Debian/Ubuntu `apt-get install python3-venv`"
    return f"installing .local/{name} failed ({hint})\n{tail}\n    full log: {log.relative_to(ROOT)}"


def main() -> int:
    """Build what is missing, both at once; returns the exit code."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        wanted = f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
        print(f"Python {wanted} is needed, this is {sys.version.split()[0]}: run `make PYTHON=/path/to/python3 …`")
        return 1
    began = time.monotonic()
    running = {name: start(name, lists) for name, lists in ENVIRONMENTS.items()}
    failed = False
    for name, process in running.items():
        if process is None:
            continue
        print(f"  installing .local/{name} (log: .local/log/install-{name}.log)", flush=True)
        if process.wait() != 0:
            failed = True
            print(f"error: {explain(name)}", file=sys.stderr)
            continue
        LOCAL.joinpath(name, ".installed").write_text(fingerprint(ENVIRONMENTS[name]))
        print(f"  .local/{name} ready after {time.monotonic() - began:.0f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
