"""Child processes that never outlive us: own session, a log file, an orderly stop, and a look at who holds a port."""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
# What stands behind gets about a third of what others get while they want it, and everything else.
_BEHIND = 5


class LaunchError(Exception):
    """Something a person can put right; the message says what."""


def port_owner(port: int) -> str:
    """Who listens on a port of this machine, as far as the system tells."""
    for command in (["ss", "-Hltnp", f"sport = :{port}"], ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN"]):
        if shutil.which(command[0]):
            found = subprocess.run(command, capture_output=True, text=True).stdout.strip()
            if found:
                return found.splitlines()[-1]
    return _owner_from_proc(port)


def _owner_from_proc(port: int) -> str:
    """Linux without `ss` or `lsof`: the socket's inode in /proc/net/tcp, then the process that has it open."""
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.exists():
            continue
        for line in table.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(entry.readlink()) in inodes for entry in (folder / "fd").iterdir()):
                command = (folder / "cmdline").read_text().replace("\0", " ").strip()
                return f"process {folder.name}: {command}"
        except OSError:
            continue
    return "an unknown process"


def require_free(port: int, purpose: str, setting: str) -> None:
    """Raise LaunchError, naming the holder, when a port is taken."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) != 0:
            return
    raise LaunchError(
        f"port {port} ({purpose}) is taken / 端口 {port} 已被占用:\n  {port_owner(port)}\n"
        f"stop it, or choose another port: `{setting}=<port> make run`"
    )


def _die_with_parent() -> None:
    """On Linux the kernel ends the child in an orderly way when the launcher is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _stand_behind() -> None:
    """For a new session, too: Linux may share the processor among sessions first, and each has a nice value of its own."""
    os.nice(_BEHIND)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_BEHIND))


def _prepare_behind() -> None:
    _die_with_parent()
    _stand_behind()


class Child:
    """A server we started: its log, its life, its end. ``behind``: others go first."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str],
        cwd: Path,
        *,
        behind: bool = False,
    ) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = log
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=cwd,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_prepare_behind if behind else _die_with_parent,
            )

    @property
    def pid(self) -> int:
        """Process id, also that of its group."""
        return self._process.pid

    def running(self) -> bool:
        """Whether it is still there."""
        return self._process.poll() is None

    def wait(self) -> int:
        """Wait for its own end; returns its exit code."""
        return self._process.wait()

    def wait_for_port(self, port: int, limit: float) -> None:
        """Wait until it accepts connections; raises LaunchError with the end of its log when it does not."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            if not self.running():
                raise LaunchError(f"{self.name} ended with code {self._process.returncode}:\n{self.log_tail()}")
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise LaunchError(f"{self.name} did not open port {port} within {limit:.0f} s:\n{self.log_tail()}")

    def log_tail(self, lines: int = 15) -> str:
        """The end of its log."""
        text = self.log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join("    " + line for line in text) + f"\n    (log: {self.log})"

    def stop(self, grace: float = 30) -> None:
        """Ask it to end, wait for it, and only then clear what is left of its group."""
        if self.running():
            self._process.terminate()
            try:
                self._process.wait(grace)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
