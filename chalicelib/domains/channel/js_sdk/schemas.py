"""Request and answer of the JS-SDK's signature."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.core.validation import Answer, Request


class JsSdkQuery(Request):
    """The page's own address, as the browser has it."""

    url: Annotated[str, Field(min_length=1, max_length=1024)]


class JsSdkView(Answer):
    """What ``wx.config`` wants, and where the SDK's script is."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str
    script_url: str
