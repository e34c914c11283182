"""Requests and answers of 账号迁移."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from chalicelib.core.validation import Answer, Request
from chalicelib.domains.channel.migration.model import MigrationStage, SourceForm


class ReasonView(Answer):
    """How many openids were not converted for one reason."""

    reason: str
    text: str
    count: int


class TroubleView(Answer):
    """Why the work does not go on."""

    code: str
    text: str
    message: str
    """WeChat's words and number, for its support."""
    at: datetime


class MigrationView(Answer):
    """An old account. Counts are of different openids."""

    account: str
    name: str
    app_id: str
    raw_id: str
    stage: MigrationStage
    task: str
    source_form: SourceForm
    approved_on: date | None
    days_left: int | None
    """Days of the 15 that are left, today included; none before a date is known."""
    told_total: int
    """Followers as WeChat counted them when the list was last read."""
    pulled: int
    converted: int
    waiting: int
    failed: int
    reasons: list[ReasonView]
    trouble: TroubleView | None
    retry_at: datetime | None
    pulled_at: datetime | None


class MigrationsView(Answer):
    """Every old account of this deployment."""

    items: list[MigrationView]


class StartConvert(Request):
    """Begin to convert. ``approved_on``: the day on which WeChat approved the migration."""

    approved_on: date
    source_form: SourceForm = SourceForm.RAW_ID
    retry_failed: bool = False


class BindingView(Answer):
    """Something the old account knew of a person, ID numbers masked."""

    kind: str
    fields: dict[str, str]
    imported_at: datetime


class OldFollowerView(Answer):
    """What became of one old openid."""

    openid: str
    new_openid: str | None
    reason: str | None
    """Why it was not converted, in Chinese; neither this nor a new openid: it waits."""
    user_id: str | None
    """The user who has signed in with the new openid."""
    bindings: list[BindingView]


class FindOldFollower(Request):
    """In the body and not in the address: addresses end up in logs."""

    openid: str = Field(min_length=1, max_length=64)
