"""The package that is deployed: where it is, unpacked, and how large."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

from bench.report import Table

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = ROOT / ".local" / "build" / "local" / "code.zip"
MAX_ZIP_MB = 15.0


class NothingToMeasure(Exception):
    """Something that has to be built before is missing; the message says what to do."""


def unpacked() -> Path:
    """The folder with the content of the package; raises NothingToMeasure when there is none."""
    if not ARCHIVE.exists():
        raise NothingToMeasure(f"{ARCHIVE.relative_to(ROOT)} does not exist: `make package` makes it")
    home = ROOT / ".local" / "bench"
    folder = home / hashlib.sha256(ARCHIVE.read_bytes()).hexdigest()[:16]
    if not folder.exists():
        shutil.rmtree(home, ignore_errors=True)
        with zipfile.ZipFile(ARCHIVE) as archive:
            archive.extractall(folder.with_suffix(".part"))
        folder.with_suffix(".part").rename(folder)
    return folder


def measure() -> Table:
    """The table of the package's size, with what takes most of it."""
    table = Table("Package (one zip for all functions)", ("what", "MB", "budget"))
    folder = unpacked()
    size = ARCHIVE.stat().st_size / 1024 / 1024
    table.add("zip", f"{size:.1f}", f"{MAX_ZIP_MB:g}", ok=size <= MAX_ZIP_MB)
    parts: dict[str, int] = {}
    with zipfile.ZipFile(ARCHIVE) as archive:
        for entry in archive.infolist():
            top = entry.filename.split("/")[0]
            parts[top] = parts.get(top, 0) + entry.compress_size
    for name, part in sorted(parts.items(), key=lambda item: -item[1])[:6]:
        table.add(f"  {name}", f"{part / 1024 / 1024:.1f}", "")
    content = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    table.add("unpacked", f"{content / 1024 / 1024:.1f}", "")
    return table
