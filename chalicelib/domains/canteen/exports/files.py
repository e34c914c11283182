"""Parts and files in the private bucket of exports; its life cycle empties it after a day."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalicelib.core import downloads, runtime
from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.logs import log_exception
from chalicelib.core.tables import Cell
from chalicelib.domains.canteen.exports.model import Export

KIND = "canteen"
Cells = tuple[Cell, ...]


def put_part(export: Export, number: int, rows: list[Cells]) -> None:
    """Keep a part; the same part again replaces itself."""
    content = json.dumps([[_plain(cell) for cell in cells] for cells in rows], ensure_ascii=False)
    _s3().put_object(**_place(export, f"part-{number:04d}"), Body=gzip.compress(content.encode(), 1))


def read_parts(export: Export) -> Iterator[Cells]:
    """Every row of every part, in order."""
    for number in range(1, export.parts + 1):
        stored = _s3().get_object(**_place(export, f"part-{number:04d}"))["Body"].read()
        for cells in json.loads(gzip.decompress(stored)):
            yield tuple(_cell(plain) for plain in cells)


def put_file(export: Export, content: bytes, media_type: str) -> None:
    """The file itself, where the link leads."""
    downloads.store(_key(export, "file"), export.name, content, media_type)


def drop_parts(export: Export) -> None:
    """The parts are of no more use. Never raises: what is left of them goes with the bucket's life cycle after a day."""
    try:
        for number in range(1, export.parts + 1):
            _s3().delete_object(**_place(export, f"part-{number:04d}"))
    except Exception as error:  # whatever S3 says, the file is there
        log_exception("parts_not_dropped", error, export_id=export.id)


def link(export: Export) -> str:
    """Where a browser fetches it, for some minutes."""
    return downloads.link(_key(export, "file"))


def _key(export: Export, part: str) -> str:
    return f"{KIND}-{export.token}/{part}"


def _place(export: Export, part: str) -> dict[str, str]:
    return {"Bucket": runtime.settings().export_bucket, "Key": _key(export, part)}


def _s3() -> Any:
    return runtime.aws_client("s3")


def _plain(cell: Cell) -> Any:
    if isinstance(cell, Decimal):
        return {"d": str(cell)}
    return {"t": cell.isoformat()} if isinstance(cell, datetime) else cell


def _cell(plain: Any) -> Cell:
    if not isinstance(plain, dict):
        return plain  # type: ignore[no-any-return]  # text or nothing, as it was written
    if "d" in plain:
        return Decimal(plain["d"])
    return datetime.fromisoformat(plain["t"]).astimezone(SITE_ZONE)
