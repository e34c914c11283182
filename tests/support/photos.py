"""Pictures of nobody: synthetic portraits as JPEG, each different from the others."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

from chalicelib.core import runtime
from chalicelib.domains.visitor.privacy.faces.photos import key_of
from tests.support.client import Client
from tests.support.environment import PHOTO_BUCKET

_ORIENTATION, _TURN_RIGHT = 0x0112, 6


def portrait(seed: int = 1, size: tuple[int, int] = (480, 640), **options: object) -> bytes:
    """A head of some colour before a background of some other; ``options`` go to Pillow's JPEG writer."""
    chance = random.Random(seed)
    background, skin, hair = (tuple(chance.randrange(256) for _ in range(3)) for _ in range(3))
    picture = Image.new("RGB", size, background)
    draw, (width, height) = ImageDraw.Draw(picture), size
    left, top = width * chance.uniform(0.1, 0.4), height * chance.uniform(0.05, 0.3)
    draw.ellipse((left, top, left + width / 2, top + height / 2), fill=skin)
    draw.rectangle((left, 0, left + width / 2, top + height / 8), fill=hair)
    return encoded(picture, **options)


def encoded(picture: Image.Image, **options: object) -> bytes:
    """The picture as JPEG."""
    written = io.BytesIO()
    picture.save(written, "JPEG", **{"quality": 88, **options})  # type: ignore[arg-type]
    return written.getvalue()


def begin_upload(client: Client) -> str:
    """The id of a photo the phone may upload now."""
    begun = client.post("/api/visitor/faces")
    assert begun.status == 201, begun.text
    return str(begun.json["id"])


def put(owner_id: str, photo_id: str, content: bytes) -> None:
    """What S3 does when it takes the phone's form; that it checks the form is proved on the packaged stack."""
    runtime.aws_client("s3").put_object(Bucket=PHOTO_BUCKET, Key=key_of(owner_id, photo_id), Body=content)


def uploaded(client: Client, owner_id: str, content: bytes | None = None) -> str:
    """A photo of the owner in the bucket."""
    photo_id = begin_upload(client)
    put(owner_id, photo_id, portrait() if content is None else content)
    return photo_id


def kept_keys() -> list[str]:
    """Every photo in the bucket."""
    found = runtime.aws_client("s3").list_objects_v2(Bucket=PHOTO_BUCKET)
    return sorted(entry["Key"] for entry in found.get("Contents", []))


def as_a_phone_takes_it(seed: int = 1) -> bytes:
    """A large photo lying on its side, with the EXIF mark by which everybody turns it upright."""
    picture = Image.open(io.BytesIO(portrait(seed, (2400, 3200))))
    exif = Image.Exif()
    exif[_ORIENTATION] = _TURN_RIGHT
    return encoded(picture.rotate(90, expand=True), quality=95, exif=exif)
