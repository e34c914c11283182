"""Field types that all logistics endpoints share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from chalicelib.core.quantities import to_kilograms, to_tonnes


def _kilograms(value: Any) -> int:
    try:
        kilograms = to_kilograms(value.strip())
    except (AttributeError, ValueError):
        raise PydanticCustomError("china_tonnes", "请填写吨数，最多三位小数") from None
    if kilograms == 0:
        raise PydanticCustomError("china_tonnes", "数量必须大于 0")
    return kilograms


Tonnes = Annotated[
    int,
    BeforeValidator(_kilograms),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,6}(\.[0-9]{1,3})?$", "examples": ["30.000"]}),
]
"""Tonnes as text on the wire, more than nothing; kilograms inside."""
TonnesText = Annotated[
    int, PlainSerializer(to_tonnes, return_type=str), WithJsonSchema({"type": "string", "examples": ["30.000"]})
]
"""Kilograms inside, tonnes with three places on the wire; may be negative."""
Cursor = Annotated[str, Field(max_length=2048)]
RequestId = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{16,64}$")]
"""Made by the client once per form: sending it again does nothing twice."""
Id = Annotated[str, Field(pattern=r"^[0-9A-Z]{26}$")]
DriverNo = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""Keyed hash of a person's ID number: the same person is one driver whoever files them."""
ProductCode = Annotated[str, Field(pattern=r"^[A-Z0-9-]{2,16}$")]
OrderNo = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,32}$")]
