"""Files for Excel: openids that were not converted, and lines that were not imported. Who took one is audited."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from chalicelib.core.audit import record
from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.session import Principal
from chalicelib.core.table import Transaction
from chalicelib.domains.channel.migration import followers
from chalicelib.domains.channel.migration.imports import store as imports
from chalicelib.domains.channel.migration.imports.model import Import
from chalicelib.domains.channel.migration.imports.texts import fault_words
from chalicelib.domains.channel.migration.ports import OldAccount
from chalicelib.domains.channel.migration.texts import REASONS

MAX_ROWS = 50_000
"""About four megabytes; Lambda answers with six at most."""


@dataclass(frozen=True, slots=True)
class File:
    """A file's text, its name, and whether there were more rows."""

    text: str
    name: str
    is_cut: bool


def export_failures(staff: Principal, account: OldAccount, now: datetime) -> File:
    """Openids that WeChat did not convert, with the reason and WeChat's own words."""
    rows = [
        (follower.openid, REASONS[follower.reason or ""], follower.message or "", _moment(follower.settled_at))
        for follower in followers.failed(account.app_id, MAX_ROWS + 1)
    ]
    _audit(staff, f"migration:{account.key}", "migration_failures_exported", min(len(rows), MAX_ROWS), now)
    return _file(("原openid", "原因", "微信的说明", "时间"), rows, f"failures-{account.key}", now)


def export_faults(staff: Principal, known: Import, now: datetime) -> File:
    """Problems of a file by line."""
    found = islice(imports.every_fault(known), MAX_ROWS + 1)
    rows = [(str(line.number), fault_words(fault)) for line in found for fault in line.faults]
    _audit(staff, f"import:{known.id}", "import_faults_exported", min(len(rows), MAX_ROWS), now)
    return _file(("行号", "问题"), rows, f"import-problems-{known.id[-6:]}", now)


def _file(header: Sequence[str], rows: Sequence[Sequence[str]], name: str, now: datetime) -> File:
    text = _to_csv([header, *rows[:MAX_ROWS]])
    return File(text, f"{name}-{now.astimezone(SITE_ZONE):%Y%m%d-%H%M}.csv", len(rows) > MAX_ROWS)


def _to_csv(rows: Iterable[Sequence[str]]) -> str:
    """UTF-8 with a byte order mark and CRLF. Nothing in it comes from a person: no cell can be a formula."""
    written = io.StringIO()
    written.write("\ufeff")
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def _moment(instant: datetime | None) -> str:
    return f"{instant.astimezone(SITE_ZONE):%Y-%m-%d %H:%M}" if instant else ""


def _audit(staff: Principal, subject: str, action: str, rows: int, now: datetime) -> None:
    transaction = Transaction()
    record(transaction, subject=subject, actor=staff.user_id, action=action, now=now, after={"rows": rows})
    transaction.commit()
