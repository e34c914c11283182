"""Long files for the office: asked for, written in the background, fetched."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from chalicelib.core.validation import Answer
from chalicelib.domains.canteen.schemas import AccountNo, Days, Format, MealName, RequestId, RowKindName
from chalicelib.domains.canteen.topups.schemas import Number, StatusName


class NewExport(Days):
    """What to write: exactly what the list's filter shows. ``statement``: the month's account of ``first``'s month (XLSX)."""

    request_id: RequestId
    what: Literal["records", "topups", "statement"]
    format: Format = "xlsx"
    kind: RowKindName | None = None
    meal: MealName | None = None
    status: StatusName | None = None
    account_no: AccountNo | None = None
    number: Number | None = None
    needs_people: bool = False
    merchant: str | None = None


class ExportView(Answer):
    """How far a file has come."""

    id: str
    what: Literal["records", "topups", "statement"]
    name: str
    state: Literal["waiting", "writing", "ready", "failed"]
    rows: int
    """Written so far."""
    fraction: float
    """0 to 1, by the days gone through."""
    created_at: datetime
    url: str | None
    """When ready: for some minutes; ask again for a new one."""
    message: str
