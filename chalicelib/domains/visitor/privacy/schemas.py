"""Requests and answers of consents and personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from chalicelib.core.validation import Answer, Line, Request
from chalicelib.domains.visitor.privacy.model import ConsentKind, Decision, Standing


class ConsentView(Answer):
    """One consent: its text of today, and where it stands."""

    kind: ConsentKind
    version: str
    title: str
    paragraphs: list[str]
    standing: Standing
    decided_at: datetime | None


class ConsentsView(Answer):
    """Every consent that is asked for."""

    items: list[ConsentView]


class ConsentRecordView(Answer):
    """One thing the user said."""

    kind: ConsentKind
    version: str
    decision: Decision
    at: datetime


class ConsentHistoryView(Answer):
    """The newest things the user said, newest first."""

    items: list[ConsentRecordView]


class DecideConsent(Request):
    """``version`` is that of the text the user saw."""

    version: Annotated[Line, Field(min_length=1, max_length=32)]
    granted: bool


class ReadIdNumber(Request):
    """``reason`` is kept in the audit log."""

    reason: Annotated[Line, Field(min_length=2, max_length=100)]


class IdNumberView(Answer):
    """The full number."""

    id_number: str


class FaceUploadView(Answer):
    """Post ``fields`` and then the JPEG as ``file`` to ``url`` (multipart/form-data); then use ``id`` as a visitor's ``face``."""

    id: str
    url: str
    fields: dict[str, str]
    expires_at: datetime


class PrivacyView(Answer):
    """Days after a visit until it is forgotten who came."""

    personal_data_days: int


class PurgeView(Answer):
    """What one run took out: numbers by kind, no contents."""

    id: str
    at: datetime
    counts: dict[str, int]


class PurgesView(Answer):
    """A page of runs, newest first."""

    items: list[PurgeView]
    next_cursor: str | None = None


class PurgesQuery(Request):
    """Where the list goes on."""

    cursor: Annotated[str, Field(max_length=2048)] | None = None
