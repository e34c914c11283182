"""A Chromium and Chinese fonts for the browser tests: Debian's packages as root, else Playwright's own build.

`python -m sandbox.cloud.browser` installs what is missing; tests start :func:`executable`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from sandbox.cloud.paths import LOCAL, PYTHON
from sandbox.cloud.processes import LaunchError

BINARIES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ["chromium", "fonts-noto-cjk"]


def executable() -> str | None:
    """Path of the system's Chromium; ``None`` means Playwright's own build."""
    return next((path for name in BINARIES if (path := shutil.which(name))), None)


def has_chinese_fonts() -> bool:
    """Whether pages can be seen as people see them; without fontconfig nobody can tell."""
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True).stdout.strip())


def _run(command: list[str], log_name: str) -> None:
    log = LOCAL / "log" / log_name
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with log.open("ab") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
    if done.returncode != 0:
        tail = "\n".join("    " + line for line in log.read_text(errors="replace").splitlines()[-10:])
        raise LaunchError(f"`{' '.join(command)}` failed:\n{tail}\n    (log: {log})")


def _playwright_has_chromium() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def ensure() -> None:
    """Install what is missing. Raises LaunchError."""
    debian = shutil.which("apt-get") is not None and os.geteuid() == 0
    if debian and not (executable() and has_chinese_fonts()):
        print("  installing chromium and Chinese fonts (log: .local/log/browser.log)", flush=True)
        _run(["apt-get", "update"], "browser.log")
        _run(["apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES], "browser.log")
    if executable() is None and not _playwright_has_chromium():
        print("  installing Playwright's chromium (log: .local/log/browser.log)", flush=True)
        _run([str(PYTHON), "-m", "playwright", "install", "chromium"], "browser.log")
    if not has_chinese_fonts():
        print("  note: no Chinese fonts found; screenshots will show boxes", flush=True)


if __name__ == "__main__":
    try:
        ensure()
    except LaunchError as error:
        print(f"error / 出错了: {error}", file=sys.stderr)
        sys.exit(1)
