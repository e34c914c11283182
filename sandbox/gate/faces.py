"""Faces at the platform: what a photo must be (contract A5), its score, and whether two pictures show the same one."""

import base64
import binascii
import io
import re
from typing import Any

from PIL import Image, ImageChops, ImageOps, ImageStat, UnidentifiedImageError

from sandbox.gate import codes
from sandbox.gate.codes import GateError

PHOTO_BYTES = 200 * 1024
SCORE_MINIMUM = 75
SCORE_MARKER = re.compile(rb"sandbox-face-score=(\d{1,3})")
USUAL_SCORE = 92
THUMB = (24, 24)
SAME_FACE = 12.0
"""Mean difference of two thumbnails (0–255) up to which a camera takes one face for the other."""


def read_photo(value: Any) -> bytes:
    """`visitorPhoto`: Base64 without a `data:` prefix of a whole JPEG of at most 200 KB."""
    try:
        photo = base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise GateError(codes.WRONG_FORMAT, "visitorPhoto") from error
    if len(photo) > PHOTO_BYTES:
        raise GateError(codes.TOO_LONG, "visitorPhoto")
    picture = _opened(photo)
    if picture is None or picture.format != "JPEG":
        raise GateError(codes.WRONG_FORMAT, "visitorPhoto")
    return photo


def require_good_face(visitor: dict[str, Any], score: int | None) -> None:
    """The platform scores the face and refuses the whole call below 75; `score` is the console's, if it is set."""
    if not visitor.get("visitorPhoto"):
        return
    found = score if score is not None else score_of(base64.b64decode(visitor["visitorPhoto"]))
    if found < SCORE_MINIMUM:
        raise GateError(codes.OUT_OF_RANGE, f"visitorPhoto face score {found}")


def score_of(photo: bytes) -> int:
    """0–100; a picture may carry the marker `sandbox-face-score=NN` (say, as a JPEG comment), else it is fine."""
    marker = SCORE_MARKER.search(photo)
    return int(marker.group(1)) if marker else USUAL_SCORE


def is_same_face(known: str, shown: str) -> bool:
    """Two Base64 pictures, perhaps of another size or quality: what a camera would take for one face.

    There is no recognition here; it compares how the pictures look when they are small.
    """
    pictures = [_thumb(text) for text in (known, shown.split(",", 1)[-1])]
    if pictures[0] is None or pictures[1] is None:
        return False
    difference = ImageStat.Stat(ImageChops.difference(pictures[0], pictures[1])).mean
    return sum(difference) / len(difference) <= SAME_FACE


def _thumb(text: str) -> Image.Image | None:
    try:
        picture = _opened(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return None
    return picture and ImageOps.exif_transpose(picture).convert("RGB").resize(THUMB, Image.Resampling.BOX)


def _opened(content: bytes) -> Image.Image | None:
    """The whole picture, decoded; `None` when it is none or not all of one."""
    try:
        picture = Image.open(io.BytesIO(content))
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return picture
