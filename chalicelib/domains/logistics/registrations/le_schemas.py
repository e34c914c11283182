"""What LE sends us (docs/integrators/le.md, events)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from chalicelib.core.quantities import to_kilograms


def _kilograms(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError("tonnes are text")
    return to_kilograms(value)


Weight = Annotated[int, BeforeValidator(_kilograms)]
"""Tonnes as text on the wire, kilograms afterwards."""


class LeEvent(BaseModel):
    """One message about one registration; members we do not know are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)

    event_id: Annotated[str, Field(alias="eventId", pattern=r"^[0-9A-Za-z_.:-]{1,64}$")]
    registration_no: Annotated[str, Field(alias="registrationNo", pattern=r"^[0-9A-Za-z_-]{1,32}$")]
    external_no: Annotated[str, Field(alias="externalNo", pattern=r"^[0-9A-Za-z_-]{1,32}$")]
    status: Literal[
        "registered", "card_issued", "queued", "called", "entered", "tared", "loading", "weighed", "exited", "signed",
        "cancelled", "rejected", "empty_out",
    ]  # fmt: skip
    sequence: Annotated[int, Field(alias="seq", ge=1)]
    at: AwareDatetime
    lane_code: Annotated[str | None, Field(alias="laneCode", max_length=16)] = None
    card_no: Annotated[str | None, Field(alias="cardNo", max_length=32)] = None
    tare: Annotated[Weight | None, Field(alias="tareWeight")] = None
    gross: Annotated[Weight | None, Field(alias="grossWeight")] = None
    net: Annotated[Weight | None, Field(alias="netWeight")] = None
    reason: Annotated[str | None, Field(max_length=200)] = None
