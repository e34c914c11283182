"""What the security platform sends, and the office's log of passages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chalicelib.core.validation import Answer

Text = Annotated[str, Field(max_length=128)]


class Told(BaseModel):
    """Part of an event: members we do not use are left unread."""

    model_config = ConfigDict(extra="ignore")


class GateEvent(Told):
    """One event. Its ``data`` differ from kind to kind and are only looked into for an order id."""

    event_id: Annotated[str, Field(alias="eventId", min_length=1, max_length=128, pattern=r"^[0-9A-Za-z_-]+$")]
    event_type: Annotated[int, Field(alias="eventType")]
    happened_at: Annotated[AwareDatetime, Field(alias="happenTime")]
    data: dict[str, Any] = Field(default_factory=dict)


class EventParams(Told):
    """The events of one delivery."""

    events: Annotated[list[GateEvent], Field(min_length=1, max_length=100)]


class Notification(Told):
    """A delivery in the platform's form."""

    method: Literal["OnEventNotify"]
    params: EventParams


class PassageView(Answer):
    """One passage; ``visit_id`` and ``visitor`` are absent when the order at the platform is none of ours."""

    id: str
    at: datetime
    direction: Literal["in", "out"]
    device: str
    credential: Literal["qr", "card", "plate", "face", ""]
    order_id: str
    visit_id: str | None = None
    visitor: str | None = None
    remark: Literal["unknown_order", "after_cancellation", "outside_window"] | None = None


class PassagesView(Answer):
    """A page of passages."""

    items: list[PassageView]
    next_cursor: str | None = None
