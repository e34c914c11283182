"""扫一扫: the text in a picture of a QR code."""

import base64
import binascii
import io
from typing import Any

import zxingcpp
from PIL import Image, UnidentifiedImageError

LARGEST_PICTURE = 20 * 1024 * 1024


class NothingFound(ValueError):
    """No code in the picture, or not a picture."""


def read_picture(data: bytes) -> str:
    """The text of the first QR code (or other bar code) in a picture file."""
    if not data or len(data) > LARGEST_PICTURE:
        raise NothingFound("没有图片，或图片超过 20 MB")
    try:
        picture = Image.open(io.BytesIO(data)).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise NothingFound("无法读取这个图片文件") from error
    found = zxingcpp.read_barcodes(picture)
    if not found:
        raise NothingFound("图片里没有找到二维码")
    return str(found[0].text)


def read_request(content_type: str, body: bytes, decoded: dict[str, Any]) -> str:
    """The scanned text: from JSON {"text"} or {"image": Base64 or data URL}, or from raw picture bytes."""
    if not content_type.startswith("application/json"):
        return read_picture(body)
    if isinstance(decoded.get("text"), str) and decoded["text"].strip():
        return str(decoded["text"].strip())
    if not isinstance(decoded.get("image"), str):
        raise NothingFound("请给出图片或文字")
    try:
        return read_picture(base64.b64decode(decoded["image"].split(",", 1)[-1], validate=True))
    except binascii.Error as error:
        raise NothingFound("无法读取这个图片文件") from error
