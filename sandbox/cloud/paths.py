"""Where things are in this checkout."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
PYTHON = LOCAL / "venv" / "bin" / "python"
CLOUD_PYTHON = LOCAL / "cloud-venv" / "bin" / "python"
PACKAGING = ROOT / ".chalice"
STATIC = ROOT / "chalicelib" / "static"
WEB = ROOT / "web"


def clean_environment(**extra: str) -> dict[str, str]:
    """What a child process may know of ours: paths and language, no settings and no credentials of AWS."""
    kept = ("HOME", "LANG", "LC_ALL", "PATH", "SSL_CERT_FILE", "TERM", "TMPDIR", "TZ")
    return {name: os.environ[name] for name in kept if name in os.environ} | extra


def use_packaging_tools() -> None:
    """Make the modules of `.chalice/` importable: its name cannot be a package's."""
    if str(PACKAGING) not in sys.path:
        sys.path.insert(0, str(PACKAGING))
