"""Field types all canteen requests and answers share. Money is whole fen, signed where it can be spent."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from chalicelib.core.validation import Day, Line, Request

RequestId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
"""Made by the phone once a form: sent again, it is the same intention."""
Cursor = Annotated[str, Field(max_length=2048)]
AccountNo = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[0-9A-Za-z_-]+$")]
CardNo = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[0-9A-Za-z_-]+$")]
Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
"""``YYYY-MM`` on the plant's calendar."""
Reason = Annotated[Line, Field(min_length=2, max_length=200)]
RowKindName = Literal["consume", "recharge", "subsidy", "refund", "adjust"]
MealName = Literal["breakfast", "lunch", "dinner", "night"]
Format = Literal["csv", "xlsx"]


class Days(Request):
    """First and last day, both included; at most a year."""

    first: Day
    last: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise PydanticCustomError("china_days", "结束日期不能早于开始日期")
        if (self.last - self.first).days > 366:
            raise PydanticCustomError("china_days", "一次最多查询一年")
        return self


DayOrNone = date | None
