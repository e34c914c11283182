"""What the park's platform sends us (docs/integrators/park.md, 状态通知)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class ParkEvent(BaseModel):
    """One status message; members we do not know are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)

    event_id: Annotated[str, Field(alias="eventId", pattern=r"^[0-9A-Za-z_.:-]{1,64}$")]
    visit_no: Annotated[str, Field(alias="visitNo", pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    status: Literal["accepted", "rejected", "entered", "left", "expired"]
    at: AwareDatetime
    reason: Annotated[str | None, Field(max_length=500)] = None
