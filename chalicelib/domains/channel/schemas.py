"""Requests of the channel's endpoints."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class CallbackCheckQuery(BaseModel):
    """WeChat's check of the callback URL. Nothing is trimmed (``echostr`` goes back as it came), more may be added."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    signature: Annotated[str, Field(max_length=128)] = ""
    timestamp: Annotated[str, Field(max_length=32)] = ""
    nonce: Annotated[str, Field(max_length=128)] = ""
    echostr: Annotated[str, Field(max_length=512)] = ""


class MessageQuery(BaseModel):
    """The query of a message. In safe mode ``encrypt_type`` is ``aes`` and only ``msg_signature`` counts."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    signature: Annotated[str, Field(max_length=128)] = ""
    timestamp: Annotated[str, Field(max_length=32)] = ""
    nonce: Annotated[str, Field(max_length=128)] = ""
    encrypt_type: Annotated[str, Field(max_length=16)] = ""
    msg_signature: Annotated[str, Field(max_length=128)] = ""
