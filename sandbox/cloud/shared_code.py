"""Lambda workers of one machine share their code: a package is unpacked once, and every worker's folder leads to it.

MiniStack unpacks two thousand files for every process it starts. Nothing writes there, as nothing may on AWS.
"""

import hashlib
import shutil
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime


def share_code() -> None:
    """From now on."""
    lambda_runtime.zipfile = SimpleNamespace(ZipFile=SharedZip, BadZipFile=zipfile.BadZipFile)


class SharedZip(zipfile.ZipFile):
    """A package whose contents are linked to where they already lie."""

    def extractall(self, path: Any) -> None:
        """Into ``path``, which is an empty folder."""
        for entry in self._unpacked().iterdir():
            (Path(path) / entry.name).symlink_to(entry)

    def _unpacked(self) -> Path:
        """The folder with this package's contents; when two processes start at once, the first one's."""
        digest = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        shared = Path(tempfile.gettempdir()) / f"code-{digest}"
        if not shared.exists():
            fresh = Path(tempfile.mkdtemp(prefix="unpacking-"))
            super().extractall(fresh)
            try:
                fresh.rename(shared)
            except OSError:
                shutil.rmtree(fresh)
        return shared
